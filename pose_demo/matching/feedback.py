"""Feedback on a pose: the similarity and advice in words, and colors for limbs."""

from __future__ import annotations

import math

import numpy as np

from pose_demo.matching.limb_angles import LIMBS, LimbAngles, angle_difference
from pose_demo.matching.similarity import Match

_TOLERANCE = 12.0  # degrees; smaller errors get no advice
_STRAIGHT = 20.0  # degrees; an elbow or knee that is bent less looks straight
_MIN_SLOPE = 0.5  # a correction with a smaller vertical part relative to the horizontal one is described as sideways

_ARM_AND_LEG = {"arm": ("upper arm", "forearm", "elbow"), "leg": ("thigh", "shin", "knee")}

Advice = tuple[str, str]  # what to do, and the error


def advice(match: Match, limit: int = 2) -> tuple[str, ...]:
    """Advice on the limbs with the largest errors, largest first: "raise your right forearm: 24 degrees too low".

    Sides are the person's own. Two limbs with the same error are combined, for example to a whole arm. The result is
    empty if all errors are under 12 degrees, or without a score (show ``match.reason`` then).
    """
    if match.reference_angles is None or match.person_angles is None:
        return ()
    lines: dict[str, str] = {}
    for limb in sorted(match.limbs, key=lambda name: -round(match.limbs[name])):  # at equal errors the inner limb first
        if match.limbs[limb] >= _TOLERANCE:
            action, error = _limb_advice(limb, match, match.reference_angles, match.person_angles)
            lines.setdefault(action, error)  # both sides of a leaning trunk get the same advice
    return tuple(f"{action}: {error}" for action, error in lines.items())[:limit]


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


def _limb_advice(limb: str, match: Match, reference: LimbAngles, person: LimbAngles) -> Advice:
    error = f"{match.limbs[limb]:.0f} degrees"
    if limb in ("shoulders", "hips"):
        return _tilt_advice(limb, error, *_correction(reference, person, limb))
    if limb.endswith("side"):
        return _trunk_advice(error, *_correction(reference, person, limb))
    side, part = limb.split(" ", 1)
    whole, inner, outer, joint = next((whole, *parts) for whole, parts in _ARM_AND_LEG.items() if part in parts)
    upper, lower = f"{side} {inner}", f"{side} {outer}"
    if _have_same_error(upper, lower, match, reference, person):
        return _move_advice(f"{side} {whole}", error, *_correction(reference, person, upper))
    only_the_joint = part == outer and match.limbs.get(upper, math.inf) < _TOLERANCE
    bend = _bend_advice(f"{side} {joint}", _bend(reference, upper, lower), _bend(person, upper, lower))
    if only_the_joint and bend:
        return bend
    return _move_advice(limb, error, *_correction(reference, person, limb))


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


def _tilt_advice(limb: str, error: str, left: float, up: float) -> Advice:
    if not up:
        return f"turn your {limb}", f"{error} off"
    side = "left" if up > 0 else "right"
    return f"raise your {side} {limb[:-1]}", f"{error} too low"


def _trunk_advice(error: str, left: float, up: float) -> Advice:
    if up:
        return ("raise" if up > 0 else "lower") + " your upper body", f"{error} too {'low' if up > 0 else 'high'}"
    if not left:
        return "turn your upper body", f"{error} off"
    target, current = ("left", "right") if left > 0 else ("right", "left")
    return f"lean to your {target}", f"{error} too far {current}"


def _bend_advice(joint: str, target: float, current: float) -> Advice | None:
    """Advice to straighten an elbow or knee, or to bend a knee, from joint angles in degrees; None if neither applies.

    An elbow bends in either direction in an image, so "raise" or "lower your forearm" is clearer than "bend".
    """
    error = f"{abs(target - current):.0f} degrees"
    if target <= _STRAIGHT and current - target >= _TOLERANCE:
        return f"straighten your {joint}", f"{error} too bent"
    if joint.endswith("knee") and current <= _STRAIGHT and target - current >= _TOLERANCE:
        return f"bend your {joint}", f"{error} too straight"
    return None


def _move_advice(part: str, error: str, left: float, up: float) -> Advice:
    if up:
        return (f"raise your {part}", f"{error} too low") if up > 0 else (f"lower your {part}", f"{error} too high")
    if not left:
        return f"turn your {part}", f"{error} off"
    outwards = (left > 0) == part.startswith("left")
    direction, error_direction = ("outwards", "in") if outwards else ("inwards", "out")
    return f"turn your {part} {direction}", f"{error} too far {error_direction}"
