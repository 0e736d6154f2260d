"""Recording and snapshot of the live stream: their options, and the results in a dialog."""

from __future__ import annotations

import logging
from functools import partial

import streamlit as st

from pose_demo.io.images import encode_image, read_image
from pose_demo.io.recorder import Recorder
from pose_demo.messages import message, plural, text_of
from pose_demo.types import InputError
from pose_demo.ui.components import share_file, still
from pose_demo.ui.components.download import file_button
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.explore.footage import keep, live_clip, recorded_clip
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels import teacher
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

log = logging.getLogger(__name__)

_PROBLEM = "record-problem"  # why nothing is recorded
_LENGTH, _CAMERA, _COUNTDOWN, _SOUND = "record-length", "record-camera", "record-countdown", "record-sound"
_RECORDING, _SNAPSHOT = "recording", "snapshot"  # dialogs
LENGTHS = (10, 30, 60, 300)  # seconds
_MAX_PLAYED_BYTES = 40_000_000  # Streamlit keeps a video it plays in memory
_HELP = message("The recording ends after this time. It is stored on the server until the page is closed.")
_CAMERA_HELP = message(
    "Recordings show the drawings. With this, the camera image is recorded as well, as footage for **Explore**."
)
_KEEP_HELP = message(
    "Adds the camera image of the last 20 seconds, without drawings, to the footage in **Explore**. Until then these "
    "seconds are in the server's memory only."
)


def options(session: Session) -> None:
    """Show the options of recordings, and what else serves the Explore page."""
    st.segmented_control(
        tr("Length of the recording"),
        LENGTHS,
        default=LENGTHS[0],
        key=_LENGTH,
        format_func=lambda seconds: f"{seconds} s",
        help=tr(_HELP),
        required=True,
        persist_state="session",
    )
    st.toggle(
        tr("Count down before a recording"),
        value=True,
        key=_COUNTDOWN,
        help=tr("Three seconds to take your position."),
        persist_state="session",
    )
    if st.session_state[_COUNTDOWN]:
        st.toggle(
            tr("Sound of the countdown"),
            value=True,
            key=_SOUND,
            help=tr("A tone each second, and a higher one at the start."),
            persist_state="session",
        )
    label = tr("Also keep the camera image, to explore it")
    st.toggle(label, key=_CAMERA, help=tr(_CAMERA_HELP), persist_state="session")
    st.button(
        tr("Keep the last 20 s"),
        icon=":material/history:",
        on_click=keep,
        args=(live_clip(session),),
        width="stretch",
        help=tr(_KEEP_HELP),
    )


def countdown() -> tuple[bool, bool]:
    """Whether to count down before a recording, and whether that can be heard."""
    return st.session_state.get(_COUNTDOWN, True), st.session_state.get(_SOUND, True)


def record(session: Session, command: str) -> None:
    """Start or stop a recording; used as a callback. Where nothing can be stored, the page says so and goes on.

    Args:
        session: has the stream.
        command: "start" or "stop".
    """
    seconds, camera = float(st.session_state.get(_LENGTH) or LENGTHS[0]), st.session_state.get(_CAMERA, False)
    st.session_state[_PROBLEM] = ""
    if command == "stop":
        _finish(session)
        return
    try:
        session.recordings.start(Recorder(seconds, camera=camera))
    except InputError as error:
        log.warning("no recording: %s", error)
        st.session_state[_PROBLEM] = text_of(error)


def take_snapshot(session: Session) -> None:
    """Keep the current processed image; used as a callback."""
    result = session.stream.status().result
    if result:
        session.recordings.snapshot, session.dialog = encode_image(result.image), _SNAPSHOT


def panel(session: Session) -> None:
    """Show what was recorded in a dialog, and buttons to open it again."""
    recordings = session.recordings
    if recordings.recorder and recordings.recorder.running:
        _await_end(recordings.recorder)
        return
    if recordings.is_open:
        _finish(session)  # the stream has ended it, or its time is over
    if problem := st.session_state.get(_PROBLEM):
        text = tr("Not recorded: {error}.", error=visitor_text(problem))
        st.error(text, icon=":material/videocam_off:")
    if recordings.exist:
        _buttons(session)
    if session.dialog == _RECORDING and recordings.recorder:
        _dialog(tr("Your recording"), session)(_recording)(session, recordings.recorder)
    elif session.dialog == _SNAPSHOT and recordings.snapshot:
        _dialog(tr("Your snapshot"), session)(_snapshot)(recordings.snapshot)


def _dialog(title: str, session: Session):  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.dialog(title, width="medium", on_dismiss=partial(session.show_dialog, ""))


def _finish(session: Session) -> None:
    session.recordings.stop()
    session.dialog = _RECORDING


def _buttons(session: Session) -> None:
    """Show a button for each of what was recorded."""
    recordings = session.recordings
    with st.container(horizontal=True):
        if recordings.recorder:
            st.button(tr("Last recording"), icon=":material/movie:", on_click=session.show_dialog, args=(_RECORDING,))
        if recordings.snapshot:
            st.button(tr("Last snapshot"), icon=":material/image:", on_click=session.show_dialog, args=(_SNAPSHOT,))


@fragment(run_every=0.5)
def _await_end(recorder: Recorder) -> None:
    if not recorder.running:
        st.rerun()  # the whole page, which finishes it


def _snapshot(png: bytes) -> None:
    still.show(read_image(png), tr("Your snapshot"))
    with st.container(horizontal=True):
        label = tr("Download PNG")
        st.download_button(label, png, "pose.png", "image/png", icon=":material/download:", on_click="ignore")
        share_file.show("img", "pose.jpg")


def _recording(session: Session, recorder: Recorder) -> None:
    if recorder.error or not recorder.video.exists():
        text = visitor_text(recorder.error) or tr("Nothing was recorded: no frames arrived.")
        st.warning(text, icon=":material/videocam_off:")
        return
    if recorder.dropped:
        text = plural(
            "{count} frame is missing because the encoder was too slow.",
            "{count} frames are missing because the encoder was too slow.",
            recorder.dropped,
        )
        st.caption(tr(text))
    is_played = recorder.video.stat().st_size < _MAX_PLAYED_BYTES
    if is_played:
        st.video(str(recorder.video))
        share_file.show("video", recorder.video.name)
    files = (
        ("MP4", recorder.video, "video/mp4"),
        (message("Keypoints CSV"), recorder.csv, "text/csv"),
        (message("Keypoints JSON"), recorder.json, "application/json"),
    )
    for column, (label, path, mime) in zip(st.columns(len(files)), files, strict=True):
        file_button(tr(label), path, path.name, mime, key=f"recording-{label}", column=column)
    _offer_teacher(session)
    _offer_footage(session, recorder)


def _offer_teacher(session: Session) -> None:
    label, help = tr("Dance along with this recording"), tr("You are the teacher, in the topic **Dance**.")
    if st.button(label, icon=":material/music_video:", on_click=_follow, args=(session,), width="stretch", help=help):
        st.rerun()  # the whole page, without this dialog


def _follow(session: Session) -> None:
    """Make the person of the recording the teacher; used as a callback."""
    teacher.use_recording(session)
    session.show_dialog("")


def _offer_footage(session: Session, recorder: Recorder) -> None:
    if recorder.camera_video and recorder.camera_video.exists():
        st.button(
            tr("Add the camera image to Explore"),
            icon=":material/movie:",
            on_click=keep,
            args=(recorded_clip(session, recorder.camera_video),),
            width="stretch",
        )
