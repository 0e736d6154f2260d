"""Under the picture: one keypoint of the last seconds, as the model gives it against smoothed."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from pose_demo.pipeline import Result
from pose_demo.tracking.keypoint_history import SECONDS, Trace
from pose_demo.ui.components.drawing import line, picture
from pose_demo.ui.widgets import words

_RAW, _SMOOTH, _GRID = "#8d949b", "#12a150", "#88888844"  # to be seen on light and on dark
_WIDTH, _HEIGHT = 500, 100  # of a plot, in its own units
_MARGIN = 8
_LEAST = 0.02  # body sizes; a plot never spans less, so that somebody who stands still looks like it
_SMOOTHED_BY = {"filter": "", "model": "the model smooths by itself", "nobody": "smoothing is off"}

Runs = list[list[tuple[float, float]]]


def show(result: Result | None) -> None:
    """The plots and figures of the watched keypoint; nothing while none is watched."""
    if result is not None and result.joint is not None:
        st.html(panel(result.joint, result.mirrored))


def panel(trace: Trace, mirrored: bool) -> str:
    """The plots and the line beneath, as HTML; what the viewer sees at the right of the picture is right here too."""
    if not any(moment.place for moment in trace.moments):
        text = f"{words(trace.keypoint)}: not in the picture in the last {SECONDS:.0f} s."
        return f"<div class='pd-joint'><p>{text}</p></div>"
    sideways = _plot(trace, "x", -1 if mirrored else 1, "right", "left")
    upward = _plot(trace, "y", -1, "up", "down")
    return f"<div class='pd-joint'>{_legend(trace)}{sideways}{upward}{_times()}<p>{caption(trace)}</p></div>"


def caption(trace: Trace) -> str:
    """Whose keypoint it is, what smoothing costs while it moves, and what it wins while it does not."""
    parts = [f"{words(trace.keypoint)} of person {trace.person}", _SMOOTHED_BY[trace.smoothed_by]]
    lag, trembling, filtered = trace.lag_ms, trace.trembling, trace.smoothed_by == "filter"
    if lag is not None and filtered:
        parts.append(f"lag {lag:.0f} ms")
    elif lag is None and trembling:  # of one who moves it would be told as trembling that they move
        after = f" → {trembling[1]:.2f} %" if filtered else ""
        parts.append(f"at rest · trembling {trembling[0]:.2f} %{after} of the body")
    return " · ".join(part for part in parts if part)


def _legend(trace: Trace) -> str:
    raw = f"{_sample(_RAW, 1.5)}as the model gives it"
    smooth = f"&emsp;{_sample(_SMOOTH, 2.5)}smoothed, as drawn" if trace.smoothed_by == "filter" else ""
    return f"<div>{raw}{smooth}</div>"


def _sample(colour: str, width: float) -> str:
    return f"<span class='pd-line' style='border-top: {width}px solid {colour}'></span>"


def _times() -> str:
    """The axis under both plots, a cell for each second."""
    cells = "".join(f"<i>{second}</i>" for second in range(int(SECONDS) - 1, 0, -1))
    axis = f"<div class='pd-times'><span>{SECONDS:.0f} s ago</span>{cells}<b>now</b></div>"
    return f"<div class='pd-row'><b></b>{axis}</div>"


def _plot(trace: Trace, axis: str, sign: int, above: str, below: str) -> str:
    """One coordinate over time; ``above`` and ``below`` say where the line goes when it rises and falls."""
    raw, shown = _runs(trace, f"raw_{axis}", sign), _runs(trace, axis, sign)
    values = [value for run in raw + shown for _, value in run]
    low, high = min(values), max(values)
    least = _LEAST * max(place.body for _, place in trace.moments if place)
    scale = (_HEIGHT - 2 * _MARGIN) / max(high - low, least)

    def at(run: list[tuple[float, float]]) -> list[tuple[float, float]]:
        now, middle = trace.moments[-1].timestamp, (low + high) / 2
        return [(_WIDTH * (1 + (t - now) / SECONDS), _HEIGHT / 2 - scale * (value - middle)) for t, value in run]

    grid = [line([(x, 0), (x, _HEIGHT)], _GRID) for x in range(0, _WIDTH + 1, _WIDTH // int(SECONDS))]
    lines = [line(at(run), _RAW, 1.2) for run in raw]
    if trace.smoothed_by == "filter":
        lines += [line(at(run), _SMOOTH, 2.2) for run in shown]
    drawing = picture(grid + lines, f"0 0 {_WIDTH} {_HEIGHT}", "pd-plot", f"{above} and {below} over time")
    label = f"<span class='pd-side'><span>{above}</span><span>{high - low:.0f} px</span><span>{below}</span></span>"
    return f"<div class='pd-row'>{label}{drawing}</div>"


def _runs(trace: Trace, field: str, sign: int) -> Runs:
    """(timestamp, value) for as long as the keypoint was seen without a break."""
    whole = groupby(trace.moments, key=lambda moment: moment.place is not None)
    return [[(t, sign * getattr(place, field)) for t, place in run] for seen, run in whole if seen]
