"""Plots of one keypoint over the last seconds, raw and smoothed."""

from __future__ import annotations

import streamlit as st

from pose_demo.fields import NONE
from pose_demo.pipeline import Result
from pose_demo.tracking.keypoint_history import SECONDS, KeypointHistory
from pose_demo.ui.widgets import display_name

_SMOOTHED_BY = {"filter": "", "model": "smoothed by the model itself", NONE: "smoothing is off"}


def panel(result: Result | None) -> None:
    """Show the plots of the chosen keypoint; nothing when none is chosen."""
    if result is None or result.keypoint_history is None:
        return
    history = result.keypoint_history
    if not any(sample.position for sample in history.samples):
        st.caption(f"{display_name(history.keypoint)}: not detected in the last {SECONDS:.0f} s.")
        return
    st.markdown(legend(history))
    _charts(history, result.mirrored)
    st.caption(description(history))


def _charts(history: KeypointHistory, mirrored: bool) -> None:
    from pose_demo.ui.components.charts import show_keypoint  # loaded where needed: it takes time and memory

    with st.container(gap=None):
        for axis in ("x", "y"):
            show_keypoint(history, axis, mirrored)


def legend(history: KeypointHistory) -> str:
    """The colors of the lines, as Markdown."""
    smoothed = " :green-badge[smoothed, as drawn]" if history.smoothed_by == "filter" else ""
    return f":gray-badge[raw]{smoothed}"


def description(history: KeypointHistory) -> str:
    """The person, and the lag of a moving keypoint or the jitter of one at rest."""
    parts = [f"{display_name(history.keypoint)} of person {history.person}", _SMOOTHED_BY[history.smoothed_by]]
    lag, jitter, filtered = history.lag_ms, history.jitter, history.smoothed_by == "filter"
    if lag is not None and filtered:
        parts.append(f"lag {lag:.0f} ms")
    elif lag is None and jitter:  # the jitter of a moving keypoint would include its movement
        after = f" → {jitter[1]:.2f} %" if filtered else ""
        parts.append(f"at rest · jitter {jitter[0]:.2f} %{after} of the body size")
    return " · ".join(part for part in parts if part)
