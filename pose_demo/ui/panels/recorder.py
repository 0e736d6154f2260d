"""Record what is seen, take a picture of it, and carry both away."""

from __future__ import annotations

import streamlit as st

from pose_demo.io.images import encode_image
from pose_demo.io.recorder import Recording
from pose_demo.ui.session import Session

LENGTHS = (10, 30, 60, 300)
_SHOWN = 40_000_000  # bytes; Streamlit keeps what it plays in memory
_HELP = "The recording ends by itself after this time. It stays on the server until the page is closed."


def panel(session: Session) -> None:
    """The recorder under the picture."""
    st.session_state["record-length"] = st.session_state.get("record-length", LENGTHS[0])  # hidden while recording
    recording = session.recording
    if recording and recording.running:
        _running(session, recording)
        return
    left, middle, right = st.columns([2, 3, 2], vertical_alignment="bottom")
    length = middle.segmented_control("Seconds to record", LENGTHS, key="record-length", help=_HELP, required=True)
    left.button(
        "Record",
        icon=":material/fiber_manual_record:",
        on_click=_begin,
        args=(session, float(length or LENGTHS[0])),
        width="stretch",
    )
    right.button(
        "Snapshot",
        icon=":material/photo_camera:",
        on_click=_take,
        args=(session,),
        width="stretch",
        help="Keeps the processed picture of this moment.",
    )
    if session.snapshot:
        _picture(session.snapshot)
    if recording:
        _finished(recording)


def _begin(session: Session, length: float) -> None:
    session.record(Recording(length))


def _take(session: Session) -> None:
    result = session.live.status().result
    session.snapshot = encode_image(result.image) if result else b""


def _picture(png: bytes) -> None:
    left, right = st.columns([2, 5], vertical_alignment="center")
    left.image(png)
    right.download_button("Download PNG", png, "pose.png", "image/png", icon=":material/download:", on_click="ignore")


@st.fragment(run_every=0.5)
def _running(session: Session, recording: Recording) -> None:
    left, right = st.columns([2, 4], vertical_alignment="center")
    stop = left.button("Stop recording", icon=":material/stop_circle:", width="stretch")
    right.markdown(f":red[●] **{recording.seconds:.0f} s** recorded")
    if stop or not recording.running:
        session.live.recording = None
        recording.finish()
        st.rerun()


def _finished(recording: Recording) -> None:
    if recording.error or not recording.video.exists():
        st.warning(recording.error or "Nothing was recorded: no frame came.", icon=":material/videocam_off:")
        return
    if recording.dropped:
        st.caption(f"{recording.dropped} frames were left out because this machine could not keep up.")
    if recording.video.stat().st_size < _SHOWN:
        st.video(str(recording.video))
    columns = st.columns(3)
    for column, (label, path, kind) in zip(
        columns,
        (
            ("MP4", recording.video, "video/mp4"),
            ("Keypoints CSV", recording.csv, "text/csv"),
            ("Keypoints JSON", recording.json, "application/json"),
        ),
        strict=True,
    ):
        column.download_button(
            label, path.read_bytes(), path.name, kind, icon=":material/download:", on_click="ignore", width="stretch"
        )
