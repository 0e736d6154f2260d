"""A video file on a workbench: play, step and seek with the current settings, and process it as a whole."""

from __future__ import annotations

import io
import logging

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pose_demo.io.formats import VIDEO_TYPES
from pose_demo.io.limits import PAGE
from pose_demo.io.seek import SeekableSample
from pose_demo.io.seekable import open_seekable
from pose_demo.live import prometheus
from pose_demo.offline.job import VideoJob
from pose_demo.offline.workbench import Workbench
from pose_demo.plan import Plan
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.components import player
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import threads, video_plan
from pose_demo.ui.panels import hints, results, workbench
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.user_text import display_name

log = logging.getLogger(__name__)

_SLICE_S = 0.4  # of processing between two updates of the page
_SAMPLE = "sample"
_KEY = "video"  # of the uploader
_PROBLEM = "video-problem"  # what is wrong with the upload


def show(session: Session, settings: Settings) -> None:
    """Show the workbench with an uploaded video, or with ten seconds of the sample dancer."""
    bench = session.workbench.value or _open_sample(session)
    output = st.container()
    upload = st.file_uploader(tr("Choose a video"), type=VIDEO_TYPES, key=_KEY, on_change=_open_upload, args=(session,))
    with output:
        _problems(bench, is_uploaded=upload is not None)
        _stage(session, bench, settings)
        _name(session, bench, is_uploaded=upload is not None)
        results.panel(session, settings)


def _open_sample(session: Session) -> Workbench:
    bench = Workbench(SeekableSample(), _SAMPLE)
    session.workbench.replace(bench)
    return bench


def _close_video(session: Session) -> None:
    _open_sample(session)


def _open_upload(session: Session) -> None:
    """Put the upload on the workbench, or the sample if it was removed or cannot be read."""
    upload: UploadedFile | None = st.session_state[_KEY]
    st.session_state[_PROBLEM] = ""
    _open_sample(session)
    if upload is None:
        return
    data = upload.getvalue()
    try:
        session.workbench.replace(
            Workbench(open_seekable(io.BytesIO(data), display_name(upload.name), limits=PAGE), data)
        )
    except InputError as error:
        prometheus.count_refusal("file")
        st.session_state[_PROBLEM] = str(error)


def _problems(bench: Workbench, is_uploaded: bool) -> None:
    """Show what is wrong with the upload, or with the file on the workbench."""
    if is_uploaded and st.session_state.get(_PROBLEM):
        st.error(visitor_text(st.session_state[_PROBLEM]), icon=":material/broken_image:")
    if bench.frames.read_error:
        reason = visitor_text(bench.frames.read_error)
        st.warning(tr("The file is damaged: {reason}.", reason=reason), icon=":material/warning:")


def _name(session: Session, bench: Workbench, is_uploaded: bool) -> None:
    """Show what is on the workbench unless the uploader shows it."""
    if bench.source == _SAMPLE:
        st.caption(tr("This is the sample dancer; choose a video below."))
    elif not is_uploaded:  # another source was chosen meanwhile, which empties the uploader
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(tr("{name} is still open.", name=plain(bench.frames.name)), width="content")
            st.button(tr("Close the video"), icon=":material/close:", on_click=_close_video, args=(session,))


def _stage(session: Session, bench: Workbench, settings: Settings) -> None:
    if session.jobs.current:
        _running(session)
        return
    if session.jobs.error:
        st.error(visitor_text(session.jobs.error), icon=":material/broken_image:")
    plan = video_plan(session, settings)
    if plan is None:
        player.show_unprocessed(bench.frames.frame(bench.index).image, settings)
        return
    hints.workbench_chip(session, bench)
    workbench.panel(session, settings, plan, lambda plan: _process_all(session, bench, plan))


def _process_all(session: Session, bench: Workbench, plan: Plan) -> None:
    bench.playing = False
    source = io.BytesIO(bench.source) if isinstance(bench.source, bytes) else bench.source
    record = bench.curves(plan.settings, plan.uploads).record_result
    keep_sound = st.session_state.get(workbench.KEEP_SOUND, True)
    name, settings, uploads = bench.frames.name, plan.settings, plan.uploads
    try:
        job = VideoJob(source, name, settings, uploads, threads(), record, keep_sound=keep_sound)
    except InputError as error:
        log.warning("%s", error)
        session.jobs.error = str(error)
        return
    session.jobs.start(job)


@fragment(run_every=0.1)
def _running(session: Session) -> None:
    """Show the progress, and process a part of the video."""
    job = session.jobs.current
    if job is None:
        st.rerun()
    _progress(job)
    if st.button(tr("Stop"), icon=":material/stop:"):
        job.stop()
    job.advance(_SLICE_S)
    if not job.running:
        if job.error:
            log.warning("%s", job.error.removeprefix(f"{job.name}: "))  # without the name of the visitor's file
        session.jobs.update()
        st.rerun()


def _progress(job: VideoJob) -> None:
    name = plain(job.name)
    if job.step is None:
        st.progress(0.0, tr("{name}: loading the model", name=name))
        return
    player.show(job.step.result.image)
    frame, total = job.step.report.frames, job.step.expected
    if total:
        text = tr("{name}: frame {frame} of {total}", name=name, frame=frame, total=total)
    else:
        text = tr("{name}: frame {frame}", name=name, frame=frame)
    st.progress(job.progress or 0.0, text)
