"""Draw docs/architecture.svg: the package's layers from pyproject.toml and the imports between them from the code.

An import is left out where a longer chain of imports leads to the same module. An import that breaks a layer is red.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Collection
from pathlib import Path

import grimp
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path as Curve

ROOT = Path(__file__).parents[1]
Edge = tuple[str, str]
Point = tuple[float, float]

# Bands of layers with their color; each starts at the layer of the module named first.
BANDS = {
    "__main__": ("Command line", "#6e40c9"),
    "ui": ("Page", "#bf3989"),
    "bench": ("Measurement", "#9a6700"),
    "offline": ("Runs", "#bc4c00"),
    "io": ("Files", "#0a7ea4"),
    "pipeline": ("One frame", "#1f6feb"),
    "effects": ("Stages", "#1a7f37"),
    "estimators": ("Estimation", "#8250df"),
    "sample": ("Drawn dancer", "#bf3989"),
    "text_drawing": ("Foundations", "#57606a"),
}
# Horizontal positions that keep the arrows clear of the boxes; other modules are spread evenly over their layer.
COLUMNS = {"ui": -1.5, "bench": 1.5, "explore": 0.0, "live": -1.5, "offline": 0.0, "overlay": -0.75, "plan": 0.75}
COLUMNS |= {"effects": -2.25, "background": -0.75, "matching": 0.75, "weights": 1.5, "sample": 3.4, "doctor": 3.0}
COLUMNS |= {
    "legacy_names": -3.75,
    "imaging": -2.25,
    "geometry": -0.75,
    "oks": 0.75,
    "fields": 2.2,
    "json_text": 3.52,
    "text_drawing": -1.5,
}
SPREAD, ROW, WIDTH, HEIGHT, CORNER = 1.5, 0.68, 1.24, 0.4, 0.12
LEFT, RIGHT = -5.5, 4.2
BROKEN = "#d1242f"


def read_layers() -> list[list[str]]:
    """The layers from top to bottom, each with its modules."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def read_imports() -> set[Edge]:
    """The imports between the package's top-level modules and subpackages."""
    graph = grimp.build_graph("pose_demo", cache_dir=None)
    pairs = ((a.split("."), b.split(".")) for a in graph.modules for b in graph.find_modules_directly_imported_by(a))
    return {(a[1], b[1]) for a, b in pairs if len(a) > 1 and len(b) > 1 and a[1] != b[1]}


def reduce(edges: set[Edge]) -> set[Edge]:
    """The edges of an acyclic graph without those that a longer path implies (transitive reduction)."""
    return {edge for edge in edges if not _reaches(*edge, edges - {edge})}


def _reaches(start: str, end: str, edges: set[Edge]) -> bool:
    return any(a == start and (b == end or _reaches(b, end, edges)) for a, b in edges)


def place(layers: list[list[str]]) -> dict[str, Point]:
    """The center of each module's box."""
    return {
        name: (COLUMNS.get(name, SPREAD * (i - (len(layer) - 1) / 2)), -ROW * row)
        for row, layer in enumerate(layers)
        for i, name in enumerate(layer)
    }


def draw(layers: list[list[str]], edges: set[Edge], path: Path) -> None:
    """Write the picture as SVG."""
    centers = place(layers)
    figure = Figure(figsize=(9.2, 0.68 * len(layers) + 0.5))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(LEFT, RIGHT), ylim=(-ROW * len(layers) + ROW / 2 - 0.1, ROW / 2 + 0.1))
    axes.axis("off")
    colors = _draw_bands(axes, layers)
    known = {edge for edge in edges if centers.keys() >= set(edge)}
    kept = {(a, b) for a, b in known if centers[a][1] > centers[b][1]}
    for a, b in sorted(reduce(kept)):
        _draw_arrow(axes, _rounded(_route(centers[a], centers[b], centers.values())), colors[a])
    for a, b in sorted(known - kept):
        _draw_arrow(axes, Curve([centers[a], centers[b]]), BROKEN)
    for name, center in centers.items():
        _draw_box(axes, name, center, colors[name])
    figure.savefig(path, facecolor="#f6f8fa", metadata={"Date": None})


def _draw_bands(axes: Axes, layers: list[list[str]]) -> dict[str, str]:
    """Draw a strip and a label for each band; returns the color of each module."""
    starts = [row for row, layer in enumerate(layers) if BANDS.keys() & set(layer)]
    colors: dict[str, str] = {}
    for start, end in zip(starts, [*starts[1:], len(layers)], strict=True):
        title, color = next(BANDS[name] for name in layers[start] if name in BANDS)
        colors |= {name: color for layer in layers[start:end] for name in layer}
        top, height = ROW * (0.5 - start), ROW * (end - start)
        axes.add_patch(
            Rectangle((LEFT, top - height + 0.03), RIGHT - LEFT, height - 0.06, color=color, alpha=0.07, lw=0)
        )
        axes.text(LEFT + 0.15, top - height / 2, title, color=color, fontsize=11, fontweight="bold", va="center")
    return colors


def _draw_arrow(axes: Axes, path: Curve, color: str) -> None:
    style = "-|>,head_length=4,head_width=2"
    axes.add_patch(FancyArrowPatch(path=path, arrowstyle=style, color=color, lw=1.2, zorder=2))


def _route(start: Point, end: Point, centers: Collection[Point]) -> list[Point]:
    """Down, across and down, from the lower side of one box to the upper side of another.

    The way across is below the first box or, where other boxes are in the column of the second one, above that one.
    Each column has its own height, so that ways across to different boxes stay apart.
    """
    (x0, y0), (x1, y1) = start, end
    blocked = any(abs(x - x1) < WIDTH / 2 and y1 < y < y0 for x, y in centers)
    gap = ROW / 2 + (x1 % 1 - 0.4) / 6
    across = y1 + gap if blocked else y0 - gap
    return [(x0, y0 - HEIGHT / 2), (x0, across), (x1, across), (x1, y1 + HEIGHT / 2)]


def _rounded(route: list[Point]) -> Curve:
    """Straight lines through the points, with round corners."""
    (x0, y0), (_, across), (x1, _), (_, y1) = route
    if x0 == x1:
        return Curve([(x0, y0), (x1, y1)])
    r = min(CORNER, abs(x1 - x0) / 2)
    turn = r if x1 > x0 else -r
    points = [(x0, y0), (x0, across + r), (x0, across), (x0 + turn, across)]
    points += [(x1 - turn, across), (x1, across), (x1, across - r), (x1, y1)]
    line, curve = Curve.LINETO, Curve.CURVE3
    return Curve(points, [Curve.MOVETO, line, curve, curve, line, curve, curve, line])


def _draw_box(axes: Axes, name: str, center: Point, color: str) -> None:
    corner = center[0] - WIDTH / 2, center[1] - HEIGHT / 2
    shape = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch(corner, WIDTH, HEIGHT, shape, facecolor="white", edgecolor=color, lw=1.5, zorder=3))
    is_package = (ROOT / "pose_demo" / name).is_dir()
    axes.text(
        *center, f"{name}/" if is_package else name, color="#24292f", fontsize=10.5, ha="center", va="center", zorder=4
    )


if __name__ == "__main__":
    mpl.rcParams["svg.hashsalt"] = "pose_demo"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("architecture.svg")
    draw(read_layers(), read_imports(), target)
