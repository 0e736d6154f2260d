"""Keypoints that hold still while the person does, and keep up when the person moves.

Source: Casiez, Roussel, Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012. As in MediaPipe, speed is measured in the person's own size, so near and far people smooth alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

Values = npt.NDArray[np.floating]

NO_JOINT = "off"
_SURE = 0.3  # keypoints scored lower may lie anywhere, and say nothing about how large the person is
_MEMORY = 0.5  # seconds; who comes back later than this starts anew


@dataclass(frozen=True)
class Smoothing:
    """How much to smooth, as the page, the command line and links see it."""

    on: bool = fields.switch(
        True, "Smooth", "Calms the trembling of keypoints; off shows them as the model gives them."
    )
    cutoff: float = fields.number(
        0.05,
        0.01,
        3,
        "Cutoff at rest (Hz)",
        "Lower holds a standing person stiller; higher lets small moves through.",
        step=0.01,
    )
    beta: float = fields.number(
        80.0,
        0,
        200,
        "Opening with speed",
        "Higher follows quick movements more closely; lower is smoother but later.",
        step=5,
    )
    watch: str = fields.choice(
        NO_JOINT,
        (NO_JOINT, *COCO_17.keypoints),
        "Watch a joint",
        "Draws the last five seconds of one keypoint under the live picture, as the model gives it and smoothed, with "
        "the lag that smoothing costs.",
    )


class OneEuro:
    """A low-pass filter for arrays, each value by itself, that opens with speed.

    Args:
        min_cutoff: Hz let through at rest; lower is steadier.
        beta: Hz more for each unit of speed (scales per second); higher lags less.
        d_cutoff: Hz let through when measuring the speed.
    """

    def __init__(self, min_cutoff: float, beta: float, d_cutoff: float = 1.0) -> None:
        self.min_cutoff, self.beta, self.d_cutoff = min_cutoff, beta, d_cutoff
        self.timestamp = -math.inf
        nothing: Values = np.zeros(0)
        self._raw, self._filtered, self._speed = nothing, nothing, nothing

    def __call__(self, values: Values, timestamp: float, scale: float = 1.0) -> Values:
        """Filter the values of one moment.

        Args:
            values: any shape, always the same.
            timestamp: seconds; the first values, and values that do not come later than the last, pass as they are.
            scale: the length that speed is measured in, in the values' unit.
        """
        if math.isinf(self.timestamp):
            self._raw, self._filtered, self._speed = values, values, np.zeros_like(values)
            self.timestamp = timestamp
        step = timestamp - self.timestamp
        if step <= 0:
            return values
        speed = (values - self._raw) / (step * scale)
        self._speed = self._speed + _weight(self.d_cutoff, step) * (speed - self._speed)
        self._filtered = self._filtered + _weight(self._cutoff(), step) * (values - self._filtered)
        self._raw, self.timestamp = values, timestamp
        return self._filtered

    def _cutoff(self) -> Values:
        return np.asarray(self.min_cutoff + self.beta * np.abs(self._speed))


def _weight(cutoff: Values | float, step: float) -> Values | float:
    """How much of the way to a new value the filter goes in ``step`` seconds."""
    rate = 2 * math.pi * step * cutoff
    return rate / (rate + 1)


class Smoother:
    """Smooths the keypoints of everyone who has a track_id, each by a filter of their own; scores stay as they are."""

    def __init__(self) -> None:
        self._filters: dict[tuple[int, str], OneEuro] = {}
        self._timestamp = -math.inf

    def update(self, poses: tuple[Pose, ...], timestamp: float, min_cutoff: float, beta: float) -> tuple[Pose, ...]:
        """The same people with steadier keypoints.

        Someone new starts with the keypoints as they are. When the clock goes back everyone is new.

        Args:
            poses: people without a track_id pass unchanged.
            timestamp: seconds, the frame's own.
            min_cutoff: Hz, see `OneEuro`.
            beta: Hz more for each body size per second; body size is the diagonal of the box round the sure keypoints.
        """
        if timestamp < self._timestamp:
            self._filters.clear()
        self._timestamp = timestamp
        smoothed = tuple(self._smooth(pose, min_cutoff, beta) for pose in poses)
        self._filters = {k: f for k, f in self._filters.items() if timestamp - f.timestamp <= _MEMORY}
        return smoothed

    def _smooth(self, pose: Pose, min_cutoff: float, beta: float) -> Pose:
        if pose.track_id is None:
            return pose
        key = pose.track_id, pose.skeleton.name
        euro = self._filters.setdefault(key, OneEuro(min_cutoff, beta))
        euro.min_cutoff, euro.beta = min_cutoff, beta
        xy = euro(pose.xy, self._timestamp, body_size(pose))
        return replace(pose, xy=xy)


def body_size(pose: Pose) -> float:
    """The diagonal, in pixels, of the box round the sure keypoints (round all, when few are sure); at least 1."""
    sure = pose.scores >= _SURE
    xy = pose.xy[sure] if sure.sum() > 2 else pose.xy
    return max(1.0, math.hypot(*np.ptp(xy, axis=0)))
