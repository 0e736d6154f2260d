"""Compare two settings on the same frames of a clip, and all kept settings on one frame."""

from __future__ import annotations

import bisect
import itertools
import logging
from dataclasses import replace

import streamlit as st

from pose_demo.estimators import MODELS, is_ready, title
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.store import FootageStore
from pose_demo.messages import message
from pose_demo.metrics.agreement import largest_moments
from pose_demo.offline.comparison import MAX_FRAMES, ComparisonJob
from pose_demo.settings import Settings
from pose_demo.types import Image, InputError, UnavailableModel
from pose_demo.ui import state
from pose_demo.ui.components import agreement, split, timeline
from pose_demo.ui.components.agreement import Row
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.explore import kept
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import fetch_missing, show_missing, threads
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import keep_choice

log = logging.getLogger(__name__)

_SLICE_S = 0.4  # of processing between two updates of the page
_SEPARATION_S = 0.5  # between two moments of large disagreement
_MIN_RANGE = 5.0  # of the curve in % of the torso; a small disagreement must not look large
_COLOR = "#e0872b"  # of the curve; visible on light and dark backgrounds
_POSITION, _RANK, _DIVIDER = "comparison-position", "comparison-rank", "comparison-divider"  # of the session state


def show(session: Session, settings: Settings, footage: FootageStore) -> None:
    """Choose two settings, process a clip with both, and show where they differ."""
    clip, expected = _choose_clip(footage)
    options = candidates(settings)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    keep_choice("comparison-b", list(options))
    name = left.selectbox(
        tr("Compare A, the sidebar ({model}), with B", model=MODELS[settings.model].title),
        list(options),
        key="comparison-b",
        format_func=tr,
        help=tr("Settings kept earlier, presets, or the sidebar with another model."),
    )
    if right.button(tr("Compare"), key="comparison-start", type="primary", width="stretch"):
        _start(session, clip, expected, settings, options[name])
    kept.controls(settings)
    job = session.comparison_job.value
    if job is None:
        text = tr(
            "Both process the frames of **{clip}**, at most {limit:,} of them.", clip=plain(clip.name), limit=MAX_FRAMES
        )
        st.caption(text)
    elif job.running:
        _running(job)
    else:
        _finished(session, settings, job)
    if job is None or not job.frames:
        kept.thumbnails(session, settings, clip.name, lambda: _first_frame(clip))


def _choose_clip(footage: FootageStore) -> tuple[Clip, int]:
    """The clip to process and its expected number of frames."""
    items = {item.name: item for item in footage.selected}
    if not items:
        return Clip(tr("the sample"), "sample"), 300
    name = next(iter(items))
    if len(items) > 1:
        name = st.selectbox(tr("Clip"), list(items), key="comparison-clip", help=tr("One of the selected clips."))
    return items[name].clip, items[name].expected_frames


def _first_frame(clip: Clip) -> Image:
    with clip.open() as frames:
        return next(iter(frames)).image


def candidates(settings: Settings) -> dict[str, Settings]:
    """Display name -> settings that can be compared with ``settings``."""
    others = [name for name, info in MODELS.items() if name != settings.model and info.skeleton]
    others.sort(key=is_ready, reverse=True)
    found = kept.named()
    for name in others:
        found[message("Sidebar with {model}", model=title(name))] = replace(settings, model=name)
    for name, preset in PRESETS.items():
        found[message("Preset {name}", name=message(name))] = preset.applied(settings)
    return found


def _start(session: Session, clip: Clip, expected: int, a: Settings, b: Settings) -> None:
    for settings in (a, b):
        try:
            fetch_missing(settings)
        except UnavailableModel as error:
            show_missing(settings, error)
            return
    uploads = session.uploads.current
    try:
        job = ComparisonJob(clip.open, clip.name, a, b, expected=expected, uploads=uploads, threads=threads())
    except InputError as error:
        st.error(visitor_text(error), icon=":material/broken_image:")
        return
    session.comparison_job.replace(job)
    st.session_state[_POSITION], st.session_state[_RANK] = 0.0, -1


@fragment(run_every=0.1)
def _running(job: ComparisonJob) -> None:
    """Process a part of the clip, and show the progress."""
    if st.button(tr("Stop"), key="comparison-stop", icon=":material/stop:"):
        job.stop()
    job.advance(_SLICE_S)
    if not job.running:
        if job.error:
            log.warning("%s", job.error.removeprefix(f"{job.name}: "))
        st.rerun()
    values = {"clip": plain(job.name), "frame": job.frames}
    if job.expected:
        text = tr("{clip}: frame {frame} of {count}", **values, count=job.expected)
    else:
        text = tr("{clip}: frame {frame}", **values)
    st.progress(job.progress or 0.0, text)
    if job.frames:
        _, a, b = job.images(job.frames - 1)
        _picture(job, a, b)


def _picture(job: ComparisonJob, a: Image, b: Image) -> None:
    labels = f"A · {MODELS[job.a.model].title}", f"B · {MODELS[job.b.model].title}"
    position = st.session_state.get(_DIVIDER, 0.5)
    st.session_state[_DIVIDER] = split.show(a, b, labels, key="comparison-picture", position=position)


def _finished(session: Session, settings: Settings, job: ComparisonJob) -> None:
    if job.error:
        st.error(visitor_text(job.error), icon=":material/broken_image:")
    if not job.frames:
        return
    if settings != job.a:
        st.caption(tr(":material/history: The sidebar has changed since; press **Compare** to process its settings."))
    if job.is_shortened:
        st.caption(
            tr(
                "Only the first {limit:,} frames were processed; choose a part of the clip to see the rest.",
                limit=MAX_FRAMES,
            )
        )
    _result(session, settings, job)


@fragment()
def _result(session: Session, settings: Settings, job: ComparisonJob) -> None:
    """The pictures of one frame, the curve, and the measures."""
    index = frame_at(job, st.session_state[_POSITION])
    frame, a, b = job.images(index)
    _picture(job, a, b)
    _timeline(job, index)
    _buttons(job)
    summary = job.summary
    if summary:
        sides = ("A", job.a, summary.a), ("B", job.b, summary.b)
        rows = [Row(name, MODELS[side.model].title, values.ms, values.jitter) for name, side, values in sides]
        with st.container(key="comparison"):
            agreement.show(rows, summary.joints, tr("{count} frames", count=job.frames))
    name = tr("{clip} at {seconds:.2f} s", clip=job.name, seconds=_seconds(job, index))
    kept.thumbnails(session, settings, name, lambda: frame)


def frame_at(job: ComparisonJob, position: float) -> int:
    """The index of the frame shown at a position, in seconds from the first frame."""
    return max(0, bisect.bisect_right(job.timestamps, job.timestamps[0] + position + 1e-6) - 1)


def _seconds(job: ComparisonJob, index: int) -> float:
    return job.timestamps[index] - job.timestamps[0]


def _timeline(job: ComparisonJob, index: int) -> None:
    known = [value for value in job.disagreement if value is not None]
    high = max(_MIN_RANGE, *known, 0.0)
    label = tr("Disagreement, 0 to {high:.0f} % of the torso", high=high)
    curve = timeline.Curve(label, _COLOR, tuple(job.disagreement), 0.0, high)
    times = [timestamp - job.timestamps[0] for timestamp in job.timestamps]
    step = max([later - earlier for earlier, later in itertools.pairwise(times[:2])], default=0.0)
    timeline.show(
        times[-1], times[index], times, [curve], step=step or None, on_change=_seek, key="comparison-timeline"
    )
    values = {"frame": index + 1, "count": job.frames, "seconds": times[index], "percent": job.disagreement[index]}
    if values["percent"] is None:
        text = tr("Frame {frame} of {count} at {seconds:.2f} s: no person, or no keypoints to compare.", **values)
    else:
        text = tr("Frame {frame} of {count} at {seconds:.2f} s: they differ by {percent:.1f} % of the torso.", **values)
    st.caption(text)


def _seek(event: timeline.TimelineEvent) -> None:
    if event.position is not None:
        st.session_state[_POSITION] = event.position


def _buttons(job: ComparisonJob) -> None:
    with st.container(key="comparison-buttons", horizontal=True, gap="small"):
        st.button(
            tr("Go where they differ most"),
            key="comparison-most",
            icon=":material/moving:",
            on_click=_go_to_next,
            args=(job,),
            disabled=not any(value is not None for value in job.disagreement),
            help=tr("Each press goes to the next largest disagreement, at least half a second away from the others."),
        )
        clicked = [
            st.button(tr("Use A"), key="comparison-use-a", on_click=state.apply, args=(job.a,)),
            st.button(tr("Use B"), key="comparison-use-b", on_click=state.apply, args=(job.b,)),
            st.button(tr("Swap"), key="comparison-swap", icon=":material/swap_horiz:", on_click=_swap, args=(job,)),
        ]
    if any(clicked):
        st.rerun()  # the whole page, not only this fragment


def _go_to_next(job: ComparisonJob) -> None:
    moments = largest_moments(job.timestamps, job.disagreement, _SEPARATION_S)
    rank = st.session_state[_RANK] + 1
    st.session_state[_POSITION] = _seconds(job, moments[rank % len(moments)])
    st.session_state[_RANK] = rank


def _swap(job: ComparisonJob) -> None:
    state.apply(job.b)
    job.swap()
