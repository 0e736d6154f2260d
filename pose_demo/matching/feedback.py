"""What to do about a pose that is off, in words and in colours."""

from __future__ import annotations

import math

import numpy as np

from pose_demo.matching.limb_angles import LIMBS, Stance, apart
from pose_demo.matching.similarity import Match

FINE = 12.0  # degrees off that nobody needs to hear about
_STRAIGHT = 20.0  # degrees; an elbow or knee that bends less looks straight
_SIDEWAYS = 0.5  # a change that rises less than this for each step sideways is a change sideways

_WHOLES = {"arm": ("upper arm", "forearm", "elbow"), "leg": ("thigh", "shin", "knee")}

Order = tuple[str, str]  # what to do, and what is wrong


def advice(match: Match, most: int = 2) -> tuple[str, ...]:
    """The worst limbs in words, worst first: "raise your right forearm: 24 degrees too low".

    Sides are the person's own. Two limbs that are off together are one order, as for a whole arm. Limbs within 12
    degrees are left alone, so a good pose gives an empty tuple, and so does a match without a score (show its
    ``reason`` instead).
    """
    if match.wanted is None or match.found is None:
        return ()
    orders: dict[str, str] = {}
    for limb in sorted(match.limbs, key=lambda name: -round(match.limbs[name])):  # the inner limb first when equal
        if match.limbs[limb] >= FINE:
            what, why = _order(limb, match, match.wanted, match.found)
            orders.setdefault(what, why)  # both sides of a trunk that leans ask for the same
    return tuple(f"{what}: {why}" for what, why in orders.items())[:most]


def limb_colour(degrees: float) -> tuple[int, int, int]:
    """(red, green, blue), 0..255, of a limb ``degrees`` off: green up to 12, through yellow at 30, to red from 60.

    Source: bluish green, yellow and vermilion of Okabe and Ito's palette (jfly.uni-koeln.de/color), which colour-blind
    eyes tell apart.
    """
    stops = (FINE, 30.0, 60.0)
    red = np.interp(abs(degrees), stops, (0, 240, 213))
    green = np.interp(abs(degrees), stops, (158, 228, 94))
    blue = np.interp(abs(degrees), stops, (115, 66, 0))
    return round(float(red)), round(float(green)), round(float(blue))


def _order(limb: str, match: Match, wanted: Stance, found: Stance) -> Order:
    off = f"{match.limbs[limb]:.0f} degrees"
    if limb in ("shoulders", "hips"):
        return _level(limb, off, *_change(wanted, found, limb))
    if limb.endswith("side"):
        return _lean(off, *_change(wanted, found, limb))
    side, part = limb.split(" ", 1)
    whole, inner, outer, joint = next((whole, *parts) for whole, parts in _WHOLES.items() if part in parts)
    above, below = f"{side} {inner}", f"{side} {outer}"
    if _off_together(above, below, match, wanted, found):
        return _move(f"{side} {whole}", off, *_change(wanted, found, above))
    only_the_joint = part == outer and match.limbs.get(above, math.inf) < FINE
    hinge = _hinge(f"{side} {joint}", _bend(wanted, above, below), _bend(found, above, below))
    if only_the_joint and hinge:
        return hinge
    return _move(limb, off, *_change(wanted, found, limb))


def _change(wanted: Stance, found: Stance, limb: str) -> tuple[float, float]:
    """How the limb's far end has to go: to the person's left, and up; 0 for what does not matter or is not known."""
    to, now = (math.radians(stance.headings[LIMBS.index(limb)]) for stance in (wanted, found))
    right, up = math.cos(to) - math.cos(now), math.sin(now) - math.sin(to)
    return (0.0, up) if abs(up) >= _SIDEWAYS * abs(right) else (right * found.facing, 0.0)


def _off_together(above: str, below: str, match: Match, wanted: Stance, found: Stance) -> bool:
    if min(match.limbs.get(above, 0.0), match.limbs.get(below, 0.0)) < FINE:
        return False
    turns = found.headings - wanted.headings
    return bool(apart(turns[LIMBS.index(above)], turns[LIMBS.index(below)]) < FINE)


def _level(limb: str, off: str, left: float, up: float) -> Order:
    if not up:
        return f"turn your {limb}", f"{off} off"
    side = "left" if up > 0 else "right"
    return f"raise your {side} {limb[:-1]}", f"{off} too low"


def _lean(off: str, left: float, up: float) -> Order:
    if up:
        return ("raise" if up > 0 else "lower") + " your upper body", f"{off} too {'low' if up > 0 else 'high'}"
    if not left:
        return "turn your upper body", f"{off} off"
    to, now = ("left", "right") if left > 0 else ("right", "left")
    return f"lean to your {to}", f"{off} too far {now}"


def _bend(stance: Stance, above: str, below: str) -> float:
    return float(apart(stance.headings[LIMBS.index(above)], stance.headings[LIMBS.index(below)]))


def _hinge(joint: str, wanted: float, found: float) -> Order | None:
    """Straighten an elbow or knee, or bend a knee, by how many degrees they bend; None where that says too little.

    An elbow bends either way in a picture, so "raise" or "lower your forearm" says more than "bend".
    """
    off = f"{abs(wanted - found):.0f} degrees"
    if wanted <= _STRAIGHT and found - wanted >= FINE:
        return f"straighten your {joint}", f"{off} too bent"
    if joint.endswith("knee") and found <= _STRAIGHT and wanted - found >= FINE:
        return f"bend your {joint}", f"{off} too straight"
    return None


def _move(part: str, off: str, left: float, up: float) -> Order:
    if up:
        return (f"raise your {part}", f"{off} too low") if up > 0 else (f"lower your {part}", f"{off} too high")
    if not left:
        return f"turn your {part}", f"{off} off"
    outwards = (left > 0) == part.startswith("left")
    way, wrong = ("outwards", "in") if outwards else ("inwards", "out")
    return f"turn your {part} {way}", f"{off} too far {wrong}"
