"""What the tools with jobs share: the footage, the estimate before a job, and its progress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import streamlit as st

from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.consensus import consensus_label
from pose_demo.explore.footage.ground_truth import has_true_keypoints
from pose_demo.explore.footage.store import FootageStore
from pose_demo.explore.jobs.job import ExploreJob
from pose_demo.explore.jobs.requests import Request
from pose_demo.explore.progress import Progress
from pose_demo.explore.sweep import Estimate
from pose_demo.live.stream import active_streams
from pose_demo.matching.options import OWN
from pose_demo.messages import message, plural
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_POLL_S = 0.4  # between two updates of the page
_LONG_S = 300.0  # work that takes longer has a hint
_POINTS = {"points": message("{count:,} points"), "trials": message("{count:,} trials")}
_RUNS = {
    "sweep": message("A sweep runs; it can be stopped here."),
    "tune": message("A tune runs; it can be stopped here."),
}


def restore(key: str, default: object) -> None:
    """Give a widget its last value before it is drawn: Streamlit drops the values of hidden widgets."""
    kept: dict[str, object] = st.session_state.setdefault("explore-widgets", {})
    if key in st.session_state:
        kept[key] = st.session_state[key]
    st.session_state[key] = kept.get(key, default)


def selected_clips(footage: FootageStore) -> tuple[Clip, ...]:
    """The selected footage; the sample without any."""
    return tuple(item.clip for item in footage.selected) or (Clip(tr("the sample"), "sample"),)


def own_reference(session: Session, settings: Settings) -> str:
    """The user's own reference pose as JSON, if the settings use it; empty otherwise."""
    reference = session.uploads.current.reference
    return reference.to_json() if reference and settings.match.reference == OWN else ""


def describe_footage(clips: Sequence[Clip]) -> None:
    """Tell which clips are used, what accuracy is measured against, and what has an effect on the times."""
    names = ", ".join(f"**{plain(clip.name)}**" for clip in clips)
    known = _joined(sorted({_known(clip) for clip in clips}))
    st.caption(tr("On {clips}. Accuracy is measured against {known}.", clips=names, known=known))
    streams = active_streams()
    if streams:
        text = plural(
            "Times are measured while a live stream runs, so they are longer than usual.",
            "Times are measured while {count} live streams run, so they are longer than usual.",
            streams,
        )
        st.caption(tr(text))


def _joined(texts: Iterable[str]) -> str:
    return reduce(lambda first, second: tr("{first} and {second}", first=first, second=second), map(tr, texts))


def _known(clip: Clip) -> str:
    if has_true_keypoints(clip):
        return message("true keypoints")
    models = consensus_label()
    if not models:
        return message("nothing: no keypoints known")
    return message("consensus keypoints of the heaviest ready models ({models})", models=models)


def show_estimate(session: Session, request: Request, points: str) -> None:
    """Show the size of the work and its time; it is computed in a process of its own.

    Args:
        session: runs the estimate.
        request: the work.
        points: what its points are called: "points" or "trials".
    """
    try:
        job = session.explore.estimate(request)
    except InputError as error:
        st.error(visitor_text(error), icon=":material/error:")
        return
    fragment(run_every=_POLL_S if job.running else None)(_estimate)(job, job.running, points)


def _estimate(job: ExploreJob, was_running: bool, points: str) -> None:
    if was_running and not job.running:
        st.rerun()  # without further updates
    with st.container(key="explore-estimate"):
        if job.running:
            st.caption(tr(":material/hourglass_top: Estimating the time ..."))
        elif job.error:
            st.warning(visitor_text(job.error), icon=":material/info:")
        elif job.estimate:
            st.caption(f":material/schedule: {estimate_text(job.estimate, points)}")


def estimate_text(estimate: Estimate, points: str) -> str:
    """Points, inference runs and time."""
    values = {
        "points": tr(_POINTS[points], count=estimate.points),
        "runs": plural("{count:,} inference run", "{count:,} inference runs", estimate.inference_runs),
        "duration": duration(estimate.seconds),
    }
    if estimate.seconds <= _LONG_S:
        return tr("{points} · {runs} · about {duration}", **values)
    return tr("{points} · {runs} · about {duration}. A part of the clips takes less time: **Edit** it above.", **values)


def duration(seconds: float) -> str:
    """Seconds or minutes, rounded."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else tr("{count:.0f} minutes", count=seconds / 60)


def start(session: Session, request: Request) -> None:
    """Start a job; shows a message if that fails. Used as a callback."""
    try:
        session.explore.start(request)
    except InputError as error:
        st.toast(visitor_text(error), icon=":material/error:")


def show_progress(job: ExploreJob) -> None:
    """Show the progress of a job that runs, with a button to stop it."""
    fragment(run_every=_POLL_S)(_progress)(job)


def _progress(job: ExploreJob) -> None:
    if not job.running:
        st.rerun()
    progress = job.progress
    with st.container(key="explore-progress"):
        text = tr("Stopping ...") if job.stopped else _progress_text(progress)
        st.progress(progress.fraction if progress else 0.0, text)
        st.button(tr("Stop"), icon=":material/stop:", key="explore-stop", on_click=job.stop, disabled=job.stopped)


def _progress_text(progress: Progress | None) -> str:
    if progress is None:
        return tr("Starting ...")
    text = f"{100 * progress.fraction:.0f} % · {tr(progress.message)}"
    if progress.seconds_left is None:
        return text
    left = tr("{duration} left", duration=duration(progress.seconds_left))
    return f"{text} · {left}"


def show_error(job: ExploreJob | None) -> None:
    """Show why a job ended early."""
    if job and job.error:
        st.error(visitor_text(job.error), icon=":material/error:")


def other_job_runs(session: Session, kind: str) -> bool:
    """Whether another tool's job runs; it is shown with its progress."""
    job = session.explore.running
    if job is None or job.request.kind == kind:
        return False
    st.info(tr(_RUNS[job.request.kind]), icon=":material/hourglass_top:")
    show_progress(job)
    return True
