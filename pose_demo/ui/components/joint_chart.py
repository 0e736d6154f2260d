"""Bars of the errors of each joint. Import this module where the chart is shown: Altair takes time to load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import streamlit as st

from pose_demo.explore.replay.inspection import Inspection
from pose_demo.skeletons import COCO_17
from pose_demo.ui.components.chart_texts import per_language
from pose_demo.ui.components.explore_charts import COLORS, DATA, FRONT, PRESENT, specification
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name

_HEIGHT = 480  # pixels


def joints(series: Mapping[str, Inspection], key: str = "joints") -> None:
    """Show bars of the errors of each joint.

    Args:
        series: display name -> the errors; the second one has the color of the present settings.
        key: identifies the chart on the page.
    """
    st.vega_lite_chart(joints_table(series), _joints_specification(tuple(series)), width="stretch", key=key)


def joints_table(series: Mapping[str, Inspection]) -> pa.Table:
    """Columns "joint", "series", "error" and "missed" (%)."""
    return pa.Table.from_pylist(
        [
            {
                "joint": translated_name(joint),
                "series": name,
                "error": error,
                "missed": None if missed is None else 100 * missed,
            }
            for name, each in series.items()
            for joint, error, missed in zip(COCO_17.keypoints, each.error, each.missed, strict=True)
        ]
    )


@per_language
def _joints_specification(series: tuple[str, ...]) -> dict[str, Any]:
    scale = alt.Scale(domain=list(series), range=[COLORS[FRONT], COLORS[PRESENT]][: len(series)])
    names = [translated_name(joint) for joint in COCO_17.keypoints]
    chart = (
        alt.Chart(DATA)
        .mark_bar()
        .encode(
            x=alt.X("error:Q", title=tr("median distance, % of the torso"), scale=alt.Scale(domainMin=0)),
            y=alt.Y("joint:N", sort=names, axis=alt.Axis(title=None, labelLimit=110, labelOverlap=False)),
            yOffset=alt.YOffset("series:N", sort=list(series)),
            color=alt.Color(
                "series:N", title=None, scale=scale, legend=alt.Legend(orient="top", labelLimit=220, columns=1)
            ),
            tooltip=[
                alt.Tooltip("joint:N", title=tr("joint")),
                alt.Tooltip("series:N", title=tr("series")),
                alt.Tooltip("error:Q", format=".1f", title=tr("distance (%)")),
                alt.Tooltip("missed:Q", format=".1f", title=tr("missed (%)")),
            ],
        )
    )
    return specification(chart, selectable=False, height=_HEIGHT)
