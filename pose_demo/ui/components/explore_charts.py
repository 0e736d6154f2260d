"""Charts of the results of sweeps and tunings. Import this module where a chart is shown: Altair takes time to load."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import streamlit as st

from pose_demo.explore.jobs.outcome import pareto_front
from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.messages import message
from pose_demo.ui.components.chart_texts import label_expression, per_language
from pose_demo.ui.parameters import label, label_in_text, value_text
from pose_demo.ui.translation import tr

PRESENT: str = message("present settings")
FRONT: str = message("Pareto front")
OTHER: str = message("others")
COLORS = {FRONT: "#12a150", PRESENT: "#e0872b", OTHER: "#8d949b"}  # visible on light and dark backgrounds
_SIZES = {FRONT: 120.0, PRESENT: 190.0, OTHER: 40.0}  # square pixels
_PICK = "pick"  # name of the selection
_HEIGHT = 360  # pixels
MAX_LINES = 300  # of the parallel coordinates; more cannot be told apart
_PADDING = {"left": 0, "top": 3, "right": 10, "bottom": 3}
DATA = alt.NamedData(name="source")  # Streamlit's name of the data of a chart
_KIND_SCALE = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))


def pareto(table: pa.Table, measure: str, on_pick: Callable[[int], None] | None = None, key: str = "pareto") -> None:
    """Show a measure against the time of a frame, with the Pareto front and the present settings marked.

    Args:
        table: see `pareto_table`.
        measure: its name.
        on_pick: called with the index of a point that is selected.
        key: identifies the chart on the page.
    """
    _show(table, _pareto_specification(measure, on_pick is not None), on_pick, key)


def pareto_table(points: Sequence[MeasuredPoint], present: MeasuredPoint | None, measure: str) -> pa.Table:
    """Columns "index" (-1 for the present settings), "ms", "value", "kind", "size" and "settings" (text)."""
    front = pareto_front(points, measure, MEASURES[measure].higher_is_better)
    rows = [_pareto_row(i, point, measure, FRONT if i in front else OTHER) for i, point in enumerate(points)]
    rows.sort(key=lambda row: row["kind"] == FRONT)  # drawn last, so that it is not hidden
    if present:
        rows.append(_pareto_row(-1, present, measure, PRESENT))
    return pa.Table.from_pylist([row for row in rows if row["value"] is not None])


def _pareto_row(index: int, point: MeasuredPoint, measure: str, kind: str) -> dict[str, Any]:
    ms, value = point.measures["ms_p50"], point.measures[measure]
    return {
        "index": index,
        "ms": ms,
        "value": value,
        "kind": kind,
        "size": _SIZES[kind],
        "settings": point_text(point),
    }


def point_text(point: MeasuredPoint) -> str:
    """The values that vary, for people; the model where nothing varies."""
    if not point.values:
        return value_text(point.settings.model)
    return ", ".join(f"{label_in_text(name)} {value_text(value)}" for name, value in point.values.items())


@per_language
def _pareto_specification(measure: str, selectable: bool) -> dict[str, Any]:
    info = MEASURES[measure]
    legend = alt.Legend(orient="top", symbolOpacity=1, offset=6, labelExpr=label_expression(COLORS))
    kind = alt.Color("kind:N", title=None, scale=_KIND_SCALE, legend=legend)
    shape_scale = alt.Scale(domain=list(COLORS), range=["circle", "diamond", "circle"])
    chart = (
        alt.Chart(DATA)
        .mark_point(filled=True, stroke="#ffffff", strokeWidth=0.6)
        .encode(
            x=alt.X("ms:Q", title=tr("ms per frame (median)"), scale=alt.Scale(domainMin=0, nice=True)),
            y=alt.Y("value:Q", title=tr(info.label), scale=alt.Scale(zero=False, padding=12)),
            color=kind,
            shape=alt.Shape("kind:N", scale=shape_scale, legend=None),
            size=alt.Size("size:Q", scale=None, legend=None),
            opacity=_highlight(0.9, 0.35) if selectable else alt.value(0.9),
            tooltip=[
                alt.Tooltip("settings:N", title=tr("settings")),
                alt.Tooltip("ms:Q", title="ms", format=".1f"),
                alt.Tooltip("value:Q", title=tr(info.label), format=f".{info.decimals}f"),
            ],
        )
    )
    return specification(chart, selectable)


def parallel_coordinates(table: pa.Table, names: Sequence[str], measures: Sequence[str]) -> None:
    """Show each point as a line through its values of all parameters and measures, colored by the first measure.

    Args:
        table: see `parallel_table`.
        names: the parameters.
        measures: their names.
    """
    _show(table, _parallel_specification(tuple(names), tuple(measures)), None, "parallel")


def parallel_table(points: Sequence[MeasuredPoint], names: Sequence[str], measures: Sequence[str]) -> pa.Table:
    """Rows of "index", "axis", "position" in [0, 1], "text" and "value" (the first measure), of at most `MAX_LINES`
    points from the best to the worst.
    """
    known = [(i, point) for i, point in enumerate(points) if point.measures[measures[0]] is not None]
    known.sort(key=lambda pair: pair[1].measures[measures[0]] or 0.0, reverse=True)
    step = max(1.0, len(known) / MAX_LINES)
    shown = [known[int(i * step)] for i in range(min(len(known), MAX_LINES))]
    columns: dict[str, list[Any]] = {
        **{label(name): [point.values.get(name) for _, point in shown] for name in names},
        **{tr(MEASURES[name].label): [point.measures[name] for _, point in shown] for name in measures},
    }
    values = [point.measures[measures[0]] for _, point in shown]
    rows = [
        {"index": index, "axis": axis, "position": position, "text": _text(column[row]), "value": values[row]}
        for axis, column in columns.items()
        for row, ((index, _), position) in enumerate(zip(shown, _positions(column), strict=True))
    ]
    return pa.Table.from_pylist(rows)


def _text(value: object) -> str:
    return tr("unknown") if value is None else value_text(value)


def _positions(column: Sequence[Any]) -> list[float | None]:
    """Values mapped to [0, 1]: numbers linearly, others in the order of their first appearance."""
    numbers = column
    if any(isinstance(value, bool | str | list) for value in column):
        texts = sorted({value_text(value) for value in column})
        numbers = [texts.index(value_text(value)) for value in column]
    known = [value for value in numbers if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    span = high - low
    return [None if value is None else (value - low) / span if span else 0.5 for value in numbers]


@per_language
def _parallel_specification(names: tuple[str, ...], measures: tuple[str, ...]) -> dict[str, Any]:
    first = MEASURES[measures[0]]
    axes = [*map(label, names), *(tr(MEASURES[name].label) for name in measures)]
    low, high = json.dumps(tr("low")), json.dumps(tr("high"))
    y_label = f"datum.value == 0 ? {low} : {high}"  # a Vega expression
    y_axis = alt.Axis(values=[0, 1], labelExpr=y_label, title=None)
    chart = (
        alt.Chart(DATA)
        .mark_line(point=alt.OverlayMarkDef(size=24), strokeWidth=1.4, opacity=0.6)
        .encode(
            x=alt.X(
                "axis:N",
                sort=axes,
                title=None,
                axis=alt.Axis(labelAngle=-35, grid=True, labelOverlap=False, labelLimit=110),
            ),
            y=alt.Y("position:Q", axis=y_axis),
            detail="index:N",
            color=alt.Color(
                "value:Q",
                title=tr(first.label),
                scale=alt.Scale(scheme="viridis", reverse=first.higher_is_better is False),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[alt.Tooltip("axis:N", title=tr("axis")), alt.Tooltip("text:N", title=tr("value"))],
        )
    )
    return specification(chart, selectable=False)


def heat_map(table: pa.Table, x: str, y: str, measure: str, on_pick: Callable[[int], None], key: str) -> None:
    """Show a measure for each pair of values of two parameters: the best over all other parameters.

    Args:
        table: see `heat_table`.
        x, y: the parameters.
        measure: its name.
        on_pick: called with the index of the best point of a cell that is selected.
        key: identifies the chart on the page.
    """
    _show(table, _heat_specification(x, y, measure), on_pick, key)


def heat_table(points: Sequence[MeasuredPoint], x: str, y: str, measure: str) -> pa.Table:
    """Columns "index" of the best point, "x", "y" (texts) and "value"."""
    sign = -1.0 if MEASURES[measure].higher_is_better is False else 1.0
    best: dict[tuple[str, str], tuple[float, int]] = {}
    for index, point in enumerate(points):
        value = point.measures[measure]
        cell = value_text(point.values.get(x)), value_text(point.values.get(y))
        if value is not None and (cell not in best or sign * value > best[cell][0]):
            best[cell] = sign * value, index
    return pa.Table.from_pylist(
        [{"index": index, "x": cell[0], "y": cell[1], "value": sign * value} for cell, (value, index) in best.items()]
    )


@per_language
def _heat_specification(x: str, y: str, measure: str) -> dict[str, Any]:
    info = MEASURES[measure]
    base = alt.Chart(DATA).encode(
        x=alt.X("x:O", title=label(x), sort=None, axis=alt.Axis(labelAngle=-30)),
        y=alt.Y("y:O", title=label(y), sort=None),
    )
    scale = alt.Scale(scheme="viridis", reverse=info.higher_is_better is False)
    cells = base.mark_rect(cursor="pointer").encode(
        color=alt.Color("value:Q", title=tr(info.label), scale=scale, legend=alt.Legend(orient="top")),
        opacity=_highlight(1.0, 0.45),
        tooltip=[
            alt.Tooltip("x:O", title=label(x)),
            alt.Tooltip("y:O", title=label(y)),
            alt.Tooltip("value:Q", title=tr(info.label), format=f".{info.decimals}f"),
        ],
    )
    return specification(cells, selectable=True)


def _highlight(selected: float, others: float) -> Any:
    return alt.condition(alt.selection_point(name=_PICK, fields=["index"]), alt.value(selected), alt.value(others))


def specification(chart: Any, selectable: bool, height: int = _HEIGHT) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, whose points can be selected or not."""
    if selectable:
        chart = chart.add_params(alt.selection_point(name=_PICK, fields=["index"]))
    result: dict[str, Any] = chart.properties(height=height, padding=_PADDING).to_dict()
    return result


def _show(table: pa.Table, specification: dict[str, Any], on_pick: Callable[[int], None] | None, key: str) -> None:
    if on_pick is None:
        st.vega_lite_chart(table, specification, width="stretch", key=key)
        return

    def picked() -> None:
        index = picked_index(st.session_state[key])
        if index is not None:
            on_pick(index)

    st.vega_lite_chart(table, specification, width="stretch", key=key, on_select=picked, selection_mode=_PICK)


def picked_index(state: Any) -> int | None:
    """The index of the point that was selected; None when the selection was cleared, or is the present settings."""
    rows = state["selection"].get(_PICK) or []
    index = rows[0].get("index") if rows else None
    return int(index) if isinstance(index, int | float) and index >= 0 else None
