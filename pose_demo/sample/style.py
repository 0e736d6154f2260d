"""How a dancer's own moves differ from the choreography: smooth deviations that a seed determines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pose_demo.sample.posture import Posture, Vector

_WAVES = 3  # sine waves that add up to a deviation
_FREQUENCIES = (0.08, 0.35)  # Hz
_STEP_DEVIATION = 0.05  # standard deviation of the length of all steps, relative

# Deviations relative to `Style.degrees`; fields that are not listed do not deviate.
_WEIGHTS = {
    **{
        f"{side}_{field}": 1.0
        for side in ("left", "right")
        for field in ("arm_elevation", "arm_azimuth", "forearm_elevation", "forearm_azimuth")
    },
    "chest_roll": 0.4, "chest_pitch": 0.3, "chest_yaw": 0.4, "body_yaw": 0.4, "pelvis_roll": 0.25, "head_yaw": 0.5,
    "head_roll": 0.4,
}  # fmt: skip
_STEPS = ("pelvis_x", "left_foot_x", "left_foot_z", "right_foot_x", "right_foot_z")


@dataclass(frozen=True)
class Style:
    """Smooth deviations of angles, steps and timing; equal styles are equal at every time.

    Attributes:
        seed: determines the deviations.
        degrees: standard deviation of the angles of the arms; trunk and head deviate less.
        jitter: standard deviation of the timing in seconds, about 0 on average.
    """

    seed: int
    degrees: float = 4.0
    jitter: float = 0.0

    def time(self, timestamp: float) -> float:
        """The time in the choreography that the dancer shows at ``timestamp``."""
        return timestamp + self.jitter * float(self._deviations(timestamp)[-1])

    def applied(self, posture: Posture, timestamp: float) -> Posture:
        """A posture of the choreography as this dancer shows it."""
        deviations = self.degrees * self._deviations(timestamp)[:-1]
        angles = {
            name: getattr(posture, name) + weight * float(deviation)
            for (name, weight), deviation in zip(_WEIGHTS.items(), deviations, strict=True)
        }
        return posture._replace(**angles, **{name: getattr(posture, name) * self._step_length for name in _STEPS})

    def _deviations(self, timestamp: float) -> Vector:
        """Deviations of all angles and of the timing, with a standard deviation of 1."""
        frequencies, phases = self._waves
        deviations: Vector = np.sin(2 * np.pi * frequencies * timestamp + phases).sum(axis=1) * np.sqrt(2 / _WAVES)
        return deviations

    @cached_property
    def _waves(self) -> tuple[Vector, Vector]:
        """Frequencies in Hz and phases in radians, each (angles + 1, waves)."""
        rng, shape = np.random.default_rng(self.seed), (len(_WEIGHTS) + 1, _WAVES)
        return rng.uniform(*_FREQUENCIES, shape), rng.uniform(0, 2 * np.pi, shape)

    @cached_property
    def _step_length(self) -> float:
        return 1 + _STEP_DEVIATION * float(np.clip(np.random.default_rng((self.seed, 1)).normal(), -2, 2))
