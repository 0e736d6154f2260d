"""The results of the benchmark as a bar chart. It requires matplotlib, a development requirement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pose_demo.bench import Row, is_measured
from pose_demo.bench.participants import NOTEBOOK, PACKAGE, PIPELINE
from pose_demo.types import InputError

_THREAD_COLORS = ("#1f6feb", "#79b8ff", "#0b3d91", "#a5d0ff")
_BASELINES = {
    NOTEBOOK: ("notebook's loop", "#e3933a"),
    PACKAGE: ("mediapipe package without drawing", "#8b949e"),
}
# The chart has its own background, so that it is readable on light and dark pages.
_BACKGROUND, _TEXT, _MUTED, _GRID = "#f6f8fa", "#24292f", "#57606a", "#d0d7de"
_WIDTH, _BAR, _TOP, _BOTTOM, _LEGEND_LINE = 9.5, 0.2, 0.6, 0.75, 0.24  # inches
_GAP = 0.8  # between models, in bars
_LEGEND_COLUMNS = 4


class Bar(NamedTuple):
    """One bar of the chart."""

    label: str
    ms: float
    color: str


def save_chart(rows: Sequence[Row], machine: str, path: Path) -> None:
    """Write the chart of `draw_chart` as SVG or PNG, by the suffix of ``path``. The output is deterministic.

    Args:
        rows: the results; those that were not measured are left out.
        machine: the description of the CPU.
        path: the file to write.

    Raises:
        InputError: no row was measured.
    """
    file_format = path.suffix.lower().removeprefix(".")
    metadata = {"Date": None} if file_format == "svg" else None
    # Keep SVG text as text instead of paths, and the same ids in every run.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "pose_demo", "text.parse_math": False}):
        draw_chart(rows, machine).savefig(path, format=file_format, dpi=144, metadata=metadata)


def draw_chart(rows: Sequence[Row], machine: str) -> Figure:
    """Milliseconds per frame, grouped by model, of the rows with the size, parts and sessions of the first one.

    Args:
        rows: the results; those that were not measured are left out.
        machine: the description of the CPU, for the caption.

    Raises:
        InputError: no row was measured.
    """
    shown = _comparable_rows(rows)
    groups = _bars_by_model(shown)
    bar_units = sum(len(bars) + _GAP for bars in groups.values())
    labels = {bar.label for bars in groups.values() for bar in bars}
    top = _TOP + _LEGEND_LINE * math.ceil(len(labels) / _LEGEND_COLUMNS)
    height = top + bar_units * _BAR + _BOTTOM
    figure = Figure(figsize=(_WIDTH, height), facecolor=_BACKGROUND)
    axes = figure.add_axes((0.235, _BOTTOM / height, 0.7, bar_units * _BAR / height), facecolor=_BACKGROUND)
    _draw_bars(axes, groups, bar_units)
    title = "Milliseconds from frame to output image: lower is better"
    figure.text(0.02, 1 - 0.3 / height, title, size=13, color=_TEXT, va="center")
    figure.text(0.02, 0.2 / height, _caption(shown[0], machine), size=8.5, color=_MUTED, va="center", linespacing=1.4)
    _draw_legend(figure, axes, 1 - 0.47 / height)
    return figure


def _draw_legend(figure: Figure, axes: Axes, top: float) -> None:
    handles, labels = axes.get_legend_handles_labels()
    style: dict[str, Any] = {"frameon": False, "labelcolor": _TEXT, "fontsize": 10}
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.013, top), ncols=_LEGEND_COLUMNS, **style)


def _comparable_rows(rows: Iterable[Row]) -> list[Row]:
    measured = [row for row in rows if is_measured(row)]
    if not measured:
        raise InputError("no row was measured, so there is nothing to plot; choose models whose weights are available")
    same = ("width", "height", "mask", "hands", "face", "sessions")
    return [row for row in measured if all(row[key] == measured[0][key] for key in same)]


def _bars_by_model(rows: Sequence[Row]) -> dict[str, list[Bar]]:
    threads = sorted({int(str(row["threads"])) for row in rows})
    models = dict.fromkeys(str(row["model"]) for row in rows)
    return {model: _bars([row for row in rows if row["model"] == model], threads) for model in models}


def _bars(rows: Sequence[Row], all_threads: Sequence[int]) -> list[Bar]:
    """The bar of pose_demo for each number of threads, then the baselines of the first row that has them.

    Only the bars of one row were measured in interleaved rounds; other thread counts were measured later.
    """
    bars = []
    for row in rows:
        threads = int(str(row["threads"]))
        color = _THREAD_COLORS[all_threads.index(threads) % len(_THREAD_COLORS)]
        bars.append(Bar(f"pose_demo, {_count(threads, 'thread')}", _ms(row, PIPELINE), color))
    for name, (label, color) in _BASELINES.items():
        bars += [Bar(label, _ms(row, name), color) for row in rows if row[name]][:1]
    return bars


def _ms(row: Row, name: str) -> float:
    speed = row[name]
    assert isinstance(speed, dict)
    return float(speed["ms"])


def _draw_bars(axes: Axes, groups: dict[str, list[Bar]], bar_units: float) -> None:
    top, labeled, ticks = _GAP / 2, set[str](), []
    for bars in groups.values():
        for i, bar in enumerate(bars):
            label = "_nolegend_" if bar.label in labeled else bar.label
            labeled.add(bar.label)
            drawn = axes.barh(top + i + 0.5, bar.ms, height=0.82, color=bar.color, label=label, zorder=2)
            axes.bar_label(drawn, fmt="%.1f", padding=4, size=9, color=_TEXT)
        ticks.append(top + len(bars) / 2)
        top += len(bars) + _GAP
    axes.set_ylim(bar_units, 0)
    axes.set_yticks(ticks, groups, fontweight="bold", fontsize=10)
    _style_axes(axes)


def _style_axes(axes: Axes) -> None:
    axes.tick_params(length=0, colors=_TEXT)
    axes.tick_params(axis="x", labelsize=9, colors=_MUTED)
    axes.grid(axis="x", color=_GRID, linewidth=0.8)
    axes.spines[:].set_visible(False)


def _caption(row: Row, machine: str) -> str:
    mask = "with" if row["mask"] else "without"
    size = f"{row['width']}x{row['height']}"
    frames = f"median of {row['frames']} frames, thread counts measured one after another"
    return f"{machine}\n{size}, {mask} mask, {_count(row['sessions'], 'session')}; {frames}"


def _count(number: object, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
