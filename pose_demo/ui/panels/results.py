"""The videos processed last: how they were made, a player and downloads."""

from __future__ import annotations

import streamlit as st

from pose_demo import fields
from pose_demo.estimators import MODELS
from pose_demo.matching.options import OWN
from pose_demo.offline.job import MAX_RESULTS, VideoJob, VideoJobs
from pose_demo.offline.run import RunReport
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.ui.components.download import file_button
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.panels import values
from pose_demo.ui.session import Session
from pose_demo.ui.state import SPECS
from pose_demo.ui.translation import tr

_LISTED_CHANGES = 3
_VIDEO_WIDTH = 480  # pixels
_LIVE_ONLY = ("frame_rate.", "smooth.plot", "joint_angles.plot")  # settings that do not change a processed video


def panel(session: Session, settings: Settings) -> None:
    """Show the finished jobs; nothing without one."""
    if not session.jobs.finished:
        return
    st.markdown(
        tr("**Results**"),
        help=tr("The last {count} are kept until you remove them or leave the page.", count=MAX_RESULTS),
    )
    for job in session.jobs.finished:
        with st.container(border=True, key=f"result-{id(job)}"):
            _result(session.jobs, job, differences(job, settings, session.uploads.current))


def _result(jobs: VideoJobs, job: VideoJob, changes: list[str]) -> None:
    if job.step is None:
        return
    report = job.step.report
    model, figures = MODELS[report.model].title, _figures(report)
    st.markdown(f"**{plain(job.name)}**  \n:small[{model} · {figures}]")
    if job.step.read_error:
        text = tr(
            "The file is damaged after frame {frame} ({error}); the rest is missing.",
            frame=report.frames,
            error=visitor_text(job.step.read_error),
        )
        st.warning(text, icon=":material/warning:")
    if text := visitor_text(job.step.sound_error):
        st.warning(f"{text[0].upper()}{text[1:]}.", icon=":material/volume_off:")
    if changes:
        st.caption(tr(":material/history: Made with other settings: {changes}.", changes=_listed(changes)))
    if jobs.opened is job:
        st.video(str(job.video), width=_VIDEO_WIDTH)
    _buttons(jobs, job)


def _figures(report: RunReport) -> str:
    figures = tr(
        "{frames} frames · {persons} with a person · median {milliseconds:.1f} ms",
        frames=report.frames,
        persons=report.frames_with_person,
        milliseconds=report.to_dict()["ms_p50"],
    )
    if report.match is None:
        return figures
    return figures + tr(" · a match in {share:.0f} % of the frames", share=100 * report.match.share)


def _buttons(jobs: VideoJobs, job: VideoJob) -> None:
    downloads = (
        ("MP4", job.video, "pose.mp4", "video/mp4"),
        ("CSV", job.csv, "keypoints.csv", "text/csv"),
        ("JSON", job.json, "keypoints.json", "application/json"),
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            tr("Hide") if jobs.opened is job else tr("Show"),
            icon=":material/visibility_off:" if jobs.opened is job else ":material/play_circle:",
            on_click=jobs.toggle,
            args=(job,),
            key=f"show-{id(job)}",
        )
        for label, path, name, mime in downloads:
            file_button(label, path, name, mime, key=f"{label}-{id(job)}")
        st.button(tr("Remove"), icon=":material/delete:", on_click=jobs.remove, args=(job,), key=f"remove-{id(job)}")


def differences(job: VideoJob, settings: Settings, uploads: Uploads) -> list[str]:
    """In which settings a job differs from the current ones, as short phrases; empty if it does not."""
    before, now = fields.values(job.settings), fields.values(settings)
    changes = [
        tr(
            "{setting} {value} instead of {present}",
            setting=tr(SPECS[name].label),
            value=values.text(SPECS[name], before[name]),
            present=values.text(SPECS[name], now[name]),
        )
        for name in SPECS
        if before[name] != now[name] and not name.startswith(_LIVE_ONLY)
    ]
    return changes + _other_uploads(job, settings, uploads)


def _other_uploads(job: VideoJob, settings: Settings, now: Uploads) -> list[str]:
    """The uploads that both settings use and that differ."""
    before = job.uploads
    other = {
        tr("another own reference pose"): (
            job.settings.match.reference == settings.match.reference == OWN and before.reference is not now.reference
        ),
        tr("another background image"): (
            job.settings.background.mode == settings.background.mode == "image"
            and before.background is not now.background
        ),
        tr("another image of an effect"): (
            job.settings.effects == settings.effects != () and _identities(before) != _identities(now)
        ),
    }
    return [text for text, applies in other.items() if applies]


def _identities(uploads: Uploads) -> dict[str, int]:
    return {name: id(image) for name, image in uploads.images.items()}


def _listed(changes: list[str]) -> str:
    rest = len(changes) - _LISTED_CHANGES
    shown = "; ".join(changes[:_LISTED_CHANGES])
    return tr("{changes}; and {count} more", changes=shown, count=rest) if rest > 0 else shown
