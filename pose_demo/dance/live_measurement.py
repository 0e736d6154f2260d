"""What is measured of the last seconds of a take, in steps that are short enough for a frame callback."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pose_demo.dance.comparison import SAME_DANCE
from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.evaluation import HISTORY, Evaluation, RecentDance, summary
from pose_demo.dance.group import Pair, synchrony, why_no_lag
from pose_demo.dance.reasons import PAIR_OTHER_MOVES
from pose_demo.dance.schedule import FINISHED, Moment
from pose_demo.dance.take import Take
from pose_demo.types import Pose

INTERVAL = 0.25  # seconds of the stream between two measurements


@dataclass(frozen=True)
class DanceFrame:
    """One frame of a take: its timestamp in seconds, and the plan, the moment and the keypoint confidence there."""

    plan: DancePlan
    moment: Moment
    timestamp: float
    confidence: float


class LiveMeasurement(ABC):
    """Four times a second the last seconds are aligned in one frame, and the rest is computed in the next.

    Attributes:
        last: the timestamp at which the last one began.
    """

    def __init__(self) -> None:
        self.last = float("-inf")
        self._recent: RecentDance | None = None
        self._round = 0

    @property
    def has_begun(self) -> bool:
        """Whether the first step was done, and the second was not."""
        return self._recent is not None

    def follow(self, moment: Moment) -> None:
        """Drop what was measured where another round began, and summarize a finished take."""
        if moment.phase == FINISHED:
            self._recent = None
            self._finish()
        elif moment.round != self._round:
            self._round, self._recent = moment.round, None
            self._begin_round()

    def is_due(self, frame: DanceFrame) -> bool:
        """Whether there is something to do."""
        return self.has_begun or (frame.moment.danced >= 0 and frame.timestamp - self.last >= INTERVAL)

    def step(self, frame: DanceFrame) -> None:
        """Do one of the two steps."""
        if self._recent:
            recent, self._recent = self._recent, None
            self._end(recent, frame.plan.options.speed)
            return
        self.last, self._recent = frame.timestamp, self._align(frame)
        if self._recent:
            _ = self._recent.timing  # cached for the second step

    @abstractmethod
    def _align(self, frame: DanceFrame) -> RecentDance | None:
        """What is to be compared; None where it is too early."""

    @abstractmethod
    def _end(self, recent: RecentDance, speed: float) -> None:
        """The second step: keep the numbers, in milliseconds of the stream."""

    @abstractmethod
    def _begin_round(self) -> None:
        """Forget the numbers of the last round."""

    @abstractmethod
    def _finish(self) -> None:
        """Summarize the numbers of the take, once."""


class LiveDancer(LiveMeasurement):
    """One dancer of a take, compared with the teacher.

    Attributes:
        take: the poses.
        part, has_part: the index of the teacher's dancer whose part it is, and whether it is known.
        place: x of the middle of the body when it was last seen, in pixels of the unmirrored frame.
        evaluation: of the last seconds; of the whole take once it is finished.
        frames: how many frames of the take the dancer is in.
        first, latest: the first and the last timestamp at which the dancer was in the picture.
        person, track_id: the index of the pose in the last frame, None if the dancer was not there, and its last track.
    """

    def __init__(self, take: Take) -> None:
        super().__init__()
        self.take, self.part, self.has_part, self.place = take, 0, False, 0.0
        self.evaluation = Evaluation()
        self.frames, self.first, self.latest = 0, float("inf"), float("-inf")
        self.person: int | None = None
        self.track_id: int | None = None
        self._evaluations: list[Evaluation] = []
        self._lag = 0.0

    def add(self, person: int | None, pose: Pose | None, frame: DanceFrame, size: tuple[int, int]) -> None:
        """Keep the pose of one frame, and its index; None where the dancer was not detected."""
        self.person = person
        self.take.add(pose, frame.moment, frame.plan.delay, size)
        if pose:
            self.track_id = pose.track_id
            self.place = float(np.average(pose.xy[:, 0], weights=pose.scores + 1e-6))
            self.frames += frame.moment.phase != FINISHED
            self.first, self.latest = min(self.first, frame.timestamp), frame.timestamp

    def _align(self, frame: DanceFrame) -> RecentDance | None:
        recent, now = self.take.recent(HISTORY, frame.moment)
        return RecentDance.of(frame.plan.passages[self.part], recent, now, frame.confidence)

    def _end(self, recent: RecentDance, speed: float) -> None:
        evaluation = recent.evaluation(self._lag)
        if evaluation.timing_ms is not None:
            self._lag = evaluation.timing_ms / 1000
            evaluation = replace(evaluation, timing_ms=evaluation.timing_ms / speed)
        self.evaluation = evaluation
        self._evaluations.append(evaluation)

    def _begin_round(self) -> None:
        self._evaluations = []

    def _finish(self) -> None:
        if self._evaluations:
            self.evaluation = summary(self._evaluations)
        self._evaluations = []


class LivePair(LiveMeasurement):
    """Two dancers of a take, compared with each other.

    Attributes:
        pair: lag and synchrony of the last seconds, of the whole take once it is finished; without form and indices.
    """

    def __init__(self, first: LiveDancer, second: LiveDancer) -> None:
        super().__init__()
        self.dancers = first, second
        self.pair = Pair(first=0, second=1)
        self._pairs: list[Pair] = []

    def _align(self, frame: DanceFrame) -> RecentDance | None:
        (first, now), (second, _) = (dancer.take.recent(HISTORY, frame.moment) for dancer in self.dancers)
        return RecentDance.of(first, second, now, frame.confidence)

    def _end(self, recent: RecentDance, speed: float) -> None:
        peak, _ = recent.timing
        reason = "" if peak else why_no_lag(recent.alignment)
        lag_ms = 1000 * peak.lag / speed if peak else None
        self.pair = replace(self.pair, lag_ms=lag_ms, synchrony=synchrony(recent.alignment), reason=reason)
        self._pairs.append(self.pair)

    def _begin_round(self) -> None:
        self._pairs = []

    def _finish(self) -> None:
        if self._pairs:
            self.pair = pair_summary(self._pairs)
        self._pairs = []


def pair_summary(pairs: Sequence[Pair]) -> Pair:
    """The median lag and the mean synchrony of a take; the reason where there is no lag.

    As in `pose_demo.dance.evaluation.summary`, two who rarely have the same moves have no lag.
    """
    lags = [pair.lag_ms for pair in pairs if pair.lag_ms is not None]
    known = [pair.synchrony for pair in pairs if pair.synchrony is not None]
    synchrony = float(np.mean(known)) if known else None
    others = sum(pair.reason == PAIR_OTHER_MOVES for pair in pairs)
    if len(lags) < SAME_DANCE * (len(lags) + others):
        return replace(pairs[-1], lag_ms=None, synchrony=synchrony, reason=PAIR_OTHER_MOVES)
    if lags:
        return replace(pairs[-1], lag_ms=float(np.median(lags)), synchrony=synchrony, reason="")
    reason = next((pair.reason for pair in reversed(pairs) if pair.reason), "")
    return replace(pairs[-1], lag_ms=None, synchrony=synchrony, reason=reason)
