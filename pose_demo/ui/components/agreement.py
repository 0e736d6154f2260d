"""Measures of two settings as plain HTML tables, which cost the browser less than charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from pose_demo.messages import message
from pose_demo.metrics.agreement import Floats
from pose_demo.skeletons import COCO_17
from pose_demo.ui.translation import tr

_CSS = """
<style>
  table.pd-sides td, table.pd-sides th { text-align: right; }
  table.pd-sides td:nth-child(-n+2), table.pd-sides th:nth-child(-n+2) { text-align: left; }
  .pd-sides td:first-child { font-weight: 700; width: 1.6rem; }
  .pd-joints b { font-weight: 500; }
  .pd-note { font-size: .82rem; opacity: .75; margin: .7rem 0 .25rem; }
</style>
"""
_MIN_SCALE = 10.0  # % of the torso at the end of the bars; a small disagreement must not look large
_BAR_WIDTH = 72  # % of a cell, beside the number
_UNKNOWN = "–"
_JITTER_HELP = message("Mean absolute second difference of the keypoints between frames; motion increases it for both")
_PAIRS = {
    "eye": message("Eye"),
    "ear": message("Ear"),
    "shoulder": message("Shoulder"),
    "elbow": message("Elbow"),
    "wrist": message("Wrist"),
    "hip": message("Hip"),
    "knee": message("Knee"),
    "ankle": message("Ankle"),
}


@dataclass(frozen=True)
class Row:
    """The measures of one side.

    Attributes:
        name: "A" or "B".
        model: its title.
        ms: milliseconds per frame; None where unknown.
        jitter: in % of the body size; None where unknown.
    """

    name: str
    model: str
    ms: float | None
    jitter: float | None


def show(rows: Sequence[Row], joints: Floats, period: str) -> None:
    """Show the measures of both sides and the disagreement per joint.

    Args:
        rows: of each side.
        joints: ``(17,)`` disagreement in % of the torso, NaN where unknown; empty without any.
        period: what the medians are taken over, for the note.
    """
    st.html(_CSS)
    st.html(sides_table(rows))
    if len(joints):
        note = tr("Disagreement in % of the torso, median of {period}", period=period)
        st.html(f"<p class='pd-note'>{escape(note)}</p>{joints_table(joints)}")


def sides_table(rows: Sequence[Row]) -> str:
    """A row of measures for each side."""
    body = "".join(
        f"<tr><td>{escape(row.name)}</td><td>{escape(row.model)}</td><td>{_number(row.ms)}</td>"
        f"<td>{_number(1000 / row.ms if row.ms else None)}</td><td>{_number(row.jitter, 2)}</td></tr>"
        for row in rows
    )
    model, fps, jitter = escape(tr("Model")), escape(tr("fps alone")), escape(tr("Jitter, % of body"))
    head = f"<th></th><th>{model}</th><th>ms</th><th>{fps}</th><th title='{escape(tr(_JITTER_HELP))}'>{jitter}</th>"
    return f"<table class='pd-table pd-sides'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def joints_table(joints: Floats) -> str:
    """A row for each pair of joints, with a bar for the left and for the right one."""
    values = dict(zip(COCO_17.keypoints, (float(value) for value in joints), strict=True))
    scale = max([_MIN_SCALE, *(value for value in values.values() if not math.isnan(value))])
    nose, left, right = escape(tr("Nose")), escape(tr("left")), escape(tr("right"))
    rows = f"<tr><th>{nose}</th>{_bar(values['nose'], scale)}<td></td></tr>" + "".join(
        f"<tr><th>{escape(tr(name))}</th>{_bar(values[f'left_{pair}'], scale)}"
        f"{_bar(values[f'right_{pair}'], scale)}</tr>"
        for pair, name in _PAIRS.items()
    )
    head = f"<tr><td></td><th>{left}</th><th>{right}</th></tr>"
    return f"<table class='pd-bars pd-joints'><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _bar(value: float, scale: float) -> str:
    if math.isnan(value):
        return f"<td><div><b>{_UNKNOWN}</b></div></td>"
    return f"<td><div><i style='width:{_BAR_WIDTH * value / scale:.1f}%'></i><b>{value:.1f}</b></div></td>"


def _number(value: float | None, digits: int = 1) -> str:
    return _UNKNOWN if value is None else f"{value:.{digits}f}"
