"""The webcam widget of streamlit-webrtc, and the changes that its defects need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, partialmethod
from typing import Any

import aiortc.codecs
import av
import streamlit as st
import streamlit_webrtc.component
import streamlit_webrtc.webrtc
from aiortc import MediaStreamTrack
from aiortc.codecs import vpx
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc import WebRtcMode, WebRtcStreamerContext, webrtc_streamer

from pose_demo.live.sound_track import SoundTrack
from pose_demo.live.turn.check import RelayCheck
from pose_demo.ui.fragments import fragment
from pose_demo.ui.webrtc import ice, peer
from pose_demo.ui.webrtc.camera import Camera
from pose_demo.ui.webrtc.track import ProcessedTrack


def _subscribe(relay: MediaRelay, subscribe: Callable[..., MediaStreamTrack], track: MediaStreamTrack) -> Any:
    """A relayed track; the teacher's sound itself, which has one consumer and ends with it."""
    return track if isinstance(track, SoundTrack) else subscribe(relay, track, buffered=False)


# streamlit-webrtc 0.79 ends streams that the last script run did not render, but compares with a counter that Streamlit
# updates late: one healthy stream in fifteen ends. Without session info it skips that check.
streamlit_webrtc.component.get_this_session_info = lambda: None

# Its cache would keep the credentials of every visitor for ever.
streamlit_webrtc.component.enhance_frontend_rtc_configuration = lambda configuration: configuration

# streamlit-webrtc's track adds a frame of latency (see `ProcessedTrack`), and its relay queues all frames that arrive
# while one is encoded: on a busy server the latency grows to seconds. An unbuffered relay keeps only the latest frame.
streamlit_webrtc.webrtc.AsyncVideoProcessTrack = ProcessedTrack
MediaRelay.subscribe = partialmethod(_subscribe, MediaRelay.subscribe)

# Chromium starts at 260 kbit/s and lowers the resolution to fit; aiortc's encoder starts at 500 kbit/s; the minimum bit
# rate is unchanged.
for _codec in aiortc.codecs.CODECS["video"]:
    if _codec.mimeType == "video/VP8":
        _codec.parameters.update({"x-google-start-bitrate": "2000", "x-google-max-bitrate": "4000"})
vpx.DEFAULT_BITRATE, vpx.MAX_BITRATE = 1_500_000, 4_000_000

CONSTRAINTS = {  # of the camera
    "video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}},
    "audio": False,
}
_VIDEO = {
    "autoPlay": True,
    "controls": False,
    "playsInline": True,
    # The page gives the widget a fixed size; the video fills it, whatever else the widget shows.
    "style": {
        "position": "fixed",
        "inset": "0",
        "width": "100%",
        "height": "100%",
        "objectFit": "contain",
        "background": "#000",
    },
}


@dataclass(frozen=True)
class Connection:
    """The state of the WebRTC connection.

    Attributes:
        started: the visitor wants the camera, or a connection has not ended yet.
        playing: the connection is established.
        offered: the widget has a connection, or asks for one.
        peer: reads the state of ICE; its result is None while there is no connection.
    """

    started: bool
    playing: bool
    offered: bool = False
    peer: Callable[[], peer.PeerState | None] = lambda: None


def stream(
    callback: Callable[[av.VideoFrame], av.VideoFrame],
    camera: Camera,
    checks: tuple[RelayCheck, ...] = (),
    sound: SoundTrack | None = None,
    *,
    audible: bool = False,
) -> Connection:
    """Show the webcam widget; a full script run without this call ends the stream.

    Args:
        callback: processes a frame.
        camera: the page's connection.
        checks: of the TURN relay, if any.
        sound: what a connection that is made now plays, whether it is audible or not.
        audible: the sound is heard.
    """
    connected = camera.is_on
    context = webrtc_streamer(
        key=camera.key,
        mode=WebRtcMode.SENDRECV,
        frontend_rtc_configuration=ice.configuration(connected=connected),
        server_rtc_configuration=ice.server_configuration(checks),
        media_stream_constraints=CONSTRAINTS,
        desired_playing_state=camera.wanted,
        video_frame_callback=callback,
        async_processing=True,
        video_html_attrs=_VIDEO | {"muted": not audible},
        source_audio_track=sound,
        media_toggle_controls=False,
    )
    camera.attach(context)
    if not camera.is_on:
        _renew_credentials()
    return Connection(camera.is_on, context.state.playing, camera.is_connected, partial(_peer_state, context))


def _peer_state(context: WebRtcStreamerContext) -> peer.PeerState | None:
    worker = context._get_worker()  # not public, as the reason of a failure is not either
    return peer.read(worker.pc) if worker else None


@fragment(run_every=1800)
def _renew_credentials() -> None:
    """Run the script of a page that has waited for hours: a connection uses the credentials of the last run."""
    if ice.expire_soon():
        st.rerun()
