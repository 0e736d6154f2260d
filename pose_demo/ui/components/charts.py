"""Charts of the last seconds. Import this module where a chart is shown: Altair and PyArrow take time and memory.

The specification of a chart is created once and does not depend on the data, so that an update costs little and the
browser exchanges the data without flicker.
"""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import streamlit as st

from pose_demo.joint_angles import JOINT_PAIRS
from pose_demo.matching.hysteresis import ScoreHistory
from pose_demo.overlay import SIDE_COLORS
from pose_demo.tracking import joint_angle_history
from pose_demo.tracking.joint_angle_history import JointAngleHistory
from pose_demo.tracking.keypoint_history import SECONDS, KeypointHistory, KeypointSample
from pose_demo.ui.components.chart_texts import per_language
from pose_demo.ui.translation import tr

RAW_COLOR, SMOOTHED_COLOR = "#8d949b", "#12a150"  # visible on light and dark backgrounds
_THRESHOLD_COLOR = "#888888"
_SCORE_HISTORY_S, _SCORES_PER_SECOND = 15.0, 10
_MIN_SPAN = 0.02  # of a plot, in body sizes; jitter must not look like movement
_ANGLES_PER_SECOND = 15
# Degrees at the lower end, in the middle and at the upper end; fixed, so that jitter does not look like movement.
_ANGLE_TICKS, _ANKLE_TICKS = (0, 90, 180), (-60, 0, 60)
_SCORE_HEIGHT, _KEYPOINT_HEIGHT, _TIME_AXIS_HEIGHT = 48, 78, 24  # pixels
_PADDING = {"left": 0, "top": 3, "right": 10, "bottom": 3}

_DATA = alt.NamedData(name="source")  # Streamlit's name of the data of a chart
_FIELDS = {"raw": "raw_", "smoothed": ""}  # series -> prefix of the fields of a position
_SIDES = {side: "#{:02x}{:02x}{:02x}".format(*SIDE_COLORS[side]) for side in ("left", "right")}
_ANGLE_SCHEMA = pa.schema({"seconds": pa.float32(), "side": pa.string(), "degrees": pa.float32()})
_SCHEMA = pa.schema({"seconds": pa.float32(), "series": pa.string(), "pixels": pa.float32(), "limit": pa.float32()})


def show_scores(history: ScoreHistory, threshold: float) -> None:
    """Show the similarity scores of the last 15 seconds, and the threshold as a dashed line."""
    st.vega_lite_chart(score_table(history), score_specification(threshold), width="stretch")


def show_keypoint(history: KeypointHistory, axis: str, mirrored: bool) -> None:
    """Show one coordinate of a keypoint over the last seconds, in pixels of the output image, raw and smoothed.

    Args:
        history: of a keypoint that was detected at least once.
        axis: "x": larger values are further right in the image. "y": the axis is reversed, so that up in
            the chart is up in the image.
        mirrored: the output image is flipped horizontally.
    """
    st.vega_lite_chart(keypoint_table(history, axis, mirrored), keypoint_specification(axis), width="stretch")


def show_angles(history: JointAngleHistory, pair: str) -> None:
    """Show the angles of a pair of joints (of `JOINT_PAIRS`) over the last seconds, in the colors of the two sides."""
    st.vega_lite_chart(angle_table(history, pair), angle_specification(pair), width="stretch")


@per_language
def score_specification(threshold: float) -> dict[str, Any]:
    """The Vega-Lite specification of the scores; its data is a `score_table`."""
    time = alt.X("seconds:Q", axis=None, scale=alt.Scale(domain=(-_SCORE_HISTORY_S, 0)))
    score = alt.Y("score:Q", axis=None, scale=alt.Scale(domain=(0, 1)))
    scores = alt.Chart().mark_line(color=SMOOTHED_COLOR, clip=True).encode(time, score)
    rule = alt.Chart().mark_rule(aria=False, color=_THRESHOLD_COLOR, strokeDash=[4, 4]).encode(y=alt.datum(threshold))
    threshold_rule = rule.transform_filter("datum.seconds == 0")  # it would be drawn for every row
    return alt.layer(scores, threshold_rule, data=_DATA).properties(height=_SCORE_HEIGHT, padding=_PADDING).to_dict()


def score_table(history: ScoreHistory) -> pa.Table:
    """Columns "seconds" (0 is now) and "score" (null where there is none), at most ten rows per second."""
    latest = {int(timestamp * _SCORES_PER_SECOND): (timestamp, score) for timestamp, score in history}
    now = history[-1][0] if history else 0.0
    seconds = pa.array([timestamp - now for timestamp, _ in latest.values()], pa.float32())
    scores = pa.array([score for _, score in latest.values()], pa.float32())
    return pa.table({"seconds": seconds, "score": scores})


@per_language
def keypoint_specification(axis: str) -> dict[str, Any]:
    """The Vega-Lite specification of one coordinate; its data is a `keypoint_table`."""
    is_lower = axis == "y"  # the lower chart has the labels of the time axis
    time = _time_axis(SECONDS, labels=is_lower)
    scale = alt.Scale(zero=False, nice=False, padding=4, reverse=axis == "y")
    title = tr("left → right") if axis == "x" else tr("down → up")
    pixel_axis = alt.Axis(tickCount=3, format="d", minExtent=34, titleFontSize=10)
    pixels = alt.Y("pixels:Q", title=title, scale=scale, axis=pixel_axis)
    color = alt.Color("series:N", legend=None, scale=alt.Scale(domain=list(_FIELDS), range=[RAW_COLOR, SMOOTHED_COLOR]))
    lines = alt.Chart().mark_line(strokeWidth=2).encode(time, pixels, color).transform_filter("datum.series")
    limits = alt.Chart().mark_point(opacity=0).encode(y="limit:Q")  # invisible points
    height = _KEYPOINT_HEIGHT + (_TIME_AXIS_HEIGHT if is_lower else 0)
    return alt.layer(lines, limits, data=_DATA).properties(height=height, padding=_PADDING).to_dict()


def keypoint_table(history: KeypointHistory, axis: str, mirrored: bool) -> pa.Table:
    """Rows of "seconds" (0 is now), "series" and "pixels" (null where not detected), and two of "limit".

    The limits keep the span of the chart from becoming so small that jitter looks like movement.
    """
    now = history.samples[-1].timestamp
    fields = _FIELDS if history.smoothed_by == "filter" else {"raw": _FIELDS["raw"]}
    rows = [
        (sample.timestamp - now, series, _pixels(history, sample, field + axis, mirrored), None)
        for series, field in fields.items()
        for sample in history.samples
    ]
    limits = [
        (None, None, None, limit)
        for limit in _limits(history, [pixels for _, _, pixels, _ in rows if pixels is not None])
    ]
    return pa.table(list(map(list, zip(*rows, *limits, strict=True))), schema=_SCHEMA)


def _time_axis(seconds: float, *, labels: bool = True) -> alt.X:
    now = json.dumps(tr("now"))
    time_label = f"datum.value == 0 ? {now} : -datum.value + ' s'"  # a Vega expression
    axis = alt.Axis(tickCount=5, labels=labels, labelExpr=time_label, minExtent=0)
    return alt.X("seconds:Q", title=None, scale=alt.Scale(domain=(-seconds, 0)), axis=axis)


@per_language
def angle_specification(pair: str) -> dict[str, Any]:
    """The Vega-Lite specification of a pair of joints; its data is an `angle_table`."""
    ticks = _ANKLE_TICKS if pair == "ankles" else _ANGLE_TICKS
    axis = alt.Axis(values=ticks, labelExpr="datum.label + '°'", minExtent=34)
    degrees = alt.Y("degrees:Q", title=None, scale=alt.Scale(domain=(ticks[0], ticks[-1])), axis=axis)
    color = alt.Color("side:N", legend=None, scale=alt.Scale(domain=list(_SIDES), range=list(_SIDES.values())))
    time = _time_axis(joint_angle_history.SECONDS)
    lines = alt.Chart(_DATA).mark_line(strokeWidth=2, clip=True).encode(time, degrees, color)
    result: dict[str, Any] = lines.properties(height=_KEYPOINT_HEIGHT + _TIME_AXIS_HEIGHT, padding=_PADDING).to_dict()
    return result


def angle_table(history: JointAngleHistory, pair: str) -> pa.Table:
    """Columns "seconds" (0 is now), "side" and "degrees" (null where not visible), at most 15 times a second."""
    samples = {int(sample.timestamp * _ANGLES_PER_SECOND): sample for sample in history.samples}
    now = history.samples[-1].timestamp
    rows = [
        {"seconds": sample.timestamp - now, "side": side, "degrees": sample.degrees.get(joint)}
        for side, joint in zip(_SIDES, JOINT_PAIRS[pair], strict=True)
        for sample in samples.values()
    ]
    return pa.Table.from_pylist(rows, schema=_ANGLE_SCHEMA)


def _limits(history: KeypointHistory, pixels: list[float]) -> tuple[float, float]:
    """The smallest range of the pixel axis."""
    center = (min(pixels) + max(pixels)) / 2
    body = max(sample.position.body for sample in history.samples if sample.position)
    return center - _MIN_SPAN * body / 2, center + _MIN_SPAN * body / 2


def _pixels(history: KeypointHistory, sample: KeypointSample, field: str, mirrored: bool) -> float | None:
    if sample.position is None:
        return None
    value: float = getattr(sample.position, field)
    return history.size[0] - value if mirrored and field.endswith("x") else value
