"""What to do about a pose that is off, in words and in colours."""

from __future__ import annotations

import math

import numpy as np

from pose_demo.matching.limbs import LIMBS, Stance, apart
from pose_demo.matching.similarity import Match

FINE = 12.0  # degrees off that nobody needs to hear about
_STRAIGHT = 20.0  # degrees; an elbow or knee that bends less looks straight
_SIDEWAYS = 0.5  # a change that rises less than this for each step sideways is a change sideways

# The outer limb of a joint that people name: its inner limb, and the joint's name.
_HINGES = {"forearm": ("upper arm", "elbow"), "shin": ("thigh", "knee")}

Order = tuple[str, str]  # what to do, and what is wrong


def advice(match: Match, most: int = 2) -> tuple[str, ...]:
    """The worst limbs in words, worst first: "raise your right forearm: 24 degrees too low".

    Sides are the person's own. Limbs within 12 degrees are left alone, so a good pose gives an empty tuple, and so does
    a match without a score (show its ``reason`` instead).
    """
    if match.wanted is None or match.found is None:
        return ()
    orders: dict[str, str] = {}
    for limb in sorted(match.limbs, key=lambda name: -match.limbs[name]):
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
    right, up = _change(wanted, found, LIMBS.index(limb))
    to_left = right * found.facing
    upright = abs(up) >= _SIDEWAYS * abs(right)
    if limb in ("shoulders", "hips"):
        return _level(limb, off, up, upright)
    if limb.endswith("side"):
        return _lean(off, to_left, up, upright)
    return _hinge(limb, match, wanted, found) or _move(limb, off, to_left, up, upright)


def _change(wanted: Stance, found: Stance, limb: int) -> tuple[float, float]:
    """How far the limb's far end has to go, in limb lengths: to the picture's right, and up."""
    to, now = math.radians(wanted.headings[limb]), math.radians(found.headings[limb])
    return math.cos(to) - math.cos(now), math.sin(now) - math.sin(to)


def _level(limb: str, off: str, up: float, upright: bool) -> Order:
    if not upright:
        return f"turn your {limb}", f"{off} off"
    side = "left" if up > 0 else "right"
    return f"raise your {side} {limb[:-1]}", f"{off} too low"


def _lean(off: str, to_left: float, up: float, upright: bool) -> Order:
    if upright:
        return ("raise" if up > 0 else "lower") + " your upper body", f"{off} too {'low' if up > 0 else 'high'}"
    if not to_left:
        return "turn your upper body", f"{off} off"
    to, now = ("left", "right") if to_left > 0 else ("right", "left")
    return f"lean to your {to}", f"{off} too far {now}"


def _hinge(limb: str, match: Match, wanted: Stance, found: Stance) -> Order | None:
    """Straighten an elbow or knee, or bend a knee, where the limb above is right and only the joint is not.

    An elbow bends either way in a picture, so "raise" or "lower your forearm" says more than "bend".
    """
    side, part = limb.split(" ", 1)
    inner, joint = _HINGES.get(part, ("", ""))
    above = f"{side} {inner}"
    if match.limbs.get(above, math.inf) >= FINE:
        return None
    to, now = (_bend(stance, above, limb) for stance in (wanted, found))
    off = f"{abs(to - now):.0f} degrees"
    if to <= _STRAIGHT and now - to >= FINE:
        return f"straighten your {side} {joint}", f"{off} too bent"
    if joint == "knee" and now <= _STRAIGHT and to - now >= FINE:
        return f"bend your {side} {joint}", f"{off} too straight"
    return None


def _bend(stance: Stance, inner: str, outer: str) -> float:
    return float(apart(stance.headings[LIMBS.index(inner)], stance.headings[LIMBS.index(outer)]))


def _move(limb: str, off: str, to_left: float, up: float, upright: bool) -> Order:
    if upright:
        return (f"raise your {limb}", f"{off} too low") if up > 0 else (f"lower your {limb}", f"{off} too high")
    if not to_left:
        return f"turn your {limb}", f"{off} off"
    outwards = (to_left > 0) == limb.startswith("left")
    way, wrong = ("outwards", "in") if outwards else ("inwards", "out")
    return f"turn your {limb} {way}", f"{off} too far {wrong}"
