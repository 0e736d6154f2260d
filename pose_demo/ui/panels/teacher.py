"""The dance to follow: a built-in one or the visitor's own, which part of it, and how the teacher is shown."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pose_demo import estimators
from pose_demo.dance import library
from pose_demo.dance.live_options import OWN
from pose_demo.dance.schedule import MIN_PASSAGE, Schedule
from pose_demo.dance.teacher import Teacher
from pose_demo.estimators import AUTO_DETECTOR
from pose_demo.fields import NONE
from pose_demo.io.formats import VIDEO_TYPES
from pose_demo.live import capacity, memory
from pose_demo.messages import message
from pose_demo.offline.dance import teacher_job
from pose_demo.offline.dance.source import MODELS_BY_ACCURACY
from pose_demo.offline.dance.teacher_job import TeacherJob
from pose_demo.settings import Settings
from pose_demo.types import InputError, UnavailableModel
from pose_demo.ui import state
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import threads
from pose_demo.ui.panels import dance_delay
from pose_demo.ui.session import Session
from pose_demo.ui.state import SPECS
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import pictured, translated_name, widget
from pose_demo.user_text import display_name

_PASSAGE, _STEP = "dance-passage", 0.5  # seconds
_SMALL_FRAMES = 1800  # of a dance whose file is made in each run: a minute at 30 fps, 0.6 MB, 40 ms
_TYPES = [*VIDEO_TYPES, "json", "csv"]
_FILE_HELP = message(
    "One person dances, whole body, without cuts, at most 20 minutes. The video is read once, by the most accurate "
    "model; then only the poses and small images of it are kept, in the server's memory, until you close the page."
)
_RECORDING_HELP = message("You are the teacher: the last recording of the live image becomes the dance to follow.")
_PASSAGE_HELP = message("The part of the dance to practise, in seconds. At least one second; else it is all of it.")


def options(session: Session) -> None:
    """Show the choice of the dance, and the options that apply to it."""
    pictured("dance.reference", SPECS["dance.reference"], _choose_all)
    _take_over(session)
    name = st.session_state["dance.reference"]
    if name == NONE:
        st.caption(tr("Dance along: choose a dance, and a teacher appears in the live image."))
        return
    if name == OWN:
        _own(session)
    elif not library.is_loaded(name):
        _draw(session, name)
    if teacher := _teacher(session, name):
        _follow(session, teacher)


def loaded(settings: Settings) -> Settings:
    """The settings without a built-in dance that is not drawn yet: nobody waits for it."""
    name = settings.dance.reference
    if name in (NONE, OWN) or library.is_loaded(name):
        return settings
    return replace(settings, dance=replace(settings.dance, reference=NONE))


def notice(session: Session, settings: Settings) -> None:
    """Tell, below the live image, what to do for a dance of the visitor's own that is not there."""
    if settings.dance.reference == OWN and session.uploads.current.teacher is None:
        text = tr("There is no dance of yours yet. Choose a video or a file in the topic **Dance**.")
        st.info(text, icon=":material/music_video:")


def use_recording(session: Session) -> None:
    """Make the person of the last recording the teacher; used as a callback."""
    if recorder := session.recordings.recorder:
        state.request("dance.reference", OWN)
        session.teacher_job.replace(teacher_job.read_recording(recorder, tr("My recording")))


def _choose_all() -> None:
    """Choose the whole of another dance; used as a callback."""
    st.session_state.update({"dance.start": 0.0, "dance.end": 0.0})


def _teacher(session: Session, name: str) -> Teacher | None:
    """The teacher of a choice; None if it is not there yet."""
    if name == OWN:
        return session.uploads.current.teacher
    return library.load(name) if library.is_loaded(name) else None


# ---- what has to be read or drawn first


def _draw(session: Session, name: str) -> None:
    """Show how far a choreography is drawn; after an error the next run of a page tries again."""
    job = _drawing(name)
    has_failed = not job.running and job.error
    _show_job(session, job, is_own=False)
    if has_failed:
        _drawing.clear(name)


@st.cache_resource(show_spinner=False)
def _drawing(name: str) -> TeacherJob:
    """Draws a choreography, for all visitors who want it."""
    return teacher_job.draw(name)


def _own(session: Session) -> None:
    """Show the ways to bring a dance, and what becomes of it."""
    file = st.file_uploader(
        tr("Video, saved dance, or keypoint file"), type=_TYPES, key="teacher-file", help=tr(_FILE_HELP)
    )
    if file is not None:
        problem = session.uploads.read_once("teacher", file.file_id, lambda: _read(session, file))
        _show_problem(problem)
    recorder = session.recordings.recorder
    st.button(
        tr("Use my last recording"),
        icon=":material/videocam:",
        on_click=use_recording,
        args=(session,),
        disabled=recorder is None or recorder.running,
        width="stretch",
        help=tr(_RECORDING_HELP),
    )
    if job := session.teacher_job.value:
        _show_job(session, job, is_own=True)
    if teacher := session.uploads.current.teacher:
        st.caption(tr("Dance in use: {name}", name=plain(teacher.reference.name)))
        for note in teacher.notes:
            st.caption(f":material/info: {visitor_text(note)}")


def _show_job(session: Session, job: TeacherJob, is_own: bool) -> None:
    if job.running:
        _progress(session, job, is_own)
    else:
        _show_problem(job.error)


def _show_problem(problem: str) -> None:
    if problem:
        st.error(visitor_text(problem), icon=":material/broken_image:")


def _read(session: Session, file: UploadedFile) -> None:
    """Begin to read an upload; the dance that was read before remains in use until then."""
    name = display_name(file.name)
    session.teacher_job.replace(None)  # before the next file needs space
    session.teacher_job.replace(teacher_job.read_upload(file.getvalue(), name, _model(), threads()))


def _model() -> str:
    """The most accurate ready model for which this server has the memory.

    Raises:
        InputError: there is none.
    """
    reason: str = message("no model that estimates keypoints is ready; choose one in the topic Model first")
    for name in filter(estimators.is_ready, MODELS_BY_ACCURACY):
        try:
            capacity.require_memory((name, AUTO_DETECTOR), memory.limit_mb(), memory.anonymous_mb())
            return name
        except UnavailableModel as error:
            reason = error.public_message
    raise InputError(reason)


def _take_over(session: Session) -> None:
    """Use the dance that was read meanwhile."""
    job = session.teacher_job.value
    if job and job.teacher and not job.running:
        if session.uploads.current.teacher:  # else the passage may come from a link to it
            _choose_all()
        session.uploads.set_teacher(job.teacher)
        session.teacher_job.replace(None)


@fragment(run_every=0.5)
def _progress(session: Session, job: TeacherJob, is_own: bool) -> None:
    """Show how far a job is, until it ends; one that reads the visitor's own dance can be cancelled."""
    if not job.running or (is_own and job is not session.teacher_job.value):
        st.rerun()  # the whole page, which uses the result
    st.progress(job.fraction or 0.0, _progress_text(job, is_own))
    if is_own:
        cancel = session.teacher_job.replace
        st.button(tr("Cancel"), icon=":material/close:", on_click=cancel, args=(None,), key="teacher-cancel")


def _progress_text(job: TeacherJob, is_own: bool) -> str:
    if not is_own:
        return tr("Drawing the dance: {name}", name=translated_name(job.name))
    if job.waiting:
        return tr("{name} is read after the video of another visitor", name=plain(job.name))
    return tr("Reading {name}", name=plain(job.name))


# ---- options


def _follow(session: Session, teacher: Teacher) -> None:
    """Show the options of dancing along, and a button that saves the dance."""
    dancers = len(teacher.reference.dancers)
    if dancers > 1:
        st.session_state["dance.dancer"] = min(st.session_state["dance.dancer"], dancers)
        widget("dance.dancer", replace(SPECS["dance.dancer"], high=dancers))
    for name in ("layout", "mirror", "speed"):
        widget(f"dance.{name}", SPECS[f"dance.{name}"])
    _passage(teacher)
    for name in ("loop", "count_in", "sound"):
        widget(f"dance.{name}", SPECS[f"dance.{name}"])
    _save(teacher)
    dance_delay.options(session)


def _schedule(teacher: Teacher) -> Schedule:
    """The chosen passage of the dancer who is followed."""
    chosen = state.current_settings().dance
    dancers = teacher.reference.dancers
    return Schedule.of(dancers[min(chosen.dancer, len(dancers)) - 1], chosen)


def _passage(teacher: Teacher) -> None:
    """Show the slider of the passage, whose ends are two options."""
    times = [dancer.timestamps for dancer in teacher.reference.dancers]
    low = math.floor(min(it[0] for it in times) / _STEP) * _STEP
    high = math.ceil(max(it[-1] for it in times) / _STEP) * _STEP
    if high - low <= MIN_PASSAGE:
        return
    chosen = _schedule(teacher)
    st.session_state[_PASSAGE] = round(chosen.start / _STEP) * _STEP, math.ceil(chosen.end / _STEP) * _STEP
    st.slider(
        tr("Passage (s)"),
        low,
        high,
        step=_STEP,
        format="%.1f",
        key=_PASSAGE,
        on_change=_choose_passage,
        args=(low, high),
        help=tr(_PASSAGE_HELP),
    )


def _choose_passage(low: float, high: float) -> None:
    """Choose what the slider shows; used as a callback."""
    start, end = st.session_state[_PASSAGE]
    chosen = {"dance.start": 0.0 if start <= low else start, "dance.end": 0.0 if end >= high else end}
    st.session_state.update(chosen)


def _save(teacher: Teacher) -> None:
    """Offer the chosen passage as a file, if somebody dances in it; a large one is made on click, and not kept.

    For the drawback of the latter see `pose_demo.ui.components.download.file_button`.
    """
    passage, duration = _schedule(teacher), teacher.reference.duration
    is_part = passage.end - passage.start < duration - _STEP
    with suppress(InputError):
        dance = teacher.reference.trimmed(passage.start, passage.end)
        is_small = sum(len(dancer.timestamps) for dancer in dance.dancers) <= _SMALL_FRAMES
        st.download_button(
            tr("Save this passage") if is_part else tr("Save this dance"),
            dance.to_json() if is_small else dance.to_json,
            "dance.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
