"""The dance: smooth interpolation of the keyframes, one keyframe per beat.

Every sequence of four beats is followed by its mirror image.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pose_demo.sample.easing import bump
from pose_demo.sample.keyframes import STANDING, STEP_SEQUENCES, Keyframe
from pose_demo.sample.posture import Posture, Vector

FRAMES_PER_BEAT = 16  # 112.5 beats per minute at 30 frames per second; an integer, so that the loop has whole frames


def loop_length() -> int:
    """Number of frames after which the dance repeats."""
    return len(_curve()[0]) * FRAMES_PER_BEAT


def dance(beat: float) -> Posture:
    """Posture at a time in beats; the dance repeats endlessly."""
    values, tangents, clearances = _curve()
    count = len(values)
    start, t = int(np.floor(beat)) % count, beat - np.floor(beat)
    posture = Posture(*(float(value) for value in _hermite(values, tangents, start, (start + 1) % count, t)))
    left, right = clearances[start] * bump(t)
    return _add_bounce(posture, beat)._replace(
        left_foot_lift=posture.left_foot_lift + left, right_foot_lift=posture.right_foot_lift + right
    )


def _hermite(values: Vector, tangents: Vector, start: int, end: int, t: float) -> Vector:
    """Cubic Hermite interpolation between two keyframes."""
    square, cube = t**2, t**3
    result: Vector = (
        values[start] * (2 * cube - 3 * square + 1)
        + values[end] * (3 * square - 2 * cube)
        + tangents[start] * (cube - 2 * square + t)
        + tangents[end] * (cube - square)
    )
    return result


@lru_cache(maxsize=1)
def _curve() -> tuple[Vector, Vector, Vector]:
    """Field values (K, F) of all K keyframes, their tangents per beat (K, F), and foot clearances (K, 2)."""
    postures: list[Posture] = []
    for sequence in STEP_SEQUENCES:
        steps = _accumulate(sequence)
        postures += steps + [posture.mirrored() for posture in steps]
    values = np.array(postures, np.float64)
    return values, _monotone_tangents(values), _foot_clearances(values)


def _accumulate(sequence: tuple[Keyframe, ...]) -> list[Posture]:
    """Postures of a sequence of keyframes, each of which changes the one before."""
    postures = [STANDING]
    for keyframe in sequence:
        postures.append(postures[-1]._replace(**keyframe))
    return postures[1:]


def _monotone_tangents(values: Vector) -> Vector:
    """Tangents of a periodic curve without overshoot, so that a foot with equal keyframes does not slide.

    Source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
    """
    after = np.roll(values, -1, axis=0) - values
    before = np.roll(after, 1, axis=0)
    monotone = after * before > 0
    tangents: Vector = np.where(monotone, 2 * after * before / np.where(monotone, after + before, 1), 0)
    return tangents


def _foot_clearances(values: Vector) -> Vector:
    """Greatest lift of the left and the right foot (K, 2) between each keyframe and the next."""
    fields = Posture._fields
    steps = []
    for side in ("left", "right"):
        positions = values[:, [fields.index(f"{side}_foot_x"), fields.index(f"{side}_foot_z")]]
        steps.append(np.linalg.norm(np.roll(positions, -1, axis=0) - positions, axis=1))
    return np.minimum(0.25 * np.stack(steps, axis=1), 0.05)


def _add_bounce(posture: Posture, beat: float) -> Posture:
    """Lower the body and nod on every beat, and sway the head every two beats."""
    pulse = float(np.cos(2 * np.pi * beat))
    return posture._replace(
        pelvis_drop=posture.pelvis_drop + 0.012 * (1 + pulse),
        head_pitch=posture.head_pitch + 2.5 * pulse,
        head_roll=posture.head_roll + 2.0 * float(np.sin(np.pi * beat)),
    )
