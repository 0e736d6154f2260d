"""A comparison of dances in plain words: what was late, what was crooked, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pose_demo.dance.comparison import DanceComparison, Passage
from pose_demo.messages import Message, message

IN_TIME_MS = 40.0  # a smaller lag is not noticed: a frame of film
_SHOWN_LIMBS = 2
_SHOWN_PASSAGES = 3

_WHOLE = {  # an arm or leg whose two limbs are wrong, by its inner limb
    "left upper arm": ("left forearm", message("left arm")),
    "right upper arm": ("right forearm", message("right arm")),
    "left thigh": ("left shin", message("left leg")),
    "right thigh": ("right shin", message("right leg")),
}
_ERRORS = {  # by the place of the limb, relative to the reference
    "low": message("{limb} {degrees:.0f} degrees low"),
    "high": message("{limb} {degrees:.0f} degrees high"),
    "left": message("{limb} {degrees:.0f} degrees too far left"),
    "right": message("{limb} {degrees:.0f} degrees too far right"),
    "off": message("{limb} {degrees:.0f} degrees off"),
}


def summary(comparison: DanceComparison) -> str:
    """Form and timing of the whole dance, or why there is none."""
    if comparison.form is None:
        return comparison.reason
    when = comparison.reason if comparison.timing_ms is None else timing(comparison.timing_ms)
    text = message("form {form:.0f} %, {timing}", form=100 * comparison.form, timing=when)
    return message("{text} (mirrored)", text=text) if comparison.mirrored else text


def timing(milliseconds: float) -> Message:
    """How late or early something was."""
    if abs(milliseconds) < IN_TIME_MS:
        return message("in time")
    if milliseconds > 0:
        return message("{milliseconds:.0f} ms late", milliseconds=milliseconds)
    return message("{milliseconds:.0f} ms early", milliseconds=-milliseconds)


def sentence(passage: Passage) -> Message:
    """One passage: "0:09 to 0:12: right arm 25 degrees low, 140 ms late"."""
    return message("{start} to {end}: {text}", start=clock(passage.start), end=clock(passage.end), text=_text(passage))


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def best_and_worst(passages: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """Up to three of the best passages, best first, and up to three others, worst first."""
    rated = sorted((it for it in passages if it.form is not None), key=_quality, reverse=True)
    best = rated[: min(_SHOWN_PASSAGES, (len(rated) + 1) // 2)]
    worst = rated[len(best) :][::-1][:_SHOWN_PASSAGES]
    return best, worst


def _quality(passage: Passage) -> tuple[float, float]:
    return round(passage.form or 0.0, 3), -abs(passage.timing_ms or 0.0)


def _text(passage: Passage) -> str:
    when = passage.reason if passage.timing_ms is None else timing(passage.timing_ms)
    errors = list(_limb_errors(passage))[:_SHOWN_LIMBS]
    if not errors and passage.timing_ms is None:
        return when
    text = errors[0] if errors else message("good form")
    for part in (*errors[1:], when):
        text = message("{first}, {second}", first=text, second=part)
    return text


def _limb_errors(passage: Passage) -> Iterator[Message]:
    """The wrong limbs, worst first; both limbs of an arm or a leg that are wrong alike are one."""
    named: set[str] = set()
    for limb in passage.wrong_limbs:
        inner = next((name for name, (outer, _) in _WHOLE.items() if limb in (name, outer)), limb)
        outer, whole = _WHOLE.get(inner, ("", limb))
        place = passage.places.get(limb, "off")
        is_whole = {inner, outer} <= set(passage.wrong_limbs) and passage.places.get(inner) == passage.places.get(outer)
        name = whole if is_whole else limb
        if name not in named:
            named.add(name)
            yield message(_ERRORS[place], limb=_translatable(name), degrees=passage.limbs.get(limb, 0.0))


def _translatable(limb: str) -> Message:
    return message(limb)
