"""A comparison of dances in plain words: the whole dance, and its best and worst passages."""

from __future__ import annotations

from collections.abc import Sequence

from pose_demo.dance.comparison import DanceComparison, Passage
from pose_demo.dance.feedback import is_on_time, sentence, timing
from pose_demo.messages import Message, message

_SHOWN = 3  # passages
_FAULTLESS = 0.9  # form; with a style of a few degrees it is about 0.97


def summary(comparison: DanceComparison) -> str:
    """Form and timing of the whole dance, or why there is none."""
    if comparison.form is None:
        return comparison.reason
    when = comparison.reason if comparison.timing_ms is None else timing(comparison.timing_ms)
    text = message("form {form:.0f} %, {timing}", form=100 * comparison.form, timing=when)
    return message("{text} (mirrored)", text=text) if comparison.mirrored else text


def dancer_line(number: int, comparison: DanceComparison) -> Message:
    """Form and timing of one of several dancers, from 1 on."""
    return message("dancer {number}: {text}", number=number, text=summary(comparison))


def line(passage: Passage) -> Message:
    """One passage with its time: "0:09 to 0:12: right arm 25 degrees too low, 140 ms late"."""
    text = sentence(passage)
    return message("{start} to {end}: {text}", start=clock(passage.start), end=clock(passage.end), text=text)


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def best_and_worst(passages: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """Up to three of the best passages, best first, and up to three others that are not faultless, worst first."""
    rated = sorted((it for it in passages if it.form is not None), key=_quality, reverse=True)
    count = min(_SHOWN, (len(rated) + 1) // 2)
    if len(rated) == 1 and not is_faultless(rated[0]):
        count = 0
    return rated[:count], [it for it in rated[count:][::-1] if not is_faultless(it)][:_SHOWN]


def is_faultless(passage: Passage) -> bool:
    """Whether there is nothing to say against a passage: good form, no limb clearly off, on time."""
    form = passage.form or 0.0
    return form >= _FAULTLESS and not passage.deviations and is_on_time(passage.timing_ms or 0.0)


def _quality(passage: Passage) -> tuple[float, float]:
    return round(passage.form or 0.0, 3), -abs(passage.timing_ms or 0.0)
