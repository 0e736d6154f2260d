"""One keypoint over the last seconds, as the model gave it and as it is shown: what smoothing wins and costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pose_demo.plan import Plan
from pose_demo.tracking.smoothing import NO_JOINT, body_size
from pose_demo.tracking.tracker import PATIENCE
from pose_demo.types import Frame, Pose

SECONDS = 5.0  # how much of the past is kept
_MOVED = 0.1  # body sizes; a keypoint that keeps within less is at rest, where the best shift says nothing


class Place(NamedTuple):
    """Where a keypoint is in one frame, and the person's body size; all in pixels of the unmirrored frame."""

    raw_x: float
    raw_y: float
    x: float
    y: float
    body: float


class Moment(NamedTuple):
    """A frame's time in seconds and the keypoint's place; None where it was not seen."""

    timestamp: float
    place: Place | None


@dataclass(frozen=True)
class Trace:
    """The last `SECONDS` of one keypoint of one person.

    Attributes:
        keypoint: its name, the same in both skeletons.
        size: (width, height) of the frames.
        smoothed_by: "filter", "model" (which says nothing of what it had before) or "nobody".
        person: the track_id of who is watched; None while nobody came.
        moments: one a frame, oldest first; the last is the frame the trace came with.
    """

    keypoint: str
    size: tuple[int, int]
    smoothed_by: str
    person: int | None
    moments: tuple[Moment, ...]

    @cached_property
    def last_seen(self) -> float:
        """When the keypoint was seen last; minus infinity when it was not."""
        return max((moment.timestamp for moment in self.moments if moment.place), default=-math.inf)

    @cached_property
    def _table(self) -> npt.NDArray[np.float64]:
        """Rows of (timestamp, raw x, raw y, x, y, body size); NaN where it was not seen."""
        unseen = (math.nan,) * len(Place._fields)
        return np.array([(moment.timestamp, *(moment.place or unseen)) for moment in self.moments])

    @cached_property
    def _body(self) -> float:
        return float(np.nanmedian(self._table[:, 5]))

    @property
    def lag_ms(self) -> float | None:
        """Milliseconds that the shown keypoint follows behind the model's; None when it did not move.

        It is the shift in time that explains the difference of the two best (least squares, to the first order).
        """
        if self.last_seen == -math.inf:
            return None
        shown = self._table[:, 3:5]
        reach = np.nanmax(np.nanmax(shown, axis=0) - np.nanmin(shown, axis=0))
        speed = np.diff(shown, axis=0) / np.diff(self._table[:, :1], axis=0)
        motion = np.nansum(speed**2)
        if reach < _MOVED * self._body or not motion:
            return None
        behind = (self._table[:, 1:3] - shown)[1:]
        return float(1000 * np.nansum(behind * speed) / motion)

    @property
    def trembling(self) -> tuple[float, float] | None:
        """Of the model's and of the shown keypoint; None before three frames in a row saw it.

        It is the mean second difference from frame to frame in % of the body size. Movement adds to both.
        """
        bends = np.abs(np.diff(self._table[:, 1:5], 2, axis=0))
        bends = bends[~np.isnan(bends).any(axis=1)]
        if not len(bends):
            return None
        raw_x, raw_y, x, y = 100 * bends.mean(axis=0) / self._body
        return float(raw_x + raw_y) / 2, float(x + y) / 2


def traced(before: Trace | None, raw: Sequence[Pose], shown: Sequence[Pose], frame: Frame, plan: Plan) -> Trace | None:
    """The trace of the keypoint that the settings name, one frame longer; None when they name none.

    It follows whoever has the lowest track_id, and waits for them as long as the tracker does. Another keypoint, person
    or frame size, or a clock that goes back, begins a new trace.

    Args:
        before: what the last frame's call gave.
        raw: everybody in the frame as the model found them, with their track_id.
        shown: the same people in the same order, smoothed or not.
    """
    keypoint, now = plan.settings.smooth.watch, frame.timestamp
    if keypoint == NO_JOINT:
        return None
    if before and ((before.keypoint, before.size) != (keypoint, frame.size) or now < before.moments[-1].timestamp):
        before = None
    person = _person(before, raw, now)
    past = before.moments if before and before.person == person else ()
    kept = (moment for moment in past if 0 < now - moment.timestamp <= SECONDS)
    place = _place(keypoint, person, raw, shown, plan.settings.confidence)
    return Trace(keypoint, frame.size, plan.smoothed_by, person, (*kept, Moment(now, place)))


def _person(before: Trace | None, raw: Sequence[Pose], now: float) -> int | None:
    numbers = [pose.track_id for pose in raw if pose.track_id is not None]
    if before is None or before.person is None:
        return min(numbers, default=None)
    awaited = [before.person] if now - before.last_seen <= PATIENCE else []
    return min(numbers + awaited, default=before.person)


def _place(
    keypoint: str, person: int | None, raw: Sequence[Pose], shown: Sequence[Pose], confidence: float
) -> Place | None:
    for found, smooth in zip(raw, shown, strict=True):
        index = found.skeleton.index(keypoint)
        if found.track_id == person and found.scores[index] >= confidence:
            (raw_x, raw_y), (x, y) = found.xy[index].tolist(), smooth.xy[index].tolist()
            return Place(raw_x, raw_y, x, y, body_size(found))
    return None
