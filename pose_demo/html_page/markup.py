"""HTML and SVG markup, with every text escaped."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Sequence

UNKNOWN_VALUE = "–"


class Markup(str):
    """A text that is HTML already; all other texts are escaped by `element`."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: object) -> Markup:
    """An HTML or SVG element.

    Args:
        name: of the element.
        content: markup, or texts, which are escaped.
        attributes: of the element; ``_`` in their names stands for ``-``, and one at the end is left out. Those that
            are None are left out.
    """
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    start = "".join(f' {key}="{html.escape(str(value))}"' for key, value in given.items())
    return Markup(f"<{name}{start}>{join(*content)}</{name}>")


def join(*content: str) -> Markup:
    """Markup and escaped texts one after another."""
    return Markup("".join(part if isinstance(part, Markup) else html.escape(part) for part in content))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], class_: str = "") -> Markup:
    """A table that scrolls sideways where it is too wide; the first column has the names of the rows."""
    head = element("tr", *(element("th", cell, scope="col") for cell in header))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    content = element("table", element("thead", head), element("tbody", *body))
    return element("div", content, class_=f"scroll {class_}".strip(), tabindex="0")


def figure(caption: str, *content: str, class_: str | None = None) -> Markup:
    """A chart below its caption."""
    return element("figure", element("figcaption", caption), *content, class_=class_)


def number(value: object, decimals: int = 3) -> str:
    """A number with fixed digits and thousands separators; an en dash where it is not known."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return UNKNOWN_VALUE
    return f"{value:,.{decimals}f}"


def value_text(value: object) -> str:
    """A value of a setting as text."""
    if value is None:
        return UNKNOWN_VALUE
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)


def count(quantity: int, noun: str) -> str:
    """A number with its noun, such as "1 clip" or "2,000 points"."""
    return f"{quantity:,} {noun}" if quantity == 1 else f"{quantity:,} {noun}s"
