"""The report of a dance as one HTML page that needs no other file and no network."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pose_demo.dance.comparison import DanceComparison, Passage
from pose_demo.dance.wording import best_and_worst, clock, dancer_line, line, summary
from pose_demo.html_page import charts
from pose_demo.html_page.charts import Bar, Dot
from pose_demo.html_page.document import definition_list, document, section
from pose_demo.html_page.markup import UNKNOWN_VALUE, Markup, element, figure, join, number, table
from pose_demo.io.images import encode_jpeg
from pose_demo.offline.dance.compare import DanceResult
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.pictures import pictures
from pose_demo.types import Image

_MS_PER_S = 1000.0
_FORM_RANGE, _TIMING_RANGE = (60.0, 100.0), (-100.0, 100.0)  # smaller differences do not look large


@dataclass(frozen=True, eq=False)
class _Pair:
    """A passage with the pictures of both dancers in its middle, the performance at its lag."""

    passage: Passage
    reference: Image
    performance: Image


def page(result: DanceResult) -> str:
    """The whole HTML document.

    Raises:
        InputError: the images of a video cannot be read again.
    """
    comparison = result.comparison
    names = result.reference.reference.name, result.performance.reference.name
    best, worst = best_and_worst(comparison.passages)
    return document(
        f"Dance: {names[1]} after {names[0]}",
        _header(result),
        _curves(comparison),
        _passages("Practise these", _pairs(result, worst)),
        _passages("These were best", _pairs(result, best)),
        _limbs(comparison),
        _table(comparison.passages),
    )


def _header(result: DanceResult) -> Markup:
    comparison = result.comparison
    facts = {"Reference": _facts(result.reference), "Performance": _facts(result.performance)}
    others = enumerate(result.comparisons[1:], start=2)
    if lines := [element("li", _capital(dancer_line(number, it))) for number, it in others]:
        facts["Others"] = element("ul", *lines)
    if comparison.mirrored:
        facts["Mirrored"] = "the performance is compared with the mirror image of the reference"
    if result.notes:
        facts["Note"] = element("ul", *(element("li", note) for note in result.notes))
    return element("header", element("h1", _capital(summary(comparison))), definition_list(facts))


def _facts(dance: Dance) -> str:
    reference = dance.reference
    model = f", keypoints by {reference.model}" if reference.model else ""
    return f"{reference.name}, {clock(reference.duration)}{model}"


def _curves(comparison: DanceComparison) -> Markup:
    if not any(passage.form is not None for passage in comparison.passages):
        return Markup()
    form = _curve(comparison.passages, "Form", _FORM_RANGE, lambda it: None if it.form is None else 100 * it.form)
    timing = _curve(comparison.passages, "Timing", _TIMING_RANGE, lambda it: it.timing_ms)
    captions = ("Form (%)", "similarity at the lag of each passage"), ("Timing (ms)", "above 0 late, below 0 early")
    figures = [
        figure(join(title, element("small", text)), chart)
        for (title, text), chart in zip(captions, (form, timing), strict=True)
    ]
    return section("Over the song", element("div", *figures, class_="grid"))


def _curve(
    passages: Sequence[Passage], title: str, shown: Sequence[float], value: Callable[[Passage], float | None]
) -> Markup:
    """A point in the middle of each passage that has a number, on an axis that shows at least ``shown``."""
    dots = [_dot(passage, value(passage)) for passage in passages]
    x = charts.axis("Seconds", [passages[0].start, passages[-1].end])
    y = charts.axis("", [*shown, *(dot.y for dot in dots if dot)])
    return charts.line_chart(dots, x, y, f"{title} over the song")


def _dot(passage: Passage, value: float | None) -> Dot | None:
    return None if value is None else Dot(_middle(passage), value, line(passage))


def _middle(passage: Passage) -> float:
    return (passage.start + passage.end) / 2


def _pairs(result: DanceResult, passages: Sequence[Passage]) -> list[_Pair]:
    if not passages:
        return []
    times = [_middle(passage) for passage in passages]
    lags = [_lag_s(passage, result.comparison) for passage in passages]
    teacher = pictures(result.reference, times)
    dancer = pictures(
        result.performance,
        [time + lag for time, lag in zip(times, lags, strict=True)],
        [passage.limbs for passage in passages],
    )
    return [_Pair(*pair) for pair in zip(passages, teacher, dancer, strict=True)]


def _lag_s(passage: Passage, comparison: DanceComparison) -> float:
    lag = comparison.timing_ms if passage.timing_ms is None else passage.timing_ms
    return (lag or 0.0) / _MS_PER_S


def _passages(title: str, pairs: Sequence[_Pair]) -> Markup:
    if not pairs:
        return Markup()
    return section(title, element("ol", *map(_item, pairs), class_="points"))


def _item(pair: _Pair) -> Markup:
    images = (_picture("Reference", pair.reference), _picture("Performance", pair.performance))
    return element("li", element("h3", _capital(line(pair.passage))), element("div", *images, class_="pair"))


def _picture(name: str, image: Image) -> Markup:
    data = base64.b64encode(encode_jpeg(image)).decode()
    return figure(name, element("img", src=f"data:image/jpeg;base64,{data}", alt=f"{name} with the skeleton"))


def _limbs(comparison: DanceComparison) -> Markup:
    if not comparison.limbs:
        return Markup()
    errors = sorted(comparison.limbs.items(), key=lambda item: -item[1])
    items = [Bar(name.capitalize(), degrees, f"{degrees:.0f}°") for name, degrees in errors]
    caption = join("Limbs", element("small", "Mean error of the direction, in degrees; sides are the dancer's own."))
    return section("Per limb", figure(caption, charts.bars(items, max(30.0, *(degrees for _, degrees in errors)))))


def _table(passages: Sequence[Passage]) -> Markup:
    if not passages:
        return Markup()
    rows = [
        (
            f"{clock(passage.start)} to {clock(passage.end)}",
            number(None if passage.form is None else 100 * passage.form, 0),
            number(passage.timing_ms, 0),
            ", ".join(passage.wrong_limbs) or UNKNOWN_VALUE,
            passage.reason or UNKNOWN_VALUE,
        )
        for passage in passages
    ]
    return section("All passages", table(("Passage", "Form (%)", "Late (ms)", "Clearly off", "Why no number"), rows))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
