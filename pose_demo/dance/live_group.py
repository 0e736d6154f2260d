"""Everybody who dances in a take: compared with the teacher and with each other in turn, to share the cost."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from pose_demo.dance.dancer_tracks import MIN_SECONDS, MIN_SHARE
from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.group import Group, Pair, group_of
from pose_demo.dance.live_measurement import INTERVAL, DanceFrame, LiveDancer, LiveMeasurement, LivePair
from pose_demo.dance.main_dancer import MAX_ABSENCE
from pose_demo.dance.reasons import PAIR_OTHER_PARTS
from pose_demo.dance.reference import MAX_DANCERS
from pose_demo.dance.schedule import FINISHED, Moment
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.take import Danced, Take
from pose_demo.types import Pose

_SETTLED = 1.0  # seconds of the dance until which everybody finds a place; the first evaluation is later


@dataclass(frozen=True, kw_only=True)
class DancerState:
    """How one of the dancers in front of the camera follows the teacher.

    Attributes:
        number: of the dancer, from 1 on; it stays the same where a lost person gets another track id.
        person: the index of the person in the estimate; None if the person is not there.
        track_id: the latest track of the person; None without one.
        part: the index of the teacher's dancer whose part it is.
        evaluation: timing and form of the last seconds; of the whole take once it is finished.
        performance: what was danced, see `DanceState.performance`.
    """

    number: int
    person: int | None = None
    track_id: int | None = None
    part: int = 0
    evaluation: Evaluation = field(default_factory=Evaluation)
    performance: PoseSequence | None = None


class LiveGroup:
    """The dancers of one take, and their pairs.

    At most one step of one measurement is done in a frame, one measurement where frames are rare. The main dancer is
    measured four times a second, the others and the pairs in the frames between, one after another. Each dancer has the
    part of the teacher's dancer at the same place when the dance begins; who comes later, the one that fewest dance. Of
    two with different parts, the lag is the difference of their timing, and there is no synchrony.

    Attributes:
        main: the number of the main dancer.
    """

    def __init__(self, take: Take) -> None:
        """Begin a take; nobody has been seen."""
        self.main = 1
        self._take = take  # of nobody
        self._dancers: dict[int, LiveDancer] = {}
        self._pairs: dict[tuple[int, int], LivePair] = {}
        self._compared = group_of(0, ())
        self._last_timestamp = float("-inf")
        self._last_there: list[int] = []

    def update(
        self, frame: DanceFrame, found: Mapping[int, int], main: int, poses: Sequence[Pose], size: tuple[int, int]
    ) -> None:
        """Keep the poses of a frame, and measure.

        Args:
            frame: where the take is.
            found: the number of each dancer in the frame -> the index of the pose.
            main: the number of the main dancer.
            poses: as they were estimated, in the unmirrored frame.
            size: (width, height) of the frame.
        """
        if frame.moment.phase != FINISHED or not self._dancers:
            self._admit((main, *found), found)
            self.main = main
        self._take.add(None, frame.moment, frame.plan.delay, size)
        for number, dancer in self._dancers.items():
            person = found.get(number)
            dancer.add(person, None if person is None else poses[person], frame, size)
        there = self._last_there = self._there(frame)
        self._assign_parts(frame, there)
        self._measure(frame, there)
        self._last_timestamp = frame.timestamp

    def moment(self, timestamp: float) -> Moment:
        """Where the take is at a timestamp of the stream."""
        return self._take.moment(timestamp)

    @property
    def performance_round(self) -> int:
        """The round of a repeated passage that was finished last, from 0 on."""
        return self._take.performance_round

    def stopped(self) -> tuple[Danced, ...]:
        """What was danced until now, the main dancer first; empty if there is too little of it to compare."""
        dancers = (self._dancers[number] for number in self._last_there)
        danced = [(it.part, it.take.stopped()) for it in dancers]
        if not danced or danced[0][1] is None:
            return ()
        return tuple(Danced(part, performance) for part, performance in danced if performance)

    def states(self, frame: DanceFrame) -> tuple[DancerState, ...]:
        """Those who are or were there for a while, the main dancer first."""
        dancers = [(number, self._dancers[number]) for number in self._there(frame)]
        return tuple(
            DancerState(
                number=number,
                person=it.person,
                track_id=it.track_id,
                part=it.part,
                evaluation=it.evaluation,
                performance=it.take.performance,
            )
            for number, it in dancers
        )

    def compared(self, frame: DanceFrame) -> Group | None:
        """The dancers of `states` compared with each other; None with less than two."""
        there = self._there(frame)
        if len(there) < 2:
            return None
        index = {number: k for k, number in enumerate(there)}
        pairs = tuple(
            replace(self._compared_pair(first, second), first=index[first], second=index[second])
            for first, second in combinations(sorted(there), 2)
        )
        if pairs != self._compared.pairs:
            self._compared = group_of(len(there), pairs)
        return self._compared

    def _admit(self, numbers: Iterable[int], found: Container[int]) -> None:
        for number in numbers:
            if number not in self._dancers:
                self._dancers[number] = LiveDancer(self._take.of_another())
        while len(self._dancers) > MAX_DANCERS:
            gone = (number for number in self._dancers if number not in found)
            forgotten = min(gone, key=lambda number: self._dancers[number].latest)
            del self._dancers[forgotten]
            self._pairs = {numbers: pair for numbers, pair in self._pairs.items() if forgotten not in numbers}

    def _there(self, frame: DanceFrame) -> list[int]:
        """The numbers of the main dancer, and of who is there and no passer-by, or danced along until the end."""
        most = max(dancer.frames for dancer in self._dancers.values())

        def counts(dancer: LiveDancer) -> bool:
            if frame.moment.phase == FINISHED:
                return dancer.frames >= MIN_SHARE * most
            stays = dancer.latest - dancer.first >= MIN_SECONDS
            return stays and frame.timestamp - dancer.latest < MAX_ABSENCE

        others = [number for number, it in sorted(self._dancers.items()) if number != self.main and counts(it)]
        return [self.main, *others]

    def _assign_parts(self, frame: DanceFrame, there: Sequence[int]) -> None:
        plan, dancers = frame.plan, [self._dancers[number] for number in there]
        if frame.moment.danced < _SETTLED:
            dancers.sort(key=lambda dancer: dancer.place)
            for dancer, part in zip(dancers, plan.parts(len(dancers)), strict=True):
                dancer.part, dancer.has_part = part, True
        for dancer in dancers:
            if not dancer.has_part:
                danced = [it.part for it in self._dancers.values() if it.has_part]
                dancer.part, dancer.has_part = min(range(len(plan.references)), key=danced.count), True

    def _measure(self, frame: DanceFrame, there: Sequence[int]) -> None:
        for measured in (*self._dancers.values(), *self._pairs.values()):
            measured.follow(frame.moment)
        chosen = self._next(frame, there)
        if chosen is None:
            return
        chosen.step(frame)
        frames_are_rare = frame.timestamp - self._last_timestamp > INTERVAL / 3
        if len(there) > 1 and frames_are_rare and chosen.has_begun:  # else the main dancer would leave no frame
            chosen.step(frame)

    def _next(self, frame: DanceFrame, there: Sequence[int]) -> LiveMeasurement | None:
        """Whose turn it is: the main dancer's, else what has begun, else what was measured longest ago."""
        main, *others = there
        if frame.moment.phase == FINISHED:
            return None
        if self._dancers[main].is_due(frame):
            return self._dancers[main]
        measured: list[LiveMeasurement] = [self._dancers[number] for number in others]
        measured += [self._pair(*pair) for pair in combinations(sorted(there), 2) if self._have_one_part(*pair)]
        due = [it for it in measured if it.is_due(frame)]
        return min(due, key=lambda it: (not it.has_begun, it.last), default=None)

    def _pair(self, first: int, second: int) -> LivePair:
        if (first, second) not in self._pairs:
            self._pairs[first, second] = LivePair(self._dancers[first], self._dancers[second])
        return self._pairs[first, second]

    def _have_one_part(self, first: int, second: int) -> bool:
        return self._dancers[first].part == self._dancers[second].part

    def _compared_pair(self, first: int, second: int) -> Pair:
        """Two dancers: of different parts only the lag is known, from their timing."""
        if self._have_one_part(first, second):
            return self._pair(first, second).pair
        timings = [self._dancers[number].evaluation.timing_ms for number in (first, second)]
        if timings[0] is None or timings[1] is None:
            return Pair(first=first, second=second, reason=PAIR_OTHER_PARTS)
        return Pair(first=first, second=second, lag_ms=timings[1] - timings[0])
