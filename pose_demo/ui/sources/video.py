"""A video file, processed with a progress bar, to play and download."""

from __future__ import annotations

import io
import logging
from typing import BinaryIO

import streamlit as st

from pose_demo import sample
from pose_demo.offline.job import VideoJob
from pose_demo.settings import Settings
from pose_demo.ui.components import player
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.models import fetch_missing, show_missing, threads
from pose_demo.ui.panels import status
from pose_demo.ui.session import Session
from pose_demo.ui.uploads import VIDEO_TYPES
from pose_demo.weights import MissingWeights

log = logging.getLogger(__name__)

_SLICE_S = 0.4  # of processing between two updates of the page


def show(session: Session, settings: Settings) -> None:
    """Process a video file, or ten seconds of the sample dancer."""
    output = st.container()
    upload = st.file_uploader("Choose a video", type=VIDEO_TYPES, key="video")
    left, right = st.columns(2)
    start_upload = left.button("Process this video", type="primary", disabled=upload is None, width="stretch")
    start_sample = right.button("Process 10 s of the sample", width="stretch")
    if start_upload and upload:
        _start(session, settings, io.BytesIO(upload.getvalue()), upload.name)
    elif start_sample:
        _start(session, settings, "sample", "sample")
    with output:
        _job(session.job.value)


def _start(session: Session, settings: Settings, source: BinaryIO | str, name: str) -> None:
    try:
        fetch_missing(settings)
    except MissingWeights as error:
        show_missing(settings, error)
        return
    session.job.replace(VideoJob(source, name, settings, session.uploads.current, threads()))


def _job(job: VideoJob | None) -> None:
    if job is None:
        player.show(sample.frame(0).image)
        st.caption("Choose a video below. It is processed with the settings in the sidebar at the time of the start.")
    elif job.running:
        _running(job)
    else:
        _show_finished(job)


@st.fragment(run_every=0.1)
def _running(job: VideoJob) -> None:
    """Process a part of the video, and show the progress."""
    if st.button("Stop", icon=":material/stop:"):
        job.stop()
    job.advance(_SLICE_S)
    if not job.running:
        if job.error:
            log.warning("%s", job.error)
        st.rerun()
    _progress(job)


def _progress(job: VideoJob) -> None:
    if job.step is None:
        return
    total = f" of {job.step.expected}" if job.step.expected else ""
    st.progress(job.progress or 0.0, f"{job.name}: frame {job.step.report.frames}{total}")
    player.show(job.step.result.image)


def _show_finished(job: VideoJob) -> None:
    if job.error:
        st.error(visitor_text(job.error), icon=":material/broken_image:")
    step = job.step
    if step is None or not job.video.exists():
        return
    if step.read_error:
        reason = visitor_text(step.read_error)
        st.warning(
            f"The file is damaged after frame {step.report.frames} ({reason}); the rest is missing.",
            icon=":material/warning:",
        )
    st.video(str(job.video))
    report = step.report
    status.badges(
        {
            "Frames": str(report.frames),
            "Frames with a person": str(report.frames_with_person),
            "Median per frame": f"{report.to_dict()['ms_p50']:.1f} ms",
            "Size": f"{report.width} × {report.height}",
        }
    )
    _downloads(job)


def _downloads(job: VideoJob) -> None:
    files = (
        ("Download MP4", job.video, "pose.mp4", "video/mp4"),
        ("Keypoints CSV", job.csv, "keypoints.csv", "text/csv"),
        ("Keypoints JSON", job.json, "keypoints.json", "application/json"),
    )
    for column, (label, path, name, mime) in zip(st.columns(len(files)), files, strict=True):
        column.download_button(label, path.read_bytes(), name, mime, width="stretch")
