"""A take: what one person danced along with a teacher, in the reference's time."""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from dataclasses import dataclass

import numpy as np

from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.schedule import Moment, Schedule
from pose_demo.dance.sequence import PoseSequence
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

LEAD_IN = 1.0  # seconds of the reference before the passage that are kept: somebody may be early
TAIL = 0.5  # seconds after it: somebody may be late
MIN_DANCED = 3.0  # seconds of the reference that are compared of a take that was stopped
_KEPT = 5.0  # seconds before the end of a round that the next one needs

_FRAMES = 1024  # for which there is room at first


@dataclass(frozen=True, eq=False)
class Danced:
    """What one person danced.

    Attributes:
        part: the index of the teacher's dancer whose part it is.
        performance: raw keypoints in the unmirrored frame, in the reference's time, without the delay of the stream.
    """

    part: int
    performance: PoseSequence


@dataclass(frozen=True, eq=False, kw_only=True)
class FinishedTake:
    """What was danced of a passage; immutable.

    Attributes:
        plan: what was followed.
        dancers: who danced, the main dancer first.
        confidence: keypoints with a lower score were not visible.
    """

    plan: DancePlan
    dancers: tuple[Danced, ...]
    confidence: float

    @property
    def end(self) -> float:
        """Seconds of the reference up to which it was danced: before the end of the passage if it was stopped."""
        return min(self.plan.schedule.end, float(self.dancers[0].performance.timestamps[-1]))


class Take:
    """The poses of one person from the count-in on; it reads the timestamps of the stream only.

    Attributes:
        schedule: which passage is danced.
        performance: the passage as it was danced, half a second after its end; of a repeated one the last whole round.
        performance_round: the number of that round, from 0 on.
    """

    def __init__(self, schedule: Schedule, began: float) -> None:
        """Begin with the count-in at ``began``, a timestamp of the stream."""
        self.schedule = schedule
        self.performance: PoseSequence | None = None
        self.performance_round = 0
        self._began, self._round = began, 0
        self._times: list[float] = []  # seconds of the reference, the second round after the first one
        self._keypoints = np.zeros((_FRAMES, len(COCO_17.keypoints), 3), np.float32)  # x, y and score, and free rows
        self._size = (1, 1)

    def of_another(self) -> Take:
        """The same take of another person, who was not in the picture until now."""
        other = copy(self)
        other.performance = None
        other._times, other._keypoints = self._times.copy(), np.zeros_like(self._keypoints)
        return other

    def moment(self, timestamp: float) -> Moment:
        """Where the take is at a timestamp of the stream."""
        return self.schedule.moment(timestamp - self._began)

    def add(self, pose: Pose | None, moment: Moment, delay: float, size: tuple[int, int]) -> None:
        """Keep the pose of one frame; None where the person was not detected.

        Args:
            pose: raw keypoints in the unmirrored frame: smoothed ones lag behind.
            moment: where the take is.
            delay: seconds from a movement to the timestamp of the frame that shows it.
            size: (width, height) of the frame.
        """
        schedule = self.schedule
        time = schedule.start + moment.danced - delay * schedule.speed
        if moment.danced < -LEAD_IN or (self.performance and not schedule.loop):
            return
        if self._times and time <= self._times[-1]:
            return
        self._append(time, pose)
        self._size = size
        end = schedule.end + self._round * schedule.duration
        if time >= end + TAIL:
            self._finish_round(end)
            self.performance_round = self._round
            self._round = max(self._round + 1, moment.round)

    def recent(self, seconds: float, moment: Moment) -> tuple[PoseSequence, float]:
        """The poses of the last seconds in the time of this round, and the last time."""
        last = self._times[-1] if self._times else self.schedule.start
        first = bisect_left(self._times, last - seconds)
        shift = -moment.round * self.schedule.duration
        return self._sequence(first).shifted(shift), last + shift

    def stopped(self) -> PoseSequence | None:
        """What was danced so far; None after a whole round, and if it is less than `MIN_DANCED`."""
        if self.performance or not self._times or self._times[-1] - self.schedule.start < MIN_DANCED:
            return None
        return self._sequence(0)

    def _finish_round(self, end: float) -> None:
        start = end - self.schedule.duration
        first = bisect_left(self._times, start - LEAD_IN)
        self.performance = self._sequence(first).shifted(self.schedule.start - start)
        kept = bisect_left(self._times, end - _KEPT)
        del self._times[:kept]
        self._keypoints = np.concatenate((self._keypoints[kept:], np.zeros_like(self._keypoints[:kept])))

    def _append(self, time: float, pose: Pose | None) -> None:
        count = len(self._times)
        if count == len(self._keypoints):
            self._keypoints = np.concatenate((self._keypoints, np.zeros_like(self._keypoints)))
        self._times.append(time)
        if pose:
            coco = pose.as_coco()
            self._keypoints[count, :, :2], self._keypoints[count, :, 2] = coco.xy, coco.scores

    def _sequence(self, first: int) -> PoseSequence:
        rows = self._keypoints[first : len(self._times)]
        return PoseSequence(np.array(self._times[first:]), rows[..., :2].copy(), rows[..., 2].copy(), self._size)
