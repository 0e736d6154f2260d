"""The video workbench: the current frame, a timeline with curves, and buttons to play and step."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from pose_demo.fields import NONE
from pose_demo.matching.options import OWN
from pose_demo.messages import message
from pose_demo.offline.curves import Curves
from pose_demo.offline.workbench import Workbench
from pose_demo.pipeline import Result
from pose_demo.plan import Plan
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui import state
from pose_demo.ui.components import player, timeline
from pose_demo.ui.components.timeline import Curve, TimelineEvent
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels import match, seats, status
from pose_demo.ui.session import Session
from pose_demo.ui.style import COLUMNS
from pose_demo.ui.translation import tr
from pose_demo.ui.uploads import reference_from

log = logging.getLogger(__name__)

KEEP_SOUND = "keep-sound"  # key of the toggle
_KEEP_SOUND_HELP = message("The processed video has the sound of this one.")
_SLICE_S = 0.15  # of processing between two updates of the page
_REFERENCE_WIDTH = 180  # pixels
_REAL_TIME = 0.95  # a lower playback speed is displayed
_PERSONS_COLOR, _SCORE_COLOR, _MATCH_COLOR = "#3b82f6", "#a855f7", "#12a150"


def panel(session: Session, settings: Settings, plan: Plan, process_all: Callable[[Plan], None]) -> None:
    """Show the workbench.

    Args:
        session: has the workbench and the uploads.
        settings: those of the sidebar.
        plan: how the workbench processes its frames.
        process_all: starts to process the whole video.
    """
    workbench = session.workbench.value
    if workbench is None:
        return
    fps = seats.preview_fps() if workbench.playing else 0.0
    fragment(run_every=1 / fps if fps else None)(_panel)(session, workbench, settings, plan, fps, process_all)


def _panel(
    session: Session,
    workbench: Workbench,
    settings: Settings,
    plan: Plan,
    fps: float,
    process_all: Callable[[Plan], None],
) -> None:
    """The part of the page that is updated while the video plays.

    ``settings``, ``plan`` and ``fps`` (0 while paused) are those of the last run of the whole page; after a change it
    is run again.
    """
    workbench.advance(_SLICE_S)
    outdated = plan.uploads is not session.uploads.current or settings != state.current_settings()
    if outdated or fps != (seats.preview_fps() if workbench.playing else 0.0):
        st.rerun()
    result = workbench.result()
    left, right = st.columns(COLUMNS)
    with left:
        _image(workbench, result)
        _timeline(workbench, plan)
        _buttons(session, workbench, plan, process_all)
        _figures(workbench, result)
    with right:
        _match(session, settings, result)


def _image(workbench: Workbench, result: Result | None) -> None:
    if result is not None:
        player.show(result.image)
        return
    log.warning("a frame of a video could not be processed")
    st.error(visitor_text(workbench.error), icon=":material/broken_image:")


def _match(session: Session, settings: Settings, result: Result | None) -> None:
    if settings.match.reference == NONE:
        st.html("<span class='pd-empty'></span>")  # the style sheet hides the column
        return
    image = match.reference_image(session, settings)
    if image is None:
        st.info(tr("Go to a frame and press **Use as reference**."), icon=":material/add_a_photo:")
        return
    st.image(image, caption=tr("Reference"), width=_REFERENCE_WIDTH)
    if result is not None:
        match.show(result, settings.match.similarity)


def _timeline(workbench: Workbench, plan: Plan) -> None:
    curves = workbench.curves(plan.settings, plan.uploads)
    size = timeline.group_size(len(workbench.timestamps))
    timeline.show(
        workbench.duration,
        workbench.position,
        workbench.timestamps[::size],
        _curves(curves, size, matching=plan.reference is not None),
        threshold=plan.settings.match.similarity if plan.reference else None,
        empty=curves.empty_spans(workbench.timestamps),
        step=(workbench.duration - workbench.timestamps[0]) / len(workbench.timestamps),
        on_change=lambda event: _changed(workbench, event),
        key="timeline",
    )


def _curves(curves: Curves, size: int, matching: bool) -> list[Curve]:
    persons, score, match_score = (
        timeline.means(values, size) for values in (curves.persons, curves.score, curves.match)
    )
    most = max([1.0, *(value for value in persons if value is not None)])
    rows = [
        Curve(tr("Persons"), _PERSONS_COLOR, persons, 0, most),
        Curve(tr("Mean score"), _SCORE_COLOR, score, 0, 1),
    ]
    return [*rows, Curve(tr("Match"), _MATCH_COLOR, match_score, 0, 1)] if matching else rows


def _changed(workbench: Workbench, event: TimelineEvent) -> None:
    if event.position is not None:
        workbench.seek(event.position)
    if event.threshold is not None:
        st.session_state["match.similarity"] = event.threshold


def _buttons(session: Session, workbench: Workbench, plan: Plan, process_all: Callable[[Plan], None]) -> None:
    last = len(workbench.timestamps) - 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport"):
        st.button(
            tr("Back"),
            icon=":material/skip_previous:",
            help=tr("One frame back"),
            on_click=workbench.step,
            args=(-1,),
            disabled=workbench.index == 0,
            key="step-back",
        )
        st.button(
            tr("Pause") if workbench.playing else tr("Play"),
            icon=":material/pause:" if workbench.playing else ":material/play_arrow:",
            on_click=workbench.toggle,
            disabled=last == 0,
            key="play",
            type="primary",
        )
        st.button(
            tr("Next"),
            icon=":material/skip_next:",
            help=tr("One frame forward"),
            on_click=workbench.step,
            args=(1,),
            disabled=workbench.index == last,
            key="step-forward",
        )
        st.button(
            tr("Use as reference"),
            icon=":material/accessibility_new:",
            help=tr("Match the pose of the person in this frame."),
            on_click=_use_as_reference,
            args=(session, workbench),
            key="use-as-reference",
        )
        if st.button(
            tr("Process all"),
            icon=":material/movie_edit:",
            help=tr("Process all frames with these settings, to download a video and the keypoints."),
            key="process-all",
        ):
            process_all(plan)
            st.rerun()
        if isinstance(workbench.source, bytes):  # the sample is silent
            st.toggle(tr("Keep the sound"), True, KEEP_SOUND, tr(_KEEP_SOUND_HELP), persist_state="session")


def _use_as_reference(session: Session, workbench: Workbench) -> None:
    result = workbench.result()
    name = message("{name} at {seconds:.2f} s", name=workbench.frames.name, seconds=workbench.position)
    try:
        if result is None:
            raise InputError(workbench.error)
        session.uploads.set_reference(reference_from(result, name))
    except InputError as error:
        st.toast(visitor_text(error), icon=":material/person_off:")
        return
    settings = state.current_settings()
    state.apply(replace(settings, match=replace(settings.match, reference=OWN)))


def _figures(workbench: Workbench, result: Result | None) -> None:
    count = len(workbench.timestamps)
    number = tr("{number} of {count}", number=workbench.index + 1, count=count)
    figures = {tr("Time"): f"{workbench.position:.2f} s", tr("Frame"): number}
    if result is not None:
        height, width = result.image.shape[:2]
        figures |= {tr("Persons"): str(result.persons), tr("Processing"): f"{result.milliseconds:.0f} ms"}
        figures |= {tr("Size"): f"{width} × {height}"}
        if workbench.speed < _REAL_TIME:
            figures |= {tr("Speed"): f"{workbench.speed:.1f}×"}
    status.badges(figures)
