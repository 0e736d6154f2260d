"""A passage in words: what is off, and how late or early it is."""

from __future__ import annotations

from pose_demo.dance.comparison import Passage
from pose_demo.dance.form import Deviation
from pose_demo.messages import Message, message

_ON_TIME = 40.0  # milliseconds; hardly anybody sees less
_MENTIONED = 2  # parts of the body

_WHOLE = {
    ("left upper arm", "left forearm"): message("left arm"),
    ("right upper arm", "right forearm"): message("right arm"),
    ("left thigh", "left shin"): message("left leg"),
    ("right thigh", "right shin"): message("right leg"),
    ("left side", "right side"): message("upper body"),
}


def sentence(passage: Passage) -> str:
    """A passage as "right arm 25 degrees too low, 140 ms late", or why it has no number."""
    if passage.timing_ms is None and not passage.deviations:
        return passage.reason
    errors = form_errors(passage) or (message("no limb clearly off"),)
    parts = errors if passage.timing_ms is None else (*errors, timing(passage.timing_ms))
    text = parts[0]
    for part in parts[1:]:
        text = message("{text}, {part}", text=text, part=part)
    return text


def form_errors(passage: Passage) -> tuple[Message, ...]:
    """The parts of the body that are clearly off, as "right arm 25 degrees too low", worst first."""
    deviations = dict(passage.deviations)
    texts = []
    for limb, deviation in passage.deviations.items():
        together = next((pair for pair in _WHOLE if limb in pair and _is_one(pair, deviations)), (limb,))
        if limb in deviations:
            degrees = sum(deviations.pop(name).degrees for name in together) / len(together)
            part = _WHOLE[together] if len(together) == 2 else message(limb)
            texts.append(message("{part} {error}", part=part, error=_error(degrees, deviation.place)))
    return tuple(texts[:_MENTIONED])


def timing(milliseconds: float) -> Message:
    """A lag as "140 ms late", "60 ms early" or "on time"."""
    if is_on_time(milliseconds):
        return message("on time")
    tens = round(abs(milliseconds), -1)  # a passage is not measured more exactly
    if milliseconds > 0:
        return message("{milliseconds:.0f} ms late", milliseconds=tens)
    return message("{milliseconds:.0f} ms early", milliseconds=tens)


def is_on_time(milliseconds: float) -> bool:
    """Whether hardly anybody sees a lag."""
    return abs(milliseconds) < _ON_TIME


def _is_one(pair: tuple[str, str], deviations: dict[str, Deviation]) -> bool:
    """Whether both limbs of an arm, a leg or the trunk are off in the same direction."""
    return all(limb in deviations for limb in pair) and len({deviations[limb].place for limb in pair}) == 1


def _error(degrees: float, place: str) -> Message:
    if place == "low":
        return message("{degrees:.0f} degrees too low", degrees=degrees)
    if place == "high":
        return message("{degrees:.0f} degrees too high", degrees=degrees)
    if place == "left":
        return message("{degrees:.0f} degrees too far left", degrees=degrees)
    if place == "right":
        return message("{degrees:.0f} degrees too far right", degrees=degrees)
    return message("{degrees:.0f} degrees off", degrees=degrees)
