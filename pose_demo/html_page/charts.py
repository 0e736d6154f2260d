"""Charts as inline SVG, in percent of the plot area, so that they fit every screen while texts keep their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pose_demo.html_page.markup import UNKNOWN_VALUE, Markup, element, join

COLORS = 8
_LOG_RATIO = 40  # of the largest to the smallest value, from which on an axis is logarithmic
_TICKS = 5
_LOW_COLOR, _HIGH_COLOR = (240, 246, 255), (9, 61, 140)
_DARK_CELL = 0.5  # from here on a cell of a heat map has white text


@dataclass(frozen=True)
class Axis:
    """The scale of a chart.

    Attributes:
        label: with the unit.
        low, high: the limits.
        ticks: where it is labeled.
        is_log: logarithmic.
    """

    label: str
    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False

    def percent(self, value: float) -> float:
        """Where a value lies between the limits, 0 to 100."""
        scale = math.log if self.is_log else float
        low, high = scale(self.low), scale(self.high)
        return round(100 * (scale(value) - low) / (high - low), 2)


def axis(label: str, values: Sequence[float], may_be_log: bool = False) -> Axis:
    """An axis from the tick below the smallest value to the tick above the largest; at least two ticks."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if may_be_log and low > 0 and high / low >= _LOG_RATIO:
        return _log_axis(label, low, high)
    if high - low < 1e-9 * max(1.0, abs(high)):
        spread = 0.05 * max(abs(high), 1.0)
        low, high = max(0.0, low - spread) if low >= 0 else low - spread, high + spread
    step = _nice_step((high - low) / _TICKS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(index * step, 10) for index in range(first, last + 1))
    return Axis(label, ticks[0], ticks[-1], ticks)


def _nice_step(step: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten that is not smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def _log_axis(label: str, low: float, high: float) -> Axis:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [factor * 10.0**decade for decade in decades for factor in (1, 2, 5)]
    first = max(tick for tick in ticks if tick <= low * (1 + 1e-9))
    last = min((tick for tick in ticks if tick >= high * (1 - 1e-9)), default=10.0 ** decades[-1])
    inside = [tick for tick in ticks if first <= tick <= last]
    if len(inside) > _TICKS + 2:
        inside = [tick for tick in ticks[::3] if first <= tick <= last]
    return Axis(label, first, last, tuple(round(tick, 10) for tick in inside), is_log=True)


@dataclass(frozen=True)
class Dot:
    """A point of a chart.

    Attributes:
        title: shown when the mouse is on it.
        color: index of its color.
        class_: "" or "front".
    """

    x: float
    y: float
    title: str
    color: int = 0
    class_: str = ""


def scatter(
    dots: Sequence[Dot], x: Axis, y: Axis, front: Sequence[tuple[float, float]] = (), marked: Dot | None = None
) -> Markup:
    """A point for each dot, a staircase along the Pareto front, and a cross at the marked point.

    Args:
        dots: in drawing order.
        x, y: the axes; less of x and more of y is better.
        front: the points of the front by increasing x.
        marked: drawn as a cross.
    """
    drawn = [_circle(dot, x, y, 6 if dot.class_ else 4) for dot in dots]
    cross = _cross(marked, x, y) if marked else ""
    return _plot(
        x,
        y,
        _polyline(staircase(front, x.high), x, y, "front"),
        *drawn,
        cross,
        class_="large",
        title=f"{y.label} against {x.label}",
    )


def line_chart(lines: Sequence[Sequence[Dot | None]], x: Axis, y: Axis, title: str) -> Markup:
    """Lines, each through its points by increasing x with a gap at each None; ``title`` is for screen readers."""
    circles = [_circle(dot, x, y, 4) for dots in lines for dot in dots if dot]
    curves = [curve for dots in lines for curve in _curves(dots, x, y)]
    return _plot(x, y, *curves, *circles, class_="small", title=title)


def _curves(dots: Sequence[Dot | None], x: Axis, y: Axis) -> list[Markup]:
    """The lines between the gaps, in the color of the points."""
    runs = [[dot for dot in run if dot] for is_dot, run in groupby(dots, bool) if is_dot]
    return [_polyline([(dot.x, dot.y) for dot in run], x, y, f"curve line{run[0].color % COLORS}") for run in runs]


def staircase(front: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """The corners of the best y that is reached up to each x."""
    corners: list[tuple[float, float]] = []
    for x, y in front:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return [*corners, (end, corners[-1][1])] if corners else []


def _plot(x: Axis, y: Axis, *content: str, class_: str, title: str) -> Markup:
    ticks = [*(_y_tick(y, tick) for tick in y.ticks), *(_x_tick(x, tick) for tick in x.ticks)]
    labels = join(
        element("text", x.label, x="100%", y="100%", dy=36, class_="axis end"),
        element("text", y.label, x=0, y=0, dx=-40, dy=-14, class_="axis"),
    )
    plot = element("svg", *ticks, labels, *content, class_="plot", role="img", aria_label=title)
    return element("div", plot, class_=f"frame {class_}")


def _y_tick(axis: Axis, tick: float) -> Markup:
    at = f"{100 - axis.percent(tick):g}%"
    return join(
        element("line", x1=0, x2="100%", y1=at, y2=at, class_="grid"),
        element("text", f"{tick:g}", x=0, y=at, dx=-8, dy=4, class_="tick end"),
    )


def _x_tick(axis: Axis, tick: float) -> Markup:
    at = f"{axis.percent(tick):g}%"
    return join(
        element("line", x1=at, x2=at, y1=0, y2="100%", class_="grid"),
        element("text", f"{tick:g}", x=at, y="100%", dy=18, class_="tick middle"),
    )


def _circle(dot: Dot, x: Axis, y: Axis, radius: int) -> Markup:
    class_ = f"dot c{dot.color % COLORS} {dot.class_}".strip()
    return element("circle", element("title", dot.title), **_center(dot, x, y), r=radius, class_=class_)


def _center(dot: Dot, x: Axis, y: Axis) -> dict[str, str]:
    return {"cx": f"{x.percent(dot.x):g}%", "cy": f"{100 - y.percent(dot.y):g}%"}


def _cross(dot: Dot, x: Axis, y: Axis) -> Markup:
    center = _center(dot, x, y)
    text = element("text", element("title", dot.title), "✚", x=center["cx"], y=center["cy"], dy=6, class_="present")
    return element("g", text)


def _polyline(points: Sequence[tuple[float, float]], x: Axis, y: Axis, class_: str) -> Markup:
    """A line, in an SVG of its own that is stretched to the plot."""
    corners = " ".join(f"{x.percent(px):g},{100 - y.percent(py):g}" for px, py in points)
    line = element("polyline", points=corners, class_=class_, vector_effect="non-scaling-stroke")
    size = {"viewBox": "0 0 100 100", "preserveAspectRatio": "none", "width": "100%", "height": "100%"}
    return element("svg", line, class_="stretched", **size)


@dataclass(frozen=True)
class Bar:
    """A bar: its label, its value, and the text at its end."""

    label: str
    value: float | None
    text: str
    color: int = 0


def bars(items: Sequence[Bar], high: float) -> Markup:
    """Horizontal bars from 0 to ``high``."""
    return element("div", *(_bar(item, high) for item in items), class_="bars")


def _bar(item: Bar, high: float) -> Markup:
    width = 100 * min(1.0, max(0.0, (item.value or 0.0) / high)) if high > 0 else 0.0
    rectangle = element("rect", width=f"{width:.4g}%", height="100%", rx=2, class_=f"bar c{item.color % COLORS}")
    return join(
        element("span", item.label, class_="name"),
        element("svg", rectangle, class_="track", aria_hidden="true"),
        element("span", item.text, class_="value"),
    )


def heat_map(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float | None]], low: float
) -> Markup:
    """A colored cell for each pair of values.

    Args:
        rows, columns: labels.
        values: row by row.
        low: this value and lower ones have the lightest color.
    """
    high = max((value for row in values for value in row if value is not None), default=1.0)
    head = element("tr", element("td"), *(element("th", label, scope="col") for label in columns))
    body = [
        element("tr", element("th", label, scope="row"), *(_cell(value, low, high) for value in row))
        for label, row in zip(rows, values, strict=True)
    ]
    content = element("table", element("thead", head), element("tbody", *body), class_="heat")
    return element("div", content, class_="scroll", tabindex="0")


def _cell(value: float | None, low: float, high: float) -> Markup:
    if value is None:
        return element("td", UNKNOWN_VALUE)
    share = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5
    mixed = (round(a + share * (b - a)) for a, b in zip(_LOW_COLOR, _HIGH_COLOR, strict=True))
    text = "#fff" if share >= _DARK_CELL else "#111"
    return element("td", f"{value:.3f}", style=f"background:rgb({','.join(map(str, mixed))});color:{text}")


def legend(names: Sequence[str]) -> Markup:
    """The names with the color of each."""
    items = [
        element("li", element("span", class_=f"swatch c{index % COLORS}"), name) for index, name in enumerate(names)
    ]
    return element("ul", *items, class_="legend")
