"""The webcam stream; the only file that knows streamlit-webrtc."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partialmethod

import aiortc.codecs
import streamlit_webrtc.component
import streamlit_webrtc.webrtc
from aiortc.codecs import vpx
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from pose_demo.live.stream import Live
from pose_demo.ui.webrtc import ice
from pose_demo.ui.webrtc.track import ProcessedTrack

# streamlit-webrtc 0.79 ends a stream whose script run it thinks did not render it, but compares with a counter that
# Streamlit updates late: one healthy stream in fifteen dies. Without session info it skips that check.
streamlit_webrtc.component.get_this_session_info = lambda: None

# Its own track is a frame late (see ours), and its relay keeps every frame that comes while one is encoded: a busy
# server falls seconds behind. Without a buffer the relay keeps the latest.
streamlit_webrtc.webrtc.AsyncVideoProcessTrack = ProcessedTrack
MediaRelay.subscribe = partialmethod(MediaRelay.subscribe, buffered=False)

# Chromium begins to send at 260 kbit/s and shrinks the picture to fit; aiortc answers with 500. The minimum stays low.
for _codec in aiortc.codecs.CODECS["video"]:
    if _codec.mimeType == "video/VP8":
        _codec.parameters.update({"x-google-start-bitrate": "2000", "x-google-max-bitrate": "4000"})
vpx.DEFAULT_BITRATE, vpx.MAX_BITRATE = 1_500_000, 4_000_000

_CONSTRAINTS = {
    "video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}},
    "audio": False,
}
_VIDEO = {
    "autoPlay": True,
    "controls": False,
    "muted": True,
    "playsInline": True,
    # The height of the page is unknown inside the widget, so the width decides: 800 pixels wide is 600 high.
    "style": {"display": "block", "width": "min(100%, 800px)", "margin": "0 auto", "borderRadius": "12px"},
}


@dataclass(frozen=True)
class Connection:
    """Whether the visitor pressed START, and whether frames may flow."""

    wanted: bool
    playing: bool


def stream(live: Live) -> Connection:
    """Show the webcam widget; every full run of the page must call this, or the stream ends."""
    context = webrtc_streamer(
        key="camera",
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=ice.configuration(),
        media_stream_constraints=_CONSTRAINTS,
        video_frame_callback=live.callback,
        async_processing=True,
        video_html_attrs=_VIDEO,
        media_toggle_controls=False,
    )
    return Connection(wanted=bool(context.state.signalling or context.state.playing), playing=context.state.playing)
