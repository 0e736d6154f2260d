"""The dancers in front of the camera in a table, and how well they are together."""

from __future__ import annotations

from html import escape

import streamlit as st

from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.live_group import DancerState
from pose_demo.dance.matcher import DanceState
from pose_demo.messages import message
from pose_demo.overlay import person_color
from pose_demo.ui.components.dance_numbers import share_text, timing_text
from pose_demo.ui.translation import tr

_CSS = """
<style>
  .pd-group i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .45rem; }
</style>
"""
_SYNCHRONY_HELP = message(
    "How similar the moves of everybody are at the same time, the mean over all pairs: 100 % is the same moves at "
    "once, 0 % is other moves. It falls with the lag between the dancers."
)
_GROUP_HELP = message("Early or late relative to the mean of the group")


def panel(state: DanceState) -> None:
    """Show form and timing of everybody who dances, and the synchrony; nothing where fewer than two dance."""
    if state.group is None:
        return
    st.metric(tr("Synchrony"), share_text(state.group.synchrony), help=tr(_SYNCHRONY_HELP), width="content")
    st.html(_CSS + table(state))


def table(state: DanceState) -> str:
    """A row for each dancer: the color in the image, the part of a dance for several, form, timing, and the lag."""
    has_parts = len(state.teachers) > 1
    names = [tr("Dancer"), *([tr("Part")] if has_parts else []), tr("Form"), tr("Timing")]
    in_group, explanation = escape(tr("In the group")), escape(tr(_GROUP_HELP))
    head = "".join(f"<th>{escape(name)}</th>" for name in names) + f"<th title='{explanation}'>{in_group}</th>"
    lags = state.group.lags_ms if state.group else (None,) * len(state.dancers)
    rows = "".join(_row(dancer, lag, has_parts) for dancer, lag in zip(state.dancers, lags, strict=True))
    return f"<table class='pd-table pd-group'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(dancer: DancerState, lag_ms: float | None, has_parts: bool) -> str:
    cells = [
        *([str(dancer.part + 1)] if has_parts else []),
        share_text(dancer.evaluation.form),
        _timing(dancer.evaluation),
        timing_text(lag_ms),
    ]
    red, green, blue = person_color(dancer.track_id)
    name = tr("Person {number}", number=dancer.number if dancer.track_id is None else dancer.track_id)
    marker = f"<i style='background: rgb({red}, {green}, {blue})'></i>"
    return f"<tr><td>{marker}{escape(name)}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _timing(evaluation: Evaluation) -> str:
    """Early or late, or why there is no number."""
    is_known = evaluation.timing_ms is not None or not evaluation.reason
    return timing_text(evaluation.timing_ms) if is_known else tr(evaluation.reason)
