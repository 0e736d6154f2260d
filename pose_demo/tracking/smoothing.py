"""Temporal smoothing of keypoints: no jitter at rest, little lag in motion.

Source: Casiez, Roussel, Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012. As in MediaPipe, speed is measured relative to the person's size, so near and far persons are
smoothed equally.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.fields import NONE
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Points, Pose

Values = npt.NDArray[np.floating]

_MIN_KEYPOINTS = 3  # confident keypoints that a bounding box requires
_MAX_GAP_S = 0.5  # a person who was not detected for longer starts with a new filter
_WORLD_BODY_SIZE = 2.0  # meters, the body size of world keypoints: the default beta is then MediaPipe's 40 Hz per m/s
_JITTER_SPEED = 0.17  # body sizes per second; keypoints at rest rarely jitter faster


@dataclass(frozen=True)
class SmoothingOptions:
    """The options of keypoint smoothing."""

    on: bool = fields.switch(
        True, "Smooth", "Reduces the jitter of keypoints; off shows them as the model estimates them."
    )
    min_cutoff: float = fields.number(
        0.05,
        0.01,
        3,
        "Minimum cutoff (Hz)",
        "Cutoff frequency at rest: lower has less jitter; higher lets small movements through.",
        step=0.01,
    )
    beta: float = fields.number(
        80.0,
        0,
        200,
        "Speed coefficient (beta)",
        "How fast the cutoff frequency increases with speed: higher has less lag, lower has less jitter.",
        step=5,
    )
    plot: str = fields.choice(
        NONE,
        (NONE, *COCO_17.keypoints),
        "Plot a keypoint",
        "Plots the last five seconds of one keypoint below the live image, raw and smoothed, with the lag of "
        "the smoothing.",
    )


class OneEuro:
    """The One Euro filter: a low-pass filter whose cutoff increases with speed, for each value of an array separately.

    Args:
        min_cutoff: cutoff frequency at rest in Hz; lower has less jitter.
        beta: increase of the cutoff in Hz per unit of speed (scales per second); higher has less lag.
        d_cutoff: cutoff frequency of the speed in Hz.
        speed_threshold: scales per second. What the speed of a point (all values along the last axis) exceeds it by
            raises the cutoff in the same frame; the filtered speed lags behind at the start of a fast movement.
            Infinite: only the filtered speed counts, as published.
    """

    def __init__(
        self, min_cutoff: float, beta: float, d_cutoff: float = 1.0, speed_threshold: float = math.inf
    ) -> None:
        self.min_cutoff, self.beta, self.d_cutoff = min_cutoff, beta, d_cutoff
        self.speed_threshold = speed_threshold
        self.timestamp = -math.inf
        empty: Values = np.zeros(0)
        self._raw, self._filtered, self._speed = empty, empty, empty

    def __call__(self, values: Values, timestamp: float, scale: float = 1.0) -> Values:
        """Filter the values of one frame.

        Args:
            values: any shape, the same in every call.
            timestamp: seconds; the first values, and values that are not later than the last, are returned unchanged.
            scale: the unit length of the speed, in the unit of the values.
        """
        if math.isinf(self.timestamp):
            self._raw, self._filtered, self._speed = values, values, np.zeros_like(values)
            self.timestamp = timestamp
        step = timestamp - self.timestamp
        if step <= 0:
            return values
        speed = (values - self._raw) / (step * scale)
        self._speed = self._speed + _smoothing_factor(self.d_cutoff, step) * (speed - self._speed)
        self._filtered = self._filtered + _smoothing_factor(self._cutoff(speed), step) * (values - self._filtered)
        self._raw, self.timestamp = values, timestamp
        return self._filtered

    def _cutoff(self, speed: Values) -> Values:
        """Cutoff frequency in Hz, with the unfiltered speed of this frame."""
        excess = np.linalg.norm(speed, axis=-1, keepdims=True) - self.speed_threshold
        return np.asarray(self.min_cutoff + self.beta * np.maximum(np.abs(self._speed), excess))


def _smoothing_factor(cutoff: Values | float, step: float) -> Values | float:
    """The weight of a new value, in (0, 1), for a cutoff frequency in Hz and a time step in seconds."""
    rate = 2 * math.pi * step * cutoff
    return rate / (rate + 1)


class KeypointSmoother:
    """Smooths the keypoints of every tracked person, with a filter for the body, each hand and the face.

    Scores are not changed. World keypoints are smoothed with the same options, so that both move together. As in
    MediaPipe their speed is not relative to the person's size in the frame.
    """

    def __init__(self) -> None:
        self._filters: dict[tuple[int, str], OneEuro] = {}
        self._timestamp = -math.inf

    def update(
        self, poses: tuple[Pose, ...], timestamp: float, min_cutoff: float, beta: float, parts_only: bool = False
    ) -> tuple[Pose, ...]:
        """Smooth the poses of one frame.

        The first pose of a person is returned unchanged. A timestamp before the last one resets all filters.

        Args:
            poses: those without a track_id are returned unchanged.
            timestamp: the frame's time in seconds.
            min_cutoff: Hz, see `OneEuro`.
            beta: Hz per body size per second, see `OneEuro` and `body_size`.
            parts_only: smooth hands and faces only, as the model smooths the body itself.
        """
        if timestamp < self._timestamp:
            self._filters.clear()
        self._timestamp = timestamp
        smoothed = tuple(self._smooth(pose, min_cutoff, beta, parts_only) for pose in poses)
        self._filters = {k: f for k, f in self._filters.items() if timestamp - f.timestamp <= _MAX_GAP_S}
        return smoothed

    def _smooth(self, pose: Pose, min_cutoff: float, beta: float, parts_only: bool) -> Pose:
        if pose.track_id is None:
            return pose
        person, size = pose.track_id, body_size(pose)

        def smooth(name: str, values: Points, scale: float = size) -> Points:
            euro = self._filters.setdefault((person, name), OneEuro(min_cutoff, beta, speed_threshold=_JITTER_SPEED))
            euro.min_cutoff, euro.beta = min_cutoff, beta
            return euro(values, self._timestamp, scale)

        parts = {name: replace(part, xy=smooth(name, part.xy)) for name, part in pose.parts.items()}
        if parts_only:
            return replace(pose, parts=parts)
        body, world = pose.skeleton.name, pose.world
        if world is not None:
            world = smooth(f"{body} world", world, _WORLD_BODY_SIZE)
        return replace(pose, xy=smooth(body, pose.xy), world=world, parts=parts)


def body_size(pose: Pose) -> float:
    """The diagonal of the bounding box of the confident keypoints (of all if too few are), in pixels; at least 1."""
    confident = pose.scores >= DEFAULT_KEYPOINT_CONFIDENCE
    xy = pose.xy[confident] if confident.sum() >= _MIN_KEYPOINTS else pose.xy
    return max(1.0, math.hypot(*np.ptp(xy, axis=0)))
