"""Feedback on a pose: the similarity and advice in words, and colors for limbs."""

from __future__ import annotations

import math

import numpy as np

from pose_demo.matching.limb_angles import LIMBS, LimbAngles, angle_difference
from pose_demo.matching.similarity import Match
from pose_demo.messages import Message, message

_TOLERANCE = 12.0  # degrees; smaller errors get no advice
_STRAIGHT = 20.0  # degrees; an elbow or knee that is bent less looks straight
_MIN_SLOPE = 0.5  # a correction with a smaller vertical part relative to the horizontal one is described as sideways

_ARM_AND_LEG = {"arm": ("upper arm", "forearm", "elbow"), "leg": ("thigh", "shin", "knee")}

# Each is the object of a sentence, which some languages mark by its ending.
_PARTS = {
    part.removeprefix("your "): part
    for part in (
        message("your upper body"),
        message("your shoulders"),
        message("your hips"),
        message("your left shoulder"),
        message("your right shoulder"),
        message("your left hip"),
        message("your right hip"),
        message("your left arm"),
        message("your right arm"),
        message("your left upper arm"),
        message("your right upper arm"),
        message("your left forearm"),
        message("your right forearm"),
        message("your left elbow"),
        message("your right elbow"),
        message("your left leg"),
        message("your right leg"),
        message("your left thigh"),
        message("your right thigh"),
        message("your left shin"),
        message("your right shin"),
        message("your left knee"),
        message("your right knee"),
    )
}

_Advice = tuple[Message, Message]  # what to do, and the error


def advice(match: Match, limit: int = 2) -> tuple[Message, ...]:
    """Advice on the limbs with the largest errors, largest first: "raise your right forearm: 24 degrees too low".

    Sides are the person's own. Two limbs with the same error are combined, for example to a whole arm. The result is
    empty if all errors are under 12 degrees, or without a score (show ``match.reason`` then).
    """
    found = _all_advice(match).items()
    return tuple(message("{action}: {error}", action=action, error=error) for action, error in found)[:limit]


def first_action(match: Match) -> str:
    """What to do about the largest error, without the error; empty if there is no advice."""
    return next(iter(_all_advice(match)), "")


def _all_advice(match: Match) -> dict[Message, Message]:
    """What to do -> the error, largest first."""
    if match.reference_angles is None or match.person_angles is None:
        return {}
    lines: dict[Message, Message] = {}
    for limb in sorted(match.limbs, key=lambda name: -round(match.limbs[name])):  # at equal errors the inner limb first
        if match.limbs[limb] >= _TOLERANCE:
            action, error = _limb_advice(limb, match, match.reference_angles, match.person_angles)
            lines.setdefault(action, error)  # both sides of a leaning trunk get the same advice
    return lines


def percent(similarity: float) -> str:
    """A similarity in [0, 1] as displayed."""
    return f"{100 * similarity:.0f} %"


def limb_color(degrees: float) -> tuple[int, int, int]:
    """(red, green, blue), 0..255, for the error of a limb: green up to 12 degrees, yellow at 30, red from 60.

    Source: bluish green, yellow and vermilion of Okabe and Ito's palette (jfly.uni-koeln.de/color), which color-blind
    people can distinguish.
    """
    stops = (_TOLERANCE, 30.0, 60.0)
    red = np.interp(abs(degrees), stops, (0, 240, 213))
    green = np.interp(abs(degrees), stops, (158, 228, 94))
    blue = np.interp(abs(degrees), stops, (115, 66, 0))
    return round(float(red)), round(float(green)), round(float(blue))


def _limb_advice(limb: str, match: Match, reference: LimbAngles, person: LimbAngles) -> _Advice:
    degrees = match.limbs[limb]
    if limb in ("shoulders", "hips"):
        return _tilt_advice(limb, degrees, *_correction(reference, person, limb))
    if limb.endswith("side"):
        return _trunk_advice(degrees, *_correction(reference, person, limb))
    side, part = limb.split(" ", 1)
    whole, inner, outer, joint = next((whole, *parts) for whole, parts in _ARM_AND_LEG.items() if part in parts)
    upper, lower = f"{side} {inner}", f"{side} {outer}"
    if _have_same_error(upper, lower, match, reference, person):
        return _move_advice(f"{side} {whole}", degrees, *_correction(reference, person, upper))
    only_the_joint = part == outer and match.limbs.get(upper, math.inf) < _TOLERANCE
    bend = _bend_advice(f"{side} {joint}", _bend(reference, upper, lower), _bend(person, upper, lower))
    if only_the_joint and bend:
        return bend
    return _move_advice(limb, degrees, *_correction(reference, person, limb))


def _correction(reference: LimbAngles, person: LimbAngles, limb: str) -> tuple[float, float]:
    """The direction in which to move the limb's end: (to the person's left, up); 0 for a small or unknown part."""
    target, current = (math.radians(it.angles[LIMBS.index(limb)]) for it in (reference, person))
    right, up = math.cos(target) - math.cos(current), math.sin(current) - math.sin(target)
    return (0.0, up) if abs(up) >= _MIN_SLOPE * abs(right) else (right * person.facing, 0.0)


def _have_same_error(upper: str, lower: str, match: Match, reference: LimbAngles, person: LimbAngles) -> bool:
    if min(match.limbs.get(upper, 0.0), match.limbs.get(lower, 0.0)) < _TOLERANCE:
        return False
    errors = person.angles - reference.angles
    return bool(angle_difference(errors[LIMBS.index(upper)], errors[LIMBS.index(lower)]) < _TOLERANCE)


def _bend(limb_angles: LimbAngles, upper: str, lower: str) -> float:
    angles = limb_angles.angles
    return float(angle_difference(angles[LIMBS.index(upper)], angles[LIMBS.index(lower)]))


def _tilt_advice(limb: str, degrees: float, left: float, up: float) -> _Advice:
    if not up:
        return _move_advice(limb, degrees, 0, 0)
    return _move_advice(f"{'left' if up > 0 else 'right'} {limb[:-1]}", degrees, 0, abs(up))


def _trunk_advice(degrees: float, left: float, up: float) -> _Advice:
    if up or not left:
        return _move_advice("upper body", degrees, left, up)
    if left > 0:
        return message("lean to your left"), message("{degrees:.0f} degrees too far right", degrees=degrees)
    return message("lean to your right"), message("{degrees:.0f} degrees too far left", degrees=degrees)


def _bend_advice(joint: str, target: float, current: float) -> _Advice | None:
    """Advice to straighten an elbow or knee, or to bend a knee, from joint angles in degrees; None if neither applies.

    An elbow bends in either direction in an image, so "raise" or "lower your forearm" is clearer than "bend".
    """
    part, degrees = _PARTS[joint], abs(target - current)
    if target <= _STRAIGHT and current - target >= _TOLERANCE:
        return message("straighten {part}", part=part), message("{degrees:.0f} degrees too bent", degrees=degrees)
    if joint.endswith("knee") and current <= _STRAIGHT and target - current >= _TOLERANCE:
        return message("bend {part}", part=part), message("{degrees:.0f} degrees too straight", degrees=degrees)
    return None


def _move_advice(name: str, degrees: float, left: float, up: float) -> _Advice:
    part = _PARTS[name]
    if up > 0:
        return message("raise {part}", part=part), message("{degrees:.0f} degrees too low", degrees=degrees)
    if up < 0:
        return message("lower {part}", part=part), message("{degrees:.0f} degrees too high", degrees=degrees)
    if not left:
        return message("turn {part}", part=part), message("{degrees:.0f} degrees off", degrees=degrees)
    if (left > 0) == name.startswith("left"):
        return message("turn {part} outwards", part=part), message("{degrees:.0f} degrees too far in", degrees=degrees)
    return message("turn {part} inwards", part=part), message("{degrees:.0f} degrees too far out", degrees=degrees)
