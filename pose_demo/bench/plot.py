"""The bench's figures as a picture: horizontal bars in an SVG that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape

from pose_demo.bench import Row
from pose_demo.types import InputError

_WIDTH, _LEFT, _RIGHT, _TOP = 760, 170, 80, 92
_BAR, _STEP, _GAP = 13, 16, 14
_OURS = ("#1f6feb", "#79b8ff", "#0b3d91", "#a5d0ff")
_OTHERS = {"package": ("the mediapipe package alone", "#8b949e"), "notebook": ("the notebook's loop", "#e3933a")}


class Bar(NamedTuple):
    """One bar: who, how long, in which colour."""

    name: str
    ms: float
    colour: str


def svg(rows: Sequence[Row], machine: str) -> str:
    """Milliseconds a frame, model by model, of the rows that have the first one's size, mask and sessions.

    Raises:
        InputError: nothing was measured.
    """
    shown = _shown(rows)
    groups = [(model, _bars(list(group))) for model, group in groupby(shown, lambda row: str(row["model"]))]
    height = _TOP + sum(len(bars) * _STEP + _GAP for _, bars in groups) + 30
    parts = [*_head(_names(groups)), *_body(groups), _text(20, height - 16, _caption(shown[0], machine), "note")]
    return _SHELL.format(width=_WIDTH, height=height, parts="\n".join(parts))


def _shown(rows: Sequence[Row]) -> list[Row]:
    measured = [row for row in rows if "missing" not in row]
    if not measured:
        raise InputError("nothing was measured, so there is nothing to plot; choose models that are ready")
    same = ("width", "height", "mask", "sessions")
    shown = [row for row in measured if all(row[key] == measured[0][key] for key in same)]
    return sorted(shown, key=lambda row: [r["model"] for r in measured].index(row["model"]))


def _bars(rows: Sequence[Row]) -> list[Bar]:
    """Ours for each number of threads, then the others, which have no such choice: theirs are of the first row.

    Only the bars of that row were measured in turns; those of other thread counts saw the machine at another moment.
    """
    ours = [
        Bar(f"pose_demo, {_count(row['threads'], 'thread')}", _ms(row, "pipeline"), _OURS[i % len(_OURS)])
        for i, row in enumerate(rows)
    ]
    return ours + [Bar(label, _ms(rows[0], name), colour) for name, (label, colour) in _OTHERS.items() if rows[0][name]]


def _ms(row: Row, name: str) -> float:
    speed = row[name]
    assert isinstance(speed, dict)
    return float(speed["ms"])


def _names(groups: Sequence[tuple[str, Sequence[Bar]]]) -> dict[str, str]:
    """Every bar's name and colour, once."""
    return {bar.name: bar.colour for _, bars in groups for bar in bars}


def _head(names: dict[str, str]) -> Iterator[str]:
    yield _text(20, 34, "Milliseconds from frame to finished picture: shorter is better", "title")
    x = 20
    for name, colour in names.items():
        yield f'<rect x="{x}" y="54" width="12" height="12" rx="2" fill="{colour}"/>'
        yield _text(x + 18, 64, name)
        x += 18 + round(6.6 * len(name)) + 20


def _body(groups: Sequence[tuple[str, Sequence[Bar]]]) -> Iterator[str]:
    longest = max(bar.ms for _, bars in groups for bar in bars)
    y = _TOP
    for model, bars in groups:
        yield _text(_LEFT - 12, y + len(bars) * _STEP / 2 + 3, model, "model")
        for bar in bars:
            length = (_WIDTH - _LEFT - _RIGHT) * bar.ms / longest
            yield f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="2" fill="{bar.colour}"/>'
            yield _text(_LEFT + length + 6, y + 11, f"{bar.ms:.1f}")
            y += _STEP
        y += _GAP


def _caption(row: Row, machine: str) -> str:
    mask = "with" if row["mask"] else "without"
    sessions = _count(row["sessions"], "session")
    frames = f"median of {row['frames']} frames, thread counts one after another"
    return f"{machine}; {row['width']}x{row['height']}, {mask} mask, {sessions}; {frames}"


def _count(number: object, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


# The card has its own background, so that it can be read on a light page and on a dark one.
_SHELL = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<style>
text {{ font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }}
.title {{ font-size: 16px; font-weight: 600; }}
.model {{ text-anchor: end; font-weight: 600; }}
.note {{ font-size: 11px; fill: #57606a; }}
</style>
<rect width="{width}" height="{height}" rx="8" fill="#f6f8fa"/>
{parts}
</svg>
"""
