"""The threshold that separates match from no match, from marked footage."""

from __future__ import annotations

import streamlit as st

from pose_demo.explore.calibration.score_job import ScoreJob
from pose_demo.explore.calibration.threshold import LabeledScore, label, marked
from pose_demo.explore.footage.clip import Span
from pose_demo.explore.footage.store import ClipPreview, Footage, FootageStore
from pose_demo.fields import NONE
from pose_demo.matching.options import OWN
from pose_demo.messages import plural
from pose_demo.offline.still import process_still
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.types import InputError, UnavailableModel
from pose_demo.ui import state
from pose_demo.ui.components import player, still, timeline
from pose_demo.ui.components.timeline import Curve, TimelineEvent
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.explore import job_panel
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import fetch_missing, show_missing, still_plan, threads
from pose_demo.ui.panels.calibration import show_result
from pose_demo.ui.panels.match import reference_image
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_CLIP, _POSITION, _SPAN = "calibrate-clip", "calibrate-position", "calibrate-span"
_FRAME_MS = "calibrate-frame-ms"  # processing time of the frame in the preview
_SLICE_S = 0.4  # of processing between two updates of the page
_STEP_S = 0.1  # of the sliders
_COLUMNS = [3, 2]  # relative widths of the video and the controls
_REFERENCE_WIDTH = 160  # pixels
_SCORE_COLOR = "#12a150"


def show(session: Session, settings: Settings, footage: FootageStore) -> None:
    """Show the scores of marked footage, and the best threshold."""
    st.caption(
        tr("Find the match threshold: mark where the pose matches and where it does not, then compute the scores.")
    )
    if not _has_reference(session, settings):
        st.info(
            tr(
                "Choose a reference pose first: in the sidebar, under **Match**. With **Own** it can be a photo, a "
                "video or a file of yours."
            ),
            icon=":material/accessibility_new:",
        )
        return
    if not footage.selected:
        st.info(tr("Add or select a clip above."), icon=":material/movie:")
        return
    left, right = st.columns(_COLUMNS)
    with left:
        item = _chosen(footage)
        _timeline(session, settings, item, _fitting(session, settings))
    with right:
        if (image := reference_image(session, settings)) is not None:
            still.show(image, tr("Reference pose"), width=_REFERENCE_WIDTH, caption=tr("Reference"))
        _span_controls(footage, item)
        _marked_spans(footage, item)
    _scores(session, settings, footage.selected)


def _has_reference(session: Session, settings: Settings) -> bool:
    name = settings.match.reference
    return name != NONE and (name != OWN or session.uploads.current.reference is not None)


def _fitting(session: Session, settings: Settings) -> ScoreJob | None:
    """The computed scores, if they are those of the settings."""
    job = session.scores.value
    return job if job and job.fits(settings, session.uploads.current) else None


def _chosen(footage: FootageStore) -> Footage:
    """The clip to mark; another one clears the position and the span."""
    names = [item.name for item in footage.selected]
    if st.session_state.get(_CLIP) not in names:
        _reset_position()
        st.session_state[_CLIP] = names[0]
    if len(names) > 1:
        st.selectbox(tr("Clip to mark"), names, key=_CLIP, on_change=_reset_position)
    return footage.find(st.session_state[_CLIP])


def _reset_position() -> None:
    for key in (_POSITION, _SPAN):
        st.session_state.pop(key, None)


# ---- mark spans


def _timeline(session: Session, settings: Settings, item: Footage, job: ScoreJob | None) -> None:
    position = st.session_state.setdefault(_POSITION, item.start)
    _preview(session, settings, item, position)
    frames = job.scores(item.clip) if job else ()
    timeline.show(
        item.duration,
        position,
        [frame.timestamp for frame in frames],
        [Curve(tr("score"), _SCORE_COLOR, tuple(frame.score for frame in frames), 0.0, 1.0)] if frames else [],
        threshold=settings.match.similarity if frames else None,
        spans=[(span.start, span.end, span.is_match) for span in item.clip.spans],
        select_spans=True,
        on_change=lambda event: _use_event(event, item.duration),
        key=f"calibrate-timeline-{item.name}",
    )
    st.caption(tr("Click to see a frame, drag to select a span."))


def _use_event(event: TimelineEvent, duration: float) -> None:
    if event.position is not None:
        st.session_state[_POSITION] = event.position
    if event.threshold is not None:
        state.request("match.similarity", round(event.threshold, 2))
    if event.span is not None:
        start, end = (round(seconds / _STEP_S) * _STEP_S for seconds in event.span)
        st.session_state[_SPAN] = (round(start, 1), min(_last(duration), round(max(end, start + _STEP_S), 1)))
        st.session_state[_POSITION] = event.span[0]


def _last(duration: float) -> float:
    """The end of the sliders."""
    return max(_STEP_S, round(duration, 1))


def _preview(session: Session, settings: Settings, item: Footage, position: float) -> None:
    """Show the frame at the position with the current settings."""
    try:
        preview = session.preview.value
        if preview is None or preview.clip.source != item.clip.source:
            preview = ClipPreview(item.clip)
            session.preview.replace(preview)
        frame = preview.frame_at(position)
    except InputError as error:
        st.error(visitor_text(error), icon=":material/broken_image:")
        return
    plan = still_plan(session, settings)
    result = process_still(frame.image, plan) if plan else None
    if result:
        _note_speed(settings, result.milliseconds)
    player.show(result.image if result else frame.image, key="calibrate-preview")
    st.caption(f"{position:.2f} s · {_score_text(result)}")


def _note_speed(settings: Settings, milliseconds: float) -> None:
    """Keep the shortest processing time of a frame: the first frames of a model take longer."""
    model = (settings.model, settings.detector)
    known, shortest = st.session_state.get(_FRAME_MS, (None, 0.0))
    st.session_state[_FRAME_MS] = (model, min(shortest, milliseconds) if known == model else milliseconds)


def _score_text(result: Result | None) -> str:
    scores = [state.match.score for state in result.matches if state.match.score is not None] if result else []
    return tr("score {score:.2f}", score=max(scores)) if scores else tr("no score")


def _span_controls(store: FootageStore, item: Footage) -> None:
    last = _last(item.duration)
    if _SPAN not in st.session_state:
        st.session_state[_SPAN] = (0.0, min(last, 2.0))
    help_text = tr("Drag on the timeline, or set it here.")
    st.slider(tr("Span to mark (s)"), 0.0, last, step=_STEP_S, key=_SPAN, format="%.1f", help=help_text)
    start, end = st.session_state[_SPAN]
    with st.container(horizontal=True):
        for is_match in (True, False):
            st.button(
                tr("Mark as match") if is_match else tr("Mark as no match"),
                icon=":material/check:" if is_match else ":material/close:",
                key=f"calibrate-mark-{is_match}",
                on_click=_add_span,
                args=(store, item.name, Span(start, end, is_match)),
                disabled=start >= end,
            )


def _add_span(store: FootageStore, name: str, span: Span) -> None:
    store.set_spans(name, marked(store.find(name).clip.spans, span))


def _marked_spans(store: FootageStore, item: Footage) -> None:
    """Show the spans; a click removes one."""
    with st.container(horizontal=True):
        for index, span in enumerate(item.clip.spans):
            st.button(
                _span_text(span),
                icon=":material/close:",
                icon_position="right",
                key=f"calibrate-span-{item.name}-{index}",
                help=tr("Remove this span."),
                on_click=_remove_span,
                args=(store, item.name, index),
            )


def _span_text(span: Span) -> str:
    if span.is_match:
        return tr(":green[match] {start:.1f} to {end:.1f} s", start=span.start, end=span.end)
    return tr(":red[no match] {start:.1f} to {end:.1f} s", start=span.start, end=span.end)


def _remove_span(store: FootageStore, name: str, index: int) -> None:
    spans = store.find(name).clip.spans
    store.set_spans(name, spans[:index] + spans[index + 1 :])


# ---- scores


def _scores(session: Session, settings: Settings, items: list[Footage]) -> None:
    job = session.scores.value
    if job and job.running:
        _running(job)
        return
    fitting = _fitting(session, settings)
    missing = [item for item in items if not (fitting and fitting.is_complete(item.clip))]
    if job and job.error:
        st.error(visitor_text(job.error), icon=":material/broken_image:")
    if missing:
        if job and not fitting:
            st.caption(tr("The scores were of other settings, so they are not shown."))
        _offer(session, settings, items, missing)
    if fitting:
        samples = _samples(fitting, items)
        if samples:
            st.markdown(tr("**Scores of the marked frames**"))
            show_result(samples, settings.match.similarity, "calibrate")
        else:
            st.info(tr("Mark at least one span as match and one as no match."), icon=":material/draw:")


def _samples(job: ScoreJob, items: list[Footage]) -> list[LabeledScore]:
    labeled = (label(job.scores(item.clip), item.clip.spans, item.name) for item in items)
    return [sample for samples in labeled for sample in samples]


def _offer(session: Session, settings: Settings, items: list[Footage], missing: list[Footage]) -> None:
    frames = sum(item.expected_frames for item in missing)
    if st.button(tr("Compute the scores"), type="primary", icon=":material/play_arrow:", key="calibrate-start"):
        _start(session, settings, items, frames)
    seconds = frames * st.session_state.get(_FRAME_MS, (None, 0.0))[1] / 1000
    clips = plural("{count} clip", "{count} clips", len(missing))
    if seconds:
        duration = job_panel.duration(seconds)
        text = tr("{clips}, {frames:,} frames: about {duration}.", clips=clips, frames=frames, duration=duration)
    else:
        text = tr("{clips}, {frames:,} frames.", clips=clips, frames=frames)
    st.caption(text)


def _start(session: Session, settings: Settings, items: list[Footage], expected: int) -> None:
    try:
        fetch_missing(settings)
    except UnavailableModel as error:
        show_missing(settings, error)
        return
    clips = [item.clip for item in items]
    job = ScoreJob(
        clips,
        settings,
        session.uploads.current,
        expected=expected,
        threads=threads(),
        previous=session.scores.value,
    )
    session.scores.replace(job)
    st.rerun()


@fragment(run_every=0.1)
def _running(job: ScoreJob) -> None:
    """Process a part of the footage, and show the progress."""
    if st.button(tr("Stop"), icon=":material/stop:", key="calibrate-stop"):
        job.stop()
    job.advance(_SLICE_S)
    if not job.running:
        st.rerun()
    values = {"frame": job.done, "count": job.expected}
    if job.seconds_left is None:
        text = tr("Frame {frame:,} of {count:,}", **values)
    else:
        text = tr("Frame {frame:,} of {count:,}, {seconds:.0f} s left", **values, seconds=job.seconds_left)
    st.progress(job.progress, text)
