"""Easing functions of animations: curves over a time from 0 to 1."""

from __future__ import annotations


def smoothstep(t: float) -> float:
    """0 at 0, 1 at 1, with zero slope at both ends."""
    return t**2 * (3 - 2 * t)


def smootherstep(t: float) -> float:
    """Like ``smoothstep``, with zero acceleration at both ends too."""
    return t**3 * (t * (6 * t - 15) + 10)


def bump(t: float, height: float = 1.0) -> float:
    """0 at 0, ``height`` at 0.5, 0 at 1, with zero slope at both ends."""
    return height * 16 * t**2 * (1 - t) ** 2
