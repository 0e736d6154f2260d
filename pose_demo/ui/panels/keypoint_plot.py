"""Plots of one keypoint over the last seconds, raw and smoothed."""

from __future__ import annotations

import streamlit as st

from pose_demo.fields import NONE
from pose_demo.messages import message
from pose_demo.pipeline import Result
from pose_demo.tracking.keypoint_history import SECONDS, KeypointHistory
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name

_SMOOTHED_BY = {"filter": "", "model": message("smoothed by the model itself"), NONE: message("smoothing is off")}


def panel(result: Result | None) -> None:
    """Show the plots of the chosen keypoint; nothing when none is chosen."""
    if result is None or result.keypoint_history is None:
        return
    history = result.keypoint_history
    if not any(sample.position for sample in history.samples):
        st.caption(
            tr(
                "{keypoint}: not detected in the last {seconds:.0f} s.",
                keypoint=translated_name(history.keypoint),
                seconds=SECONDS,
            )
        )
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
    raw, smoothed = tr("raw"), tr("smoothed, as drawn")
    return f":gray-badge[{raw}]" + (f" :green-badge[{smoothed}]" if history.smoothed_by == "filter" else "")


def description(history: KeypointHistory) -> str:
    """The person, and the lag of a moving keypoint or the jitter of one at rest."""
    whose = tr("{keypoint} of person {number}", keypoint=translated_name(history.keypoint), number=history.person)
    parts = [whose, tr(_SMOOTHED_BY[history.smoothed_by])]
    lag, jitter, filtered = history.lag_ms, history.jitter, history.smoothed_by == "filter"
    if lag is not None and filtered:
        parts.append(tr("lag {milliseconds:.0f} ms", milliseconds=lag))
    elif lag is None and jitter:  # the jitter of a moving keypoint would include its movement
        measured = " → ".join(f"{value:.2f} %" for value in jitter[: 1 + filtered])
        parts.append(tr("at rest · jitter {jitter} of the body size", jitter=measured))
    return " · ".join(part for part in parts if part)
