"""Walking along a path: the feet step on the beats to where the body is going, so they never slide."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pose_demo.sample.rig import Posture

Path = Callable[[float], float]  # beat -> x in statures


def walk(beat: float, path: Path) -> Posture:
    """The walker at a time in beats, half turned to where the path leads."""
    (left_x, left_lift), (right_x, right_lift) = _step(beat, path), _step(beat + 1, lambda at: path(at - 1))
    pace = path(beat + 0.5) - path(beat - 0.5)
    heading = 40 * float(np.tanh(6 * pace))
    swing = 24 * float(np.sin(np.pi * beat)) * min(1.0, 8 * abs(pace))
    return Posture(
        x=path(beat), dip=0.02 + 0.01 * float(np.cos(2 * np.pi * beat)), turn=heading, look=-0.4 * heading,
        l_out=24 + abs(swing) * 0.3, l_front=swing * 1.6, l_fore=28, l_fore_front=50 + swing,
        r_out=24 + abs(swing) * 0.3, r_front=-swing * 1.6, r_fore=28, r_fore_front=50 - swing,
        l_x=left_x + 0.075, l_lift=left_lift, r_x=right_x - 0.075, r_lift=right_lift,
    )  # fmt: skip


def _step(beat: float, path: Path) -> tuple[float, float]:
    """A foot's x and lift: it steps during every even beat and stands during every odd one."""
    start = 2 * np.floor(beat / 2)
    part = float(np.clip(beat - start, 0, 1))
    here, there = path(float(start) - 0.5), path(float(start) + 1.5)
    ease = part**2 * (3 - 2 * part)
    return here + (there - here) * ease, min(0.05, 0.25 * abs(there - here)) * 16 * part**2 * (1 - part) ** 2


def to_and_fro(period: float, reach: float, start: float) -> Path:
    """From side to side for ever, once in ``period`` beats."""
    return lambda beat: reach * float(np.sin(2 * np.pi * (beat + start) / period))


def visit(period: float, outside: float) -> Path:
    """Away, in during an eighth of the period, stay for half of it, out on the other side during an eighth."""

    def path(beat: float) -> float:
        part = beat / period % 1
        inwards, outwards = np.clip(((part - 0.125) * 8, (part - 0.75) * 8), 0, 1)
        return outside * float(_ease(outwards) - 1 + _ease(inwards))

    return path


def _ease(part: float) -> float:
    return part**3 * (part * (6 * part - 15) + 10)


def blend(one: Posture, other: Posture, share: float) -> Posture:
    """Between two postures: 0 is the first, 1 the other."""
    return Posture(*(a + (b - a) * share for a, b in zip(one, other, strict=True)))
