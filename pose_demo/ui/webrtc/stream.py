"""The webcam widget; the only module that imports streamlit-webrtc."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partialmethod

import aiortc.codecs
import av
import streamlit_webrtc.component
import streamlit_webrtc.webrtc
from aiortc.codecs import vpx
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from pose_demo.ui.webrtc import ice
from pose_demo.ui.webrtc.camera import Camera
from pose_demo.ui.webrtc.track import ProcessedTrack

# streamlit-webrtc 0.79 ends streams that the last script run did not render, but compares with a counter that Streamlit
# updates late: one healthy stream in fifteen ends. Without session info it skips that check.
streamlit_webrtc.component.get_this_session_info = lambda: None

# The browser remembers the chosen camera under this name, by default the widget's key, which changes (see `Camera`).
_component = streamlit_webrtc.component._component_func
streamlit_webrtc.component._component_func = lambda **given: _component(**{**given, "component_key": "camera"})

# streamlit-webrtc's track adds a frame of latency (see `ProcessedTrack`), and its relay queues all frames that arrive
# while one is encoded: on a busy server the latency grows to seconds. An unbuffered relay keeps only the latest frame.
streamlit_webrtc.webrtc.AsyncVideoProcessTrack = ProcessedTrack
MediaRelay.subscribe = partialmethod(MediaRelay.subscribe, buffered=False)

# Chromium starts at 260 kbit/s and lowers the resolution to fit; aiortc's encoder starts at 500 kbit/s; the minimum bit
# rate is unchanged.
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
    # The widget does not know the height of the page, so the width is limited: 800 pixels wide is 600 high.
    "style": {"display": "block", "width": "min(100%, 800px)", "margin": "0 auto", "borderRadius": "12px"},
}


@dataclass(frozen=True)
class Connection:
    """The state of the WebRTC connection.

    Attributes:
        started: START was pressed.
        playing: the connection is established.
    """

    started: bool
    playing: bool


def stream(callback: Callable[[av.VideoFrame], av.VideoFrame], camera: Camera, *, may_play: bool = True) -> Connection:
    """Show the webcam widget; a full script run without this call ends the stream.

    Args:
        callback: processes a frame.
        camera: the page's connection.
        may_play: without it there is no START button.
    """
    context = webrtc_streamer(
        key=camera.key,
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=ice.configuration(),
        media_stream_constraints=_CONSTRAINTS,
        desired_playing_state=None if may_play else False,
        video_frame_callback=callback,
        async_processing=True,
        video_html_attrs=_VIDEO,
        media_toggle_controls=False,
    )
    camera.attach(context)
    return Connection(started=camera.is_started, playing=context.state.playing)
