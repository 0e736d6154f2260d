"""Histogram of the match scores of frames labeled as match and as no match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import streamlit as st

from pose_demo.explore.calibration.threshold import LabeledScore, scores_by_label
from pose_demo.messages import message
from pose_demo.ui.components.chart_texts import label_expression, per_language
from pose_demo.ui.translation import tr

BINS, NARROW_BINS = 40, 20
_COLORS = {message("match"): "#12a150", message("no match"): "#e5484d"}  # visible on light and dark backgrounds
_HEIGHT = 220  # pixels, with axis and legend
_DATA = alt.NamedData(name="source")  # Streamlit's name of the data of a chart


def show(samples: Sequence[LabeledScore], threshold: float, *, narrow: bool = False) -> None:
    """Show both histograms, and the threshold as a dashed line; ``narrow`` is without a vertical axis."""
    st.vega_lite_chart(
        table(samples, threshold, NARROW_BINS if narrow else BINS), specification(narrow), width="stretch"
    )


@per_language
def specification(narrow: bool) -> dict[str, Any]:
    """The Vega-Lite specification; its data is a `table`."""
    axis = alt.Axis(values=[tenth / 10 for tenth in range(11)], format=".1f", labelOverlap=True)
    score = alt.X("low:Q", title=tr("score"), scale=alt.Scale(domain=(0, 1)), bin=alt.BinParams(binned=True), axis=axis)
    share_axis = None if narrow else alt.Axis(title=tr("frames"), format="%", tickCount=4)
    share = alt.Y("share:Q", stack=None, axis=share_axis)
    color = alt.Color(
        "label:N",
        title=None,
        scale=alt.Scale(domain=list(_COLORS), range=list(_COLORS.values())),
        legend=alt.Legend(orient="top", symbolOpacity=1, labelExpr=label_expression(_COLORS)),
    )
    tooltip = [
        alt.Tooltip("name:N", title=tr("label")),
        alt.Tooltip("low:Q", title=tr("score from"), format=".3f"),
        alt.Tooltip("share:Q", title=tr("of its frames"), format=".1%"),
    ]
    bars = alt.Chart().mark_bar(opacity=0.65, binSpacing=0).encode(score, share, color, x2="high:Q", tooltip=tooltip)
    rule = alt.Chart().mark_rule(aria=False, color="#888888", strokeDash=[4, 4], size=2).encode(x="threshold:Q")
    threshold_rule = rule.transform_filter("isValid(datum.threshold)")
    return alt.layer(bars, threshold_rule, data=_DATA).properties(height=_HEIGHT).to_dict()


def table(samples: Sequence[LabeledScore], threshold: float, bins: int) -> pa.Table:
    """Columns "label", its "name" on the page, "low" and "high" of a bin, and "share" of the label's frames.

    Each label has all bins. Frames without a score are in no bin. The column "threshold" has a value in the first row
    only: in the data it can change without drawing the chart anew.
    """
    columns: dict[str, list[object]] = {"label": [], "name": [], "low": [], "high": [], "share": []}
    for label, scores in zip(_COLORS, scores_by_label(samples), strict=True):
        counts, edges = np.histogram(scores[np.isfinite(scores)], bins, (0, 1))
        columns["label"] += [label] * bins
        columns["name"] += [tr(label)] * bins
        columns["low"] += edges[:-1].round(6).tolist()
        columns["high"] += edges[1:].round(6).tolist()
        columns["share"] += (counts / max(1, len(scores))).tolist()
    columns["threshold"] = [threshold, *[None] * (len(columns["label"]) - 1)]
    return pa.table(columns)
