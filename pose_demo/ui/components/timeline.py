"""A timeline: curves over time, a position, a threshold that can be dragged, and spans that can be selected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from pose_demo.ui.translation import tr

_HTML = """
<div class="timeline">
  <div class="track" role="group">
    <div class="bands"></div>
    <div class="rows"></div>
    <div class="selection" hidden></div>
    <div class="playhead" role="slider" tabindex="0" aria-valuemin="0" hidden></div>
    <div class="threshold" role="slider" tabindex="0" hidden><i></i><b></b></div>
  </div>
  <div class="axis" aria-hidden="true"></div>
  <div class="legend" aria-hidden="true"></div>
</div>
"""
_MAX_POINTS = 600  # of a curve; more cannot be told apart on a screen, and each is sent to the browser
_ARROW_KEY_STEPS = 100  # of the arrow keys over the whole duration, by default


@dataclass(frozen=True)
class Curve:
    """Values over time.

    Attributes:
        label: its name.
        color: a CSS color.
        values: one for each timestamp; None where there is none.
        low, high: the range of the vertical axis.
    """

    label: str
    color: str
    values: tuple[float | None, ...]
    low: float
    high: float


@dataclass(frozen=True)
class TimelineEvent:
    """What the user did since the last script run; each event is reported once.

    Attributes:
        position: chosen position in seconds.
        threshold: chosen threshold.
        span: start and end of a selected span in seconds.
    """

    position: float | None = None
    threshold: float | None = None
    span: tuple[float, float] | None = None


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    css, js = (Path(__file__).with_suffix(suffix).read_text("utf-8") for suffix in (".css", ".js"))
    return st.components.v2.component("pose_demo_timeline", html=_HTML, css=css, js=js)


def show(
    duration: float,
    position: float | None,
    timestamps: Sequence[float],
    curves: Sequence[Curve],
    *,
    threshold: float | None = None,
    spans: Sequence[tuple[float, float, bool]] = (),
    select_spans: bool = False,
    empty: Sequence[tuple[float, float]] = (),
    step: float | None = None,
    on_change: Callable[[TimelineEvent], None] | None = None,
    key: str,
) -> TimelineEvent:
    """Show a timeline; returns what the user did.

    Args:
        duration: seconds.
        position: the current position in seconds; None without one.
        timestamps: seconds of the values of the curves, increasing.
        curves: each is shown in a row of its own.
        threshold: in the range of the last curve, where it is shown as a line to drag; None for none.
        spans: (start, end, is_match) in seconds, shown as green bands, or red ones without a match.
        select_spans: a drag selects a span; otherwise it moves the position.
        empty: (start, end) in seconds where no person was detected, shown as hatched bands.
        step: seconds of an arrow key; by default a hundredth of the duration.
        on_change: called before the script run with what the user did; it may set the state of other widgets.
        key: identifies the timeline on the page.
    """
    times, reduced = _reduced(timestamps, curves)
    data = {
        "duration": max(duration, 1e-3),
        "position": position,
        "step": step or max(duration, 1e-3) / _ARROW_KEY_STEPS,
        "timestamps": times,
        "curves": [vars(curve) for curve in reduced],
        "threshold": threshold,
        "spans": [list(span) for span in spans],
        "empty": [list(span) for span in empty],
        "selectSpans": select_spans,
        "texts": {
            "timeline": tr("Timeline"),
            "position": tr("Position"),
            "threshold": tr("Threshold"),
            "empty": tr("no person"),
            "match": tr("match"),
            "noMatch": tr("no match"),
        },
    }
    callbacks = {f"on_{name}_change": partial(_report, key, on_change) for name in ("position", "threshold", "span")}
    return _event(_component()(data=data, key=key, **callbacks))


def _report(key: str, on_change: Callable[[TimelineEvent], None] | None) -> None:
    if on_change:
        on_change(_event(st.session_state[key]))


def _event(state: object) -> TimelineEvent:
    span = getattr(state, "span", None)
    return TimelineEvent(
        _number(getattr(state, "position", None)),
        _number(getattr(state, "threshold", None)),
        (float(span[0]), float(span[1])) if span else None,
    )


def _number(value: object) -> float | None:
    """A value from the browser as a finite number."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _reduced(timestamps: Sequence[float], curves: Sequence[Curve]) -> tuple[list[float], list[Curve]]:
    """At most 600 timestamps, and the mean of the values around each."""
    size = group_size(len(timestamps))
    times = [round(float(time), 3) for time in timestamps[::size]]
    return times, [replace(curve, values=means(np.array(curve.values, np.float64), size)) for curve in curves]


def group_size(count: int) -> int:
    """How many values are shown as one, for a curve of ``count`` values."""
    return max(1, math.ceil(count / _MAX_POINTS))


def means(values: npt.NDArray[np.floating], size: int) -> tuple[float | None, ...]:
    """The mean of each ``size`` values, without NaN; None where there are none."""
    groups = np.pad(values, (0, -len(values) % size), constant_values=np.nan).reshape(-1, size)
    counts = np.sum(~np.isnan(groups), axis=1)
    sums = np.asarray(np.nansum(groups, axis=1, dtype=np.float64))
    pairs = zip(sums.tolist(), counts.tolist(), strict=True)
    return tuple(round(total / count, 4) if count else None for total, count in pairs)
