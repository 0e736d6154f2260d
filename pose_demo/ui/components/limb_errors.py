"""The errors of limbs as a plain HTML table, which costs the browser less than a chart."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from pose_demo.matching.feedback import limb_color
from pose_demo.messages import message
from pose_demo.ui.components.dance_numbers import UNKNOWN
from pose_demo.ui.translation import tr

_ROWS = {
    message("Upper arm"): ("left upper arm", "right upper arm"),
    message("Forearm"): ("left forearm", "right forearm"),
    message("Trunk"): ("left side", "right side"),
    message("Thigh"): ("left thigh", "right thigh"),
    message("Shin"): ("left shin", "right shin"),
}
_SCALE = 60.0  # degrees at the end of a bar
_BAR_WIDTH = 68.0  # % of a cell, beside the number


def show(limbs: Mapping[str, float]) -> None:
    """Show a bar for each limb of arms, legs and trunk, in the color that it has in the picture.

    Args:
        limbs: mean error in degrees; names of `pose_demo.matching.limb_angles.LIMBS`. What is missing is not visible.
    """
    st.html(table(limbs))


def table(limbs: Mapping[str, float]) -> str:
    """The HTML table: a row for each pair of limbs, the dancer's left and right."""
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in (tr("Left, degrees off"), tr("Right")))
    rows = "".join(
        f"<tr><th scope='row'>{escape(tr(label))}</th>{''.join(_cell(limbs.get(name)) for name in names)}</tr>"
        for label, names in _ROWS.items()
    )
    head = f"<thead><tr><td></td>{head}</tr></thead>"
    return f"<table class='pd-bars' style='max-width: 36rem'>{head}<tbody>{rows}</tbody></table>"


def _cell(degrees: float | None) -> str:
    if degrees is None:
        return f"<td><div>{UNKNOWN}</div></td>"
    width = _BAR_WIDTH * min(1.0, degrees / _SCALE)
    style = f"width: {width:.0f}%; background: rgb{limb_color(degrees)}"
    return f"<td><div><i style='{style}'></i>{degrees:.0f}°</div></td>"
