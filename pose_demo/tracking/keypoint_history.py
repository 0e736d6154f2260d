"""The last seconds of one keypoint, as estimated and smoothed: the benefit and the cost of smoothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pose_demo.fields import NONE
from pose_demo.tracking.smoothing import body_size
from pose_demo.tracking.tracker import MAX_AGE_S
from pose_demo.types import Frame, Pose

SECONDS = 5.0  # length of the history
_MIN_MOTION = 0.1  # body sizes; the lag of a keypoint that moves less is not measurable


class Position(NamedTuple):
    """Estimated and smoothed position of a keypoint, and the person's body size, in pixels of the unmirrored frame."""

    raw_x: float
    raw_y: float
    x: float
    y: float
    body: float


class KeypointSample(NamedTuple):
    """A frame's time in seconds and the keypoint's position; None where it was not detected."""

    timestamp: float
    position: Position | None


@dataclass(frozen=True)
class KeypointHistory:
    """The last `SECONDS` of one keypoint of one person.

    Attributes:
        keypoint: its name, the same in both skeletons.
        size: (width, height) of the frames.
        smoothed_by: "filter", "model" (the unsmoothed position is then unknown) or "none".
        person: the person's track_id; None before one was detected.
        samples: one per frame, oldest first; the last belongs to the current frame.
    """

    keypoint: str
    size: tuple[int, int]
    smoothed_by: str
    person: int | None
    samples: tuple[KeypointSample, ...]

    @cached_property
    def last_detected(self) -> float:
        """The time of the last detection; minus infinity without any."""
        return max((sample.timestamp for sample in self.samples if sample.position), default=-math.inf)

    @cached_property
    def _table(self) -> npt.NDArray[np.float64]:
        """Rows of (timestamp, raw x, raw y, x, y, body size); NaN where not detected."""
        missing = (math.nan,) * len(Position._fields)
        return np.array([(sample.timestamp, *(sample.position or missing)) for sample in self.samples])

    @cached_property
    def _body(self) -> float:
        return float(np.nanmedian(self._table[:, 5]))

    @property
    def lag_ms(self) -> float | None:
        """Delay of the smoothed keypoint relative to the estimated one in milliseconds; None if it did not move.

        It is the time shift that minimizes the squared difference of the two, to first order.
        """
        if self.last_detected == -math.inf:
            return None
        smoothed = self._table[:, 3:5]
        motion_range = np.nanmax(np.nanmax(smoothed, axis=0) - np.nanmin(smoothed, axis=0))
        velocity = np.diff(smoothed, axis=0) / np.diff(self._table[:, :1], axis=0)
        energy = np.nansum(velocity**2)
        if motion_range < _MIN_MOTION * self._body or not energy:
            return None
        difference = (self._table[:, 1:3] - smoothed)[1:]
        return float(1000 * np.nansum(difference * velocity) / energy)

    @property
    def jitter(self) -> tuple[float, float] | None:
        """Jitter of the estimated and of the smoothed keypoint; None without three consecutive detections.

        It is the mean absolute second difference between frames in % of the body size. Motion increases both.
        """
        differences = np.abs(np.diff(self._table[:, 1:5], 2, axis=0))
        differences = differences[~np.isnan(differences).any(axis=1)]
        if not len(differences):
            return None
        raw_x, raw_y, x, y = 100 * differences.mean(axis=0) / self._body
        return float(raw_x + raw_y) / 2, float(x + y) / 2


def update_history(
    history: KeypointHistory | None,
    raw: Sequence[Pose],
    smoothed: Sequence[Pose],
    frame: Frame,
    *,
    keypoint: str,
    confidence: float,
    smoothed_by: str,
) -> KeypointHistory | None:
    """Append a frame to the history of a keypoint.

    The history follows the person with the lowest track_id, and keeps a lost person as long as the tracker does.
    Another keypoint, person or frame size, or a timestamp before the last one, starts a new history.

    Args:
        history: the result for the previous frame.
        raw: the poses as estimated, with track ids.
        smoothed: the same poses in the same order, as drawn.
        frame: gives the time and the size.
        keypoint: its name, or "none".
        confidence: a keypoint with a lower score is not detected.
        smoothed_by: see `KeypointHistory`.

    Returns:
        None if ``keypoint`` is "none".
    """
    if keypoint == NONE:
        return None
    previous = history if history and _continues(history, keypoint, frame) else None
    last = (previous.person, previous.last_detected) if previous else (None, -math.inf)
    person = select_person(*last, raw, frame.timestamp)
    past = previous.samples if previous and previous.person == person else ()
    kept = (sample for sample in past if 0 < frame.timestamp - sample.timestamp <= SECONDS)
    sample = KeypointSample(frame.timestamp, _position(keypoint, person, raw, smoothed, confidence))
    return KeypointHistory(keypoint, frame.size, smoothed_by, person, (*kept, sample))


def _continues(history: KeypointHistory, keypoint: str, frame: Frame) -> bool:
    same = (history.keypoint, history.size) == (keypoint, frame.size)
    return same and frame.timestamp >= history.samples[-1].timestamp


def select_person(previous: int | None, last_detected: float, poses: Sequence[Pose], timestamp: float) -> int | None:
    """The lowest track_id of the present persons and of the previous one, as long as the tracker keeps that one.

    Args:
        previous: the person who was selected before; None without one.
        last_detected: the time when that person was detected last.
        poses: those of this frame, with track ids.
        timestamp: of this frame.
    """
    ids = [pose.track_id for pose in poses if pose.track_id is not None]
    if previous is None:
        return min(ids, default=None)
    lost = [previous] if timestamp - last_detected <= MAX_AGE_S else []
    return min(ids + lost, default=previous)


def _position(
    keypoint: str, person: int | None, raw: Sequence[Pose], smoothed: Sequence[Pose], confidence: float
) -> Position | None:
    for estimated, drawn in zip(raw, smoothed, strict=True):
        index = estimated.skeleton.index(keypoint)
        if estimated.track_id == person and estimated.scores[index] >= confidence:
            (raw_x, raw_y), (x, y) = estimated.xy[index].tolist(), drawn.xy[index].tolist()
            return Position(raw_x, raw_y, x, y, body_size(estimated))
    return None
