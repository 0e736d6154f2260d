"""Small line drawings for the page."""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import quote


def line(points: Iterable[tuple[float, float]], colour: str, width: float = 1.0, dashes: str = "") -> str:
    """Points joined by a line of ``width`` screen pixels, however the picture is stretched."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
    return (
        f"<polyline points='{joined}' stroke='{colour}' stroke-width='{width:g}'{dashed} "
        "fill='none' stroke-linejoin='round' vector-effect='non-scaling-stroke'/>"
    )


def picture(lines: Iterable[str], view: str, style: str, alt: str) -> str:
    """HTML of a drawing that fills the box its CSS class ``style`` gives it; ``view`` is what of it is seen."""
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{view}' preserveAspectRatio='none'>"
    svg = quote(head + "".join(lines) + "</svg>", safe=" =,:/")
    # Streamlit takes drawings out of HTML, but leaves pictures.
    return f"<img class='{style}' alt='{html.escape(alt)}' src='data:image/svg+xml,{svg}'>"
