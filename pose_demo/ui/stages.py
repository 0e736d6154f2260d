"""The four places pictures come from, each with its own way to show them."""

from __future__ import annotations

import io
from collections.abc import Callable

import streamlit as st

from pose_demo import sample
from pose_demo.job import VideoJob
from pose_demo.media import encode_image, read_image
from pose_demo.pipeline import Pipeline
from pose_demo.run import Report
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image, InputError
from pose_demo.ui import player, status
from pose_demo.ui.dancer import dance
from pose_demo.ui.loading import plan_for, serve
from pose_demo.ui.session import Session
from pose_demo.ui.webcam import webcam

_SCENES = {"solo": "One dancer", "duo": "Two dancers", "crossing": "Crossing", "empty": "Empty room"}
_SLICE = 0.4  # seconds of video work between two looks at the page
_VIDEO_TYPES = ["mp4", "mov", "m4v", "mkv", "webm", "avi", "mpg", "mpeg"]
_PHOTO_TYPES = ["jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif"]


def dancer(session: Session, settings: Settings) -> None:
    """The drawn dancer."""
    shown = st.container()
    scene = st.segmented_control(
        "Scene", list(_SCENES), format_func=lambda name: _SCENES[name], default="solo", key="scene", required=True
    )
    with shown:
        serve(session, settings, live=False)
        dance(session, scene or "solo")
        status.live(session.live)


def photo(session: Session, settings: Settings) -> None:
    """A photo from a file or from the camera."""
    shown = st.container()
    way = st.segmented_control("From", ["File", "Camera"], default="File", key="photo-way", required=True)
    if way == "Camera":
        upload = st.camera_input("Take a picture", key="snapshot")
    else:
        upload = st.file_uploader("Choose a photo", type=_PHOTO_TYPES, key="photo")
    with shown:
        if upload is None:
            st.caption("Choose a photo; this is the dancer meanwhile.")
            _show_photo(session, settings, sample.frame(45).image, live=False)
            return
        try:
            picture = read_image(upload.getvalue(), upload.name)
        except InputError as error:
            st.error(str(error), icon=":material/broken_image:")
            return
        _show_photo(session, settings, picture, live=way == "Camera")


def _show_photo(session: Session, settings: Settings, picture: Image, *, live: bool) -> None:
    plan = plan_for(settings, session.still_plan, still=True, live=live)
    if plan is None:
        st.image(picture)
        return
    session.use_still(plan)
    result = Pipeline().process(Frame(picture), plan)
    st.image(result.image, width="stretch")
    if not result.persons:
        st.info(
            "Nobody was found in this photo. Try another model or a lower person confidence.",
            icon=":material/person_off:",
        )
    report = Report(result.model)
    report.add(result)
    status.show({"Persons": str(result.persons), "Time": f"{result.milliseconds:.0f} ms", "Size": _size(report)})
    st.download_button("Download PNG", encode_image(result.image), "pose.png", "image/png", icon=":material/download:")


def video(session: Session, settings: Settings) -> None:
    """A video file, processed with a progress bar, to be watched and downloaded."""
    upload = st.file_uploader("Choose a video", type=_VIDEO_TYPES, key="video")
    left, right = st.columns(2)
    source: Callable[[], VideoJob] | None = None
    if left.button("Process the video", type="primary", disabled=upload is None, width="stretch") and upload:
        source = lambda: VideoJob(io.BytesIO(upload.getvalue()), upload.name, settings)  # noqa: E731
    if right.button("Process 10 s of the dancer", width="stretch"):
        source = lambda: VideoJob("sample", "the drawn dancer", settings)  # noqa: E731
    if source and plan_for(settings, None):
        session.replace_job(source())
    if session.job:
        _work(session, session.job)


@st.fragment(run_every=0.1)
def _work(session: Session, job: VideoJob) -> None:
    """Process a slice of the video and show where it stands."""
    if session.job is not job:
        return
    if job.running:
        if st.button("Stop", icon=":material/stop:"):
            job.stop()
            st.rerun()
        job.advance(_SLICE)
        if not job.running:
            st.rerun()
        _progress(job)
    else:
        _finished(job)


def _progress(job: VideoJob) -> None:
    if job.step is None:
        return
    report = job.step.report
    of = f" of {job.step.expected}" if job.step.expected else ""
    st.progress(job.share or 0.0, f"{job.name}: frame {report.frames}{of}")
    player.show(job.step.result.image, key="video-preview")


def _finished(job: VideoJob) -> None:
    if job.error:
        st.error(job.error, icon=":material/broken_image:")
    if job.step is None:
        return
    if job.step.damage:
        st.warning(
            f"The file is damaged after frame {job.step.report.frames} ({job.step.damage}); the rest was left out.",
            icon=":material/warning:",
        )
    if not job.video.exists():
        return
    st.video(str(job.video))
    figures = job.step.report.to_dict()
    status.show(
        {
            "Frames": str(figures["frames"]),
            "With a person": str(figures["frames_with_person"]),
            "Per frame": f"{figures['ms_p50']:.1f} ms",
            "Size": _size(job.step.report),
        }
    )
    left, right = st.columns(2)
    left.download_button("Download MP4", job.video.read_bytes(), "pose.mp4", "video/mp4", width="stretch")
    right.download_button(
        "Download keypoints (CSV)", job.keypoints.read_bytes(), "keypoints.csv", "text/csv", width="stretch"
    )


def _size(report: Report) -> str:
    return f"{report.width} × {report.height}"


STAGES: dict[str, Callable[[Session, Settings], None]] = {
    "Webcam": webcam,
    "Sample dancer": dancer,
    "Video file": video,
    "Photo": photo,
}
