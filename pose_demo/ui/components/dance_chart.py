"""Charts of a take over its passage. Import this module where a chart is shown: Altair and PyArrow take time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import streamlit as st

from pose_demo.dance.comparison import Passage
from pose_demo.dance.wording import clock, line
from pose_demo.ui.components.chart_texts import per_language
from pose_demo.ui.translation import tr

FORM, TIMING = "form", "timing"
_RANGES = {FORM: (60.0, 100.0), TIMING: (-100.0, 100.0)}  # always shown, so that small differences do not look large
_THIS, _EARLIER = "this take", "earlier takes"
_COLORS = {_EARLIER: "#8d949b", _THIS: "#12a150"}  # visible on light and dark backgrounds
_ZERO_COLOR = "#888888"
_HEIGHT = 150  # pixels
_PADDING = {"left": 0, "top": 3, "right": 10, "bottom": 3}
_DATA = alt.NamedData(name="source")  # Streamlit's name of the data of a chart
_SCHEMA = pa.schema(
    {
        "seconds": pa.float32(),
        "value": pa.float32(),
        "take": pa.int32(),
        "series": pa.string(),
        "time": pa.string(),
        "text": pa.string(),
        "limit": pa.float32(),
    }
)


def show(takes: Sequence[Sequence[Passage]], measure: str) -> None:
    """Show form in % or timing in ms over the passage.

    Args:
        takes: the passages of takes of the same part of a dance; the last ones are those of the take that is shown, the
            others are drawn behind it.
        measure: `FORM` or `TIMING`.
    """
    st.vega_lite_chart(chart_table(takes, measure), specification(measure), width="stretch", key=f"dance-{measure}")


@per_language
def specification(measure: str) -> dict[str, Any]:
    """The Vega-Lite specification of a measure; its data is a `chart_table`."""
    time_axis = alt.Axis(labelExpr="floor(datum.value / 60) + ':' + format(datum.value % 60, '02d')", tickCount=6)
    time = alt.X("seconds:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=6), axis=time_axis)
    value = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=6))
    color = alt.Color("series:N", legend=None, scale=alt.Scale(domain=list(_COLORS), range=list(_COLORS.values())))
    takes = alt.Chart().transform_filter("datum.series").encode(time, value, color, alt.Detail("take:N"))
    is_earlier = f"datum.series == '{_EARLIER}'"
    tooltip = [alt.Tooltip("time:N", title=tr("passage")), alt.Tooltip("text:N", title=" ")]
    layers = [
        takes.transform_filter(is_earlier).mark_line(strokeWidth=1, opacity=0.6),
        takes.transform_filter(f"!({is_earlier})").mark_line(strokeWidth=2, point=True).encode(tooltip=tooltip),
        alt.Chart().mark_point(opacity=0).encode(y="limit:Q"),  # invisible points
    ]
    if measure == TIMING:
        zero = alt.Chart().mark_rule(aria=False, color=_ZERO_COLOR, strokeDash=[4, 4]).encode(y=alt.datum(0))
        layers.append(zero.transform_filter(f"datum.limit == {_RANGES[TIMING][0]}"))  # one rule, not one for each row
    return alt.layer(*layers, data=_DATA).properties(height=_HEIGHT, padding=_PADDING).to_dict()


def chart_table(takes: Sequence[Sequence[Passage]], measure: str) -> pa.Table:
    """A row for the middle of each passage, "value" null where it has no number, and two with a "limit" of the axis."""
    rows: list[dict[str, Any]] = [
        {
            "seconds": (passage.start + passage.end) / 2,
            "value": _value(passage, measure),
            "take": number,
            "series": _THIS if number == len(takes) - 1 else _EARLIER,
            "time": f"{clock(passage.start)}–{clock(passage.end)}",
            "text": tr(line(passage)),
        }
        for number, passages in enumerate(takes)
        for passage in passages
    ]
    return pa.Table.from_pylist([*rows, *({"limit": limit} for limit in _RANGES[measure])], schema=_SCHEMA)


def _value(passage: Passage, measure: str) -> float | None:
    if measure == TIMING:
        return passage.timing_ms
    return None if passage.form is None else 100 * passage.form
