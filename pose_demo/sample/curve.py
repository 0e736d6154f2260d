"""Smooth interpolation of postures, one per beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pose_demo.sample.easing import bump
from pose_demo.sample.posture import Posture, Vector


@dataclass(frozen=True, eq=False)
class PostureCurve:
    """Postures at every time in beats, interpolated between K postures that are repeated periodically.

    Attributes:
        values: ``(K, F)``, the fields of the postures.
        tangents: ``(K, F)``, their change per beat.
        clearances: ``(K, 2)``, the greatest lift of the left and the right foot on the way to the next posture.
        jumps: ``(K,)``, the height of a jump on the way to the next posture.
    """

    values: Vector
    tangents: Vector
    clearances: Vector
    jumps: Vector

    @classmethod
    def through(cls, postures: Sequence[Posture], jumps: Sequence[float] = ()) -> PostureCurve:
        """The curve through postures; without ``jumps`` at least one foot stays on the floor."""
        values = np.array(postures, np.float64)
        heights = np.array(jumps, np.float64) if jumps else np.zeros(len(values))
        clearances = np.where(heights[:, None] > 0, 0, _foot_clearances(values))
        return cls(values, _monotone_tangents(values), clearances, heights)

    def __len__(self) -> int:
        """Number of beats after which the curve repeats."""
        return len(self.values)

    def at(self, beat: float) -> Posture:
        """Posture at a time in beats, bouncing with the beat."""
        start, t = int(np.floor(beat)) % len(self), float(beat - np.floor(beat))
        posture = Posture(*(float(value) for value in self._hermite(start, (start + 1) % len(self), t)))
        left, right = self.clearances[start] * bump(t)
        bouncing = _add_bounce(posture, beat)._replace(
            left_foot_lift=posture.left_foot_lift + left, right_foot_lift=posture.right_foot_lift + right
        )
        return _add_jump(bouncing, float(self.jumps[start]), bump(t)) if self.jumps[start] else bouncing

    def _hermite(self, start: int, end: int, t: float) -> Vector:
        """Cubic Hermite interpolation between two postures."""
        square, cube = t**2, t**3
        result: Vector = (
            self.values[start] * (2 * cube - 3 * square + 1)
            + self.values[end] * (3 * square - 2 * cube)
            + self.tangents[start] * (cube - 2 * square + t)
            + self.tangents[end] * (cube - square)
        )
        return result


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
    """Greatest lift of the left and the right foot (K, 2) between each posture and the next."""
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


def _add_jump(posture: Posture, height: float, rise: float) -> Posture:
    """Lift the body by ``rise`` (0 to 1) of ``height``, with legs that are straight at the top.

    The rig supports the pelvis with lifted feet three times as high as they are lifted, for a leg that hangs.
    """
    lift = height * rise
    return posture._replace(
        pelvis_drop=posture.pelvis_drop * (1 - rise) + 2 * lift,
        left_foot_lift=posture.left_foot_lift + lift,
        right_foot_lift=posture.right_foot_lift + lift,
    )
