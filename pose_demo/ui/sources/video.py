"""A video file, processed with a progress bar, to be watched and downloaded."""

from __future__ import annotations

import io

import streamlit as st

from pose_demo import sample
from pose_demo.live import cpu
from pose_demo.offline.job import VideoJob
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.components import player
from pose_demo.ui.models import fetch_missing
from pose_demo.ui.panels import status
from pose_demo.ui.session import Session

_TYPES = ["mp4", "mov", "m4v", "mkv", "webm", "avi", "mpg", "mpeg"]
_SLICE = 0.4  # seconds of work between two looks at the page


def video(session: Session, settings: Settings) -> None:
    """Process a video, or ten seconds of the drawn dancer."""
    shown = st.container()
    upload = st.file_uploader("Choose a video", type=_TYPES, key="video")
    left, right = st.columns(2)
    wanted = left.button("Process this video", type="primary", disabled=upload is None, width="stretch")
    dancer = right.button("Process 10 s of the dancer", width="stretch")
    if wanted and upload:
        _begin(session, settings, io.BytesIO(upload.getvalue()), upload.name)
    elif dancer:
        _begin(session, settings, "sample", "the drawn dancer")
    with shown:
        if session.job and session.job.running:
            _work(session.job)
        elif session.job:
            _finished(session.job)
        else:
            player.show(sample.frame(0).image)
            st.caption(
                "Choose a video below. It is processed with the settings at the left as they stand when you start."
            )


def _begin(session: Session, settings: Settings, footage: io.BytesIO | str, name: str) -> None:
    job = VideoJob(footage, name, settings, session.assets, cpu.per_net())
    try:
        fetch_missing(settings)
        session.replace_job(job)
    except InputError as error:
        job.close()
        st.error(str(error), icon=":material/cloud_off:")


@st.fragment(run_every=0.1)
def _work(job: VideoJob) -> None:
    """Process a slice of the video and show where it stands."""
    if st.button("Stop", icon=":material/stop:"):
        job.stop()
    job.advance(_SLICE)
    if not job.running:
        st.rerun()
    _progress(job)


def _progress(job: VideoJob) -> None:
    if job.step is None:
        return
    report = job.step.report
    of = f" of {job.step.expected}" if job.step.expected else ""
    st.progress(job.share or 0.0, f"{job.name}: frame {report.frames}{of}")
    player.show(job.step.result.image)


def _finished(job: VideoJob) -> None:
    if job.error:
        st.error(job.error, icon=":material/broken_image:")
    step = job.step
    if step is None or not job.video.exists():
        return
    if step.damage:
        st.warning(
            f"The file is damaged after frame {step.report.frames} ({step.damage}); the rest was left out.",
            icon=":material/warning:",
        )
    st.video(str(job.video))
    report = step.report
    status.show(
        {
            "Frames": str(report.frames),
            "With a person": str(report.frames_with_person),
            "Per frame": f"{report.to_dict()['ms_p50']} ms",
            "Size": f"{report.width} × {report.height}",
        }
    )
    left, middle, right = st.columns(3)
    left.download_button("Download MP4", job.video.read_bytes(), "pose.mp4", "video/mp4", width="stretch")
    middle.download_button("Keypoints CSV", job.csv.read_bytes(), "keypoints.csv", "text/csv", width="stretch")
    right.download_button(
        "Keypoints JSON", job.json.read_bytes(), "keypoints.json", "application/json", width="stretch"
    )
