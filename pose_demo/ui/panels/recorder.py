"""Recording and snapshot of the live stream, with downloads."""

from __future__ import annotations

import logging

import streamlit as st

from pose_demo.io.images import encode_image
from pose_demo.io.recorder import Recorder
from pose_demo.types import InputError
from pose_demo.ui.components.download import file_button
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.explore.footage import keep, live_clip, recorded_clip
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session

log = logging.getLogger(__name__)

_PROBLEM = "record-problem"  # why nothing is recorded
LENGTHS = (10, 30, 60, 300)  # seconds
_MAX_PLAYED_BYTES = 40_000_000  # Streamlit keeps a video it plays in memory
_HELP = "The recording ends after this time. It is stored on the server until the page is closed."
_CAMERA_HELP = (
    "Recordings show the drawings. With this, the camera image is recorded as well, as footage for **Explore**."
)
_KEEP_HELP = (
    "Adds the camera image of the last 20 seconds, without drawings, to the footage in **Explore**. Until then these "
    "seconds are in the server's memory only."
)


def panel(session: Session) -> None:
    """Show the controls below the image, and the last recording and snapshot."""
    recorder = session.recordings.recorder
    if recorder and recorder.running:
        _running(session, recorder)
        return
    left, middle, right = st.columns([2, 3, 2], vertical_alignment="bottom")
    camera = _options(session)
    length = middle.segmented_control(
        "Length of the recording",
        LENGTHS,
        default=LENGTHS[0],
        key="record-length",
        format_func=lambda seconds: f"{seconds} s",
        help=_HELP,
        required=True,
        persist_state="session",
    )
    left.button(
        "Record",
        icon=":material/fiber_manual_record:",
        on_click=_start,
        args=(session, float(length or LENGTHS[0]), camera),
        width="stretch",
    )
    right.button(
        "Snapshot",
        icon=":material/photo_camera:",
        on_click=_take_snapshot,
        args=(session,),
        width="stretch",
        help="Keeps the current processed image.",
    )
    if problem := st.session_state.get(_PROBLEM):
        st.error(visitor_text(f"Not recorded: {problem}."), icon=":material/videocam_off:")
    if session.recordings.snapshot:
        _snapshot(session.recordings.snapshot)
    if recorder:
        _show_finished(recorder)
        _offer_footage(session, recorder)


def _options(session: Session) -> bool:
    """Show what serves the Explore page; returns whether to record the camera image."""
    left, right = st.columns([5, 2], vertical_alignment="center")
    right.button(
        "Keep the last 20 s",
        icon=":material/history:",
        on_click=keep,
        args=(live_clip(session),),
        width="stretch",
        help=_KEEP_HELP,
    )
    return left.toggle(
        "Also keep the camera image, to explore it", key="record-camera", help=_CAMERA_HELP, persist_state="session"
    )


def _start(session: Session, seconds: float, camera: bool) -> None:
    """Record from now on; used as a callback. Where nothing can be stored, the page says so and goes on."""
    st.session_state[_PROBLEM] = ""
    try:
        session.recordings.start(Recorder(seconds, camera=camera))
    except InputError as error:
        log.warning("no recording: %s", error)
        st.session_state[_PROBLEM] = str(error)


def _offer_footage(session: Session, recorder: Recorder) -> None:
    if recorder.camera_video and recorder.camera_video.exists():
        st.button(
            "Add the camera image to Explore",
            icon=":material/movie:",
            on_click=keep,
            args=(recorded_clip(session, recorder.camera_video),),
            width="stretch",
        )


def _take_snapshot(session: Session) -> None:
    result = session.stream.status().result
    session.recordings.snapshot = encode_image(result.image) if result else b""


def _snapshot(png: bytes) -> None:
    left, right = st.columns([2, 5], vertical_alignment="center")
    left.image(png)
    right.download_button("Download PNG", png, "pose.png", "image/png", icon=":material/download:", on_click="ignore")


@fragment(run_every=0.5)
def _running(session: Session, recorder: Recorder) -> None:
    left, right = st.columns([2, 4], vertical_alignment="center")
    stop = left.button("Stop recording", icon=":material/stop_circle:", width="stretch")
    right.markdown(f":red[●] **{recorder.seconds:.0f} s** recorded")
    if stop or not recorder.running:
        session.recordings.stop()
        st.rerun()


def _show_finished(recorder: Recorder) -> None:
    if recorder.error or not recorder.video.exists():
        text = visitor_text(recorder.error) or "Nothing was recorded: no frames arrived."
        st.warning(text, icon=":material/videocam_off:")
        return
    if recorder.dropped:
        st.caption(f"{recorder.dropped} frames are missing because the encoder was too slow.")
    if recorder.video.stat().st_size < _MAX_PLAYED_BYTES:
        st.video(str(recorder.video))
    files = (
        ("MP4", recorder.video, "video/mp4"),
        ("Keypoints CSV", recorder.csv, "text/csv"),
        ("Keypoints JSON", recorder.json, "application/json"),
    )
    for column, (label, path, mime) in zip(st.columns(len(files)), files, strict=True):
        file_button(label, path, path.name, mime, key=f"recording-{label}", column=column)
