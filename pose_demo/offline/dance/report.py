"""The report of a dance as one HTML page that needs no other file and no network."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pose_demo.dance.comparison import DanceComparison, Passage
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.dance.wording import best_and_worst, clock, dancer_line, is_faultless, line, summary
from pose_demo.html_page import charts
from pose_demo.html_page.charts import Bar, Dot
from pose_demo.html_page.document import definition_list, document, section
from pose_demo.html_page.markup import UNKNOWN_VALUE, Markup, element, figure, join, number, table
from pose_demo.io.images import encode_jpeg
from pose_demo.messages import Message, message
from pose_demo.offline.dance.compare import DanceResult
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.pictures import picture_time, pictures
from pose_demo.sample import CHOREOGRAPHIES
from pose_demo.types import Image

Translate = Callable[[str], str]  # of a message into the reader's language

_MS_PER_S = 1000.0
_FORM_RANGE, _TIMING_RANGE = (60.0, 100.0), (-100.0, 100.0)  # smaller differences do not look large
_LIMB_RANGE = 30.0  # degrees
_FORM, _LATE = message("Form (%)"), message("Late (ms)")
_TAKE_COLUMNS = (message("Take"), _FORM, _LATE, message("Most off"))
_PASSAGE_COLUMNS = (message("Passage"), _FORM, _LATE, message("Clearly off"), message("Why no number"))


def page(
    result: DanceResult, takes: Sequence[DanceResult] = (), translate: Translate = str, language: str = "en"
) -> str:
    """The whole HTML document.

    Args:
        result: the performance that is reported in detail.
        takes: this and other performances of the same passage, in their order; two or more are shown side by side.
        translate: makes the texts of the page from messages; they are English by default.
        language: the tag (BCP 47) of their language.

    Raises:
        InputError: the images of a video cannot be read again.
    """
    return _Report(result, tuple(takes), translate).document(language)


@dataclass(frozen=True, eq=False)
class _Pair:
    """A passage with the pictures of both dancers in its middle, the performance at its lag."""

    passage: Passage
    reference: Image
    performance: Image


@dataclass(frozen=True, eq=False)
class _Report:
    """The sections of a report; see `page`."""

    result: DanceResult
    takes: tuple[DanceResult, ...]
    translate: Translate

    def document(self, language: str) -> str:
        comparison = self.result.comparison
        reference, performance = (self._name(dance) for dance in (self.result.reference, self.result.performance))
        title = message("Dance: {performance} after {reference}", performance=performance, reference=reference)
        best, worst = best_and_worst(comparison.passages)
        return document(
            self.translate(title),
            self._header(),
            self._takes(),
            self._curves(),
            self._practice(worst),
            self._pairs(message("These were best"), best),
            self._limbs(comparison),
            self._table(comparison.passages),
            language=language,
        )

    # ---- what is compared

    def _header(self) -> Markup:
        result, comparison = self.result, self.result.comparison
        facts = {
            message("Reference dance"): self._facts(result.reference),
            message("Performance"): self._facts(result.performance),
        }
        others = [dancer_line(number, it) for number, it in enumerate(result.comparisons[1:], start=2)]
        if others:
            facts[message("Others")] = self._list(others)
        if result.group and result.group.synchrony is not None:
            facts[message("Group")] = self._group()
        if comparison.mirrored:
            facts[message("Mirrored")] = self.translate(
                message("the performance is compared with the mirror image of the reference")
            )
        if result.notes:
            facts[message("Note")] = self._list(result.notes)
        title = element("h1", _capital(self.translate(summary(comparison))))
        return element("header", title, definition_list({self.translate(name): it for name, it in facts.items()}))

    def _list(self, texts: Iterable[str]) -> Markup:
        return element("ul", *(element("li", _capital(self.translate(text))) for text in texts))

    def _facts(self, dance: Dance) -> str:
        reference = dance.reference
        text = f"{self._name(dance)}, {clock(reference.duration)}"
        if not reference.model:
            return text
        return self.translate(message("{text}, keypoints by {model}", text=text, model=reference.model))

    def _name(self, dance: Dance) -> str:
        name = dance.reference.name  # one that a visitor gave is not translated
        return self.translate(title(name)) if name in CHOREOGRAPHIES else name

    def _group(self) -> Markup:
        group = self.result.group
        assert group
        lines = [message("synchrony {percent:.0f} %", percent=100 * (group.synchrony or 0.0))]
        lines += [
            message("dancer {number}: {lag:+.0f} ms from the mean of the group", number=index, lag=lag)
            for index, lag in enumerate(group.lags_ms, start=1)
            if lag is not None
        ]
        return self._list(lines)

    # ---- over the song, and over the takes

    def _takes(self) -> Markup:
        if len(self.takes) < 2:
            return Markup()
        rows = [
            (it.performance.reference.name, *_numbers(it.comparison), self._weakest(it.comparison)) for it in self.takes
        ]
        return self._section(message("Takes side by side"), self._grid(_TAKE_COLUMNS, rows))

    def _weakest(self, comparison: DanceComparison) -> str:
        if not comparison.limbs:
            return UNKNOWN_VALUE
        limb, degrees = max(comparison.limbs.items(), key=lambda item: item[1])
        return f"{self.translate(message(limb))} {degrees:.0f}°"

    def _curves(self) -> Markup:
        """Form and timing over the song, a line for each take."""
        takes = self.takes if len(self.takes) > 1 else (self.result,)
        passages = [take.comparison.passages for take in takes]
        if not any(it.form is not None for each in passages for it in each):
            return Markup()
        form = self._curve(passages, message("Form over the song"), _FORM_RANGE, _percent)
        timing = self._curve(passages, message("Timing over the song"), _TIMING_RANGE, lambda it: it.timing_ms)
        figures = [
            self._figure(_FORM, message("similarity at the lag of each passage"), form),
            self._figure(message("Timing (ms)"), message("above 0 late, below 0 early"), timing),
        ]
        legend = charts.legend([take.performance.reference.name for take in takes]) if len(takes) > 1 else ""
        return self._section(message("Over the song"), legend, element("div", *figures, class_="grid"))

    def _curve(
        self,
        takes: Sequence[Sequence[Passage]],
        title: Message,
        shown: Sequence[float],
        value: Callable[[Passage], float | None],
    ) -> Markup:
        """A point in the middle of each passage that has a number, on an axis that shows at least ``shown``."""
        lines = [[self._dot(it, value(it), color) for it in passages] for color, passages in enumerate(takes)]
        ends = [time for passages in takes for it in passages for time in (it.start, it.end)]
        x = charts.axis(self.translate(message("Seconds")), ends)
        y = charts.axis("", [*shown, *(dot.y for dots in lines for dot in dots if dot)])
        return charts.line_chart(lines, x, y, self.translate(title))

    def _dot(self, passage: Passage, value: float | None, color: int) -> Dot | None:
        return None if value is None else Dot(_middle(passage), value, self.translate(line(passage)), color)

    # ---- passages

    def _practice(self, worst: Sequence[Passage]) -> Markup:
        """What to practise; that there is nothing, if all passages with a number are faultless."""
        title = message("Practise these")
        rated = [it for it in self.result.comparison.passages if it.form is not None]
        if not rated or not all(map(is_faultless, rated)):
            return self._pairs(title, worst)
        text = message("Nothing to practise here: the form was good, no limb clearly off, and all of it on time.")
        return self._section(message("Well done"), element("p", self.translate(text)))

    def _pairs(self, title: Message, passages: Sequence[Passage]) -> Markup:
        if not passages:
            return Markup()
        items = map(self._item, pairs(self.result, passages))
        return self._section(title, element("ol", *items, class_="points"))

    def _item(self, pair: _Pair) -> Markup:
        title = element("h3", _capital(self.translate(line(pair.passage))))
        images = (
            self._picture(self.result.reference, pair.reference),
            self._picture(self.result.performance, pair.performance),
        )
        return element("li", title, element("div", *images, class_="pair"))

    def _picture(self, dance: Dance, image: Image) -> Markup:
        name = self._name(dance)
        data = base64.b64encode(encode_jpeg(image)).decode()
        text = self.translate(message("{name} with the skeleton", name=name))
        return figure(name, element("img", src=f"data:image/jpeg;base64,{data}", alt=text))

    def _limbs(self, comparison: DanceComparison) -> Markup:
        if not comparison.limbs:
            return Markup()
        errors = sorted(comparison.limbs.items(), key=lambda item: -item[1])
        items = [Bar(_capital(self.translate(message(name))), degrees, f"{degrees:.0f}°") for name, degrees in errors]
        text = message("Mean error of the direction, in degrees; sides are the dancer's own.")
        bars = charts.bars(items, max(_LIMB_RANGE, errors[0][1]))
        return self._section(message("Per limb"), self._figure(message("Limbs"), text, bars))

    def _table(self, passages: Sequence[Passage]) -> Markup:
        if not passages:
            return Markup()
        rows = [
            (
                self.translate(message("{start} to {end}", start=clock(it.start), end=clock(it.end))),
                *_numbers(it),
                ", ".join(self.translate(message(limb)) for limb in it.wrong_limbs) or UNKNOWN_VALUE,
                self.translate(it.reason) or UNKNOWN_VALUE,
            )
            for it in passages
        ]
        return self._section(message("All passages"), self._grid(_PASSAGE_COLUMNS, rows))

    # ---- parts

    def _section(self, title: Message, *content: str) -> Markup:
        return section(self.translate(title), *content)

    def _figure(self, title: Message, text: Message, chart: Markup) -> Markup:
        return figure(join(self.translate(title), element("small", self.translate(text))), chart)

    def _grid(self, header: Sequence[Message], rows: Sequence[Sequence[str]]) -> Markup:
        return table([self.translate(cell) for cell in header], rows)


def title(name: str) -> str:
    """The title of a built-in choreography, which can be translated, or the name that the dance was given."""
    return CHOREOGRAPHIES[name].title if name in CHOREOGRAPHIES else name


def pairs(result: DanceResult, passages: Sequence[Passage]) -> list[_Pair]:
    """The pictures of both dancers in the middle of each passage, at moments that belong together."""
    lags = [_lag_s(passage, result) for passage in passages]
    times = [
        picture_time(result.performance, _middle(passage) + lag) for passage, lag in zip(passages, lags, strict=True)
    ]
    limbs = [passage.limbs for passage in passages]
    images = result.performance.images
    flipped = isinstance(images, TakePictures) and images.teacher_flipped
    teacher = pictures(result.reference, [time - lag for time, lag in zip(times, lags, strict=True)], flipped=flipped)
    dancer = pictures(result.performance, times, limbs)
    return [_Pair(*pair) for pair in zip(passages, teacher, dancer, strict=True)]


def _lag_s(passage: Passage, result: DanceResult) -> float:
    """In the reference's time."""
    lag = result.comparison.timing_ms if passage.timing_ms is None else passage.timing_ms
    return result.speed * (lag or 0.0) / _MS_PER_S


def _middle(passage: Passage) -> float:
    return (passage.start + passage.end) / 2


def _percent(rated: Passage | DanceComparison) -> float | None:
    return None if rated.form is None else 100 * rated.form


def _numbers(rated: Passage | DanceComparison) -> tuple[str, str]:
    return number(_percent(rated), 0), number(rated.timing_ms, 0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
