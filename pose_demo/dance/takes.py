"""The takes of a visit: what was danced, compared with the teacher, so that practice shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pose_demo.dance.comparison import DanceComparison, compare
from pose_demo.dance.matcher import DanceState
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.smoothing import smoothed
from pose_demo.dance.take import MIN_DANCED, FinishedTake
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.dance.teacher import Teacher
from pose_demo.messages import message

MAX_TAKES = 10  # that are kept
MAX_BYTES = 100_000_000  # of their poses and pictures: ten takes of 3 minutes, fewer of longer ones

STOPPED_EARLY = message(
    "The take was stopped before there was something to compare: dance at least {seconds:.0f} seconds.",
    seconds=MIN_DANCED,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class ComparedTake:
    """A take and how it was danced.

    Attributes:
        number: 1, 2, 3 ... of the takes of a visit.
        finished: what was followed and danced.
        performances: the same keypoints of each dancer, smoothed without lag.
        comparisons: of each dancer with what was danced of the passage. Timing is in milliseconds of the stream,
            passages are in seconds of the reference.
        pictures: what it looked like; None without any.
    """

    number: int
    finished: FinishedTake
    performances: tuple[PoseSequence, ...]
    comparisons: tuple[DanceComparison, ...]
    pictures: TakePictures | None = None

    @property
    def comparison(self) -> DanceComparison:
        """That of the main dancer."""
        return self.comparisons[0]

    @property
    def part(self) -> int:
        """The index of the teacher's dancer whose part the main dancer had."""
        return self.finished.dancers[0].part

    @property
    def reference(self) -> str:
        """The name of the dance."""
        return self.finished.plan.teacher.reference.name

    @property
    def is_whole(self) -> bool:
        """Whether it was danced to the end of the passage."""
        return self.finished.end >= self.finished.plan.schedule.end - 0.5

    def is_same_passage(self, other: ComparedTake) -> bool:
        """Whether both are takes of the same passage of a dance, at any speed."""
        mine, others = self.finished.plan, other.finished.plan
        spans = [(plan.schedule.start, plan.schedule.end) for plan in (mine, others)]
        same = mine.teacher.reference is others.teacher.reference and spans[0] == spans[1]
        return same and self.part == other.part


def compared(number: int, finished: FinishedTake) -> ComparedTake:
    """Compare a take as `pose_demo.dance.comparison.compare` does; it takes half a second for a minute of dance."""
    performances = tuple(smoothed(dancer.performance) for dancer in finished.dancers)
    comparisons = tuple(
        _comparison(finished, dancer.part, performance)
        for dancer, performance in zip(finished.dancers, performances, strict=True)
    )
    return ComparedTake(number=number, finished=finished, performances=performances, comparisons=comparisons)


def _comparison(finished: FinishedTake, part: int, performance: PoseSequence) -> DanceComparison:
    plan = finished.plan
    passage = plan.passages[part].trimmed(plan.schedule.start, finished.end)
    options = DanceOptions(mirror="off", confidence=finished.confidence)
    compared = _in_stream_time(compare(passage, performance, options), plan.schedule.speed)
    return replace(compared, mirrored=plan.exchanges_sides)


def _in_stream_time(comparison: DanceComparison, speed: float) -> DanceComparison:
    """Timing in milliseconds of the stream: at half the speed, 100 ms of the reference take 200."""

    def slowed(milliseconds: float | None) -> float | None:
        return None if milliseconds is None else milliseconds / speed

    passages = tuple(replace(passage, timing_ms=slowed(passage.timing_ms)) for passage in comparison.passages)
    return replace(comparison, timing_ms=slowed(comparison.timing_ms), passages=passages)


class Takes:
    """The last takes of a visitor. Of a repeated passage each whole round is one.

    Attributes:
        number: the last one of a take (`pose_demo.plan.Uploads.take`); 0 before the first.
        is_running: whether it was begun, and neither stopped nor danced to its end.
        kept: the last ten, oldest first; fewer if they take more than `MAX_BYTES`.
        note: why the last take was not kept; "" otherwise.
    """

    def __init__(self, compare_take: Callable[[int, FinishedTake], ComparedTake] = compared) -> None:
        self._compare = compare_take
        self.number, self.is_running, self.note = 0, False, ""
        self.kept: tuple[ComparedTake, ...] = ()
        self._count = 0
        self._last: FinishedTake | None = None
        self._is_awaited = False  # the end of the take, also after it was stopped
        self._has_begun = False  # a frame of the take was processed
        self._is_closed = False

    def new_number(self) -> int:
        """Another number for a take; of one that is not to be kept as well."""
        self.number += 1
        return self.number

    def begin(self) -> int:
        """Begin another take; returns its number."""
        self.new_number()
        self.is_running, self.note = True, ""
        self._is_awaited, self._has_begun = True, False
        return self.number

    def stop(self) -> None:
        """Stop the take; what was danced of it comes with a later state."""
        self.is_running = False

    def end(self, state: DanceState | None) -> None:
        """Keep what was danced until the stream ended, if it is enough.

        Args:
            state: the last one, without a take; None where nothing is known of it.
        """
        self.stop()
        if state:
            self.update(state)
        self.abandon()

    def abandon(self) -> None:
        """Await nothing more of the take, and keep nothing of it."""
        self.is_running = self._is_awaited = False

    def update(self, state: DanceState) -> bool:
        """Keep what was finished, and notice the end of the take; returns whether something changed."""
        if self._is_closed:
            return False
        finished = None if state.finished and state.finished.plan.calibration else state.finished
        is_new = finished is not None and finished is not self._last
        if finished and is_new:
            self._last = finished
            self._keep(finished, state.pictures)
        return self._notice_end(state) or is_new

    def _keep(self, finished: FinishedTake, pictures: TakePictures | None) -> None:
        self._count += 1
        reference = finished.plan.teacher.reference
        earlier = [
            take if take.finished.plan.teacher.reference is reference else _without_pictures(take) for take in self.kept
        ]
        take = replace(self._compare(self._count, _without_sound(finished)), pictures=pictures)
        self.kept = (*earlier, take)[-MAX_TAKES:]
        while len(self.kept) > 1 and sum(map(_byte_count, self.kept)) > MAX_BYTES:
            self.kept = self.kept[1:]

    def _notice_end(self, state: DanceState) -> bool:
        if not self._is_awaited:
            return False
        was_kept = self._last is not None and self._last.plan.take == self.number
        self._has_begun |= state.take == self.number
        if state.take == self.number:
            is_over = was_kept and not (self._last and self._last.plan.schedule.loop)
        else:
            is_over = self._has_begun or not self.is_running
        if is_over:
            self.is_running = self._is_awaited = False
            self.note = "" if was_kept else STOPPED_EARLY
        return is_over

    def remove(self, take: ComparedTake) -> None:
        """Forget a take."""
        self.kept = tuple(it for it in self.kept if it is not take)

    def close(self) -> None:
        """Forget all takes, and keep none any more."""
        self.abandon()
        self._is_closed = True
        self.kept, self._last = (), None


def _without_sound(finished: FinishedTake) -> FinishedTake:
    """The take without the sound of its teacher: that of each passage takes up to 115 MB."""
    plan = finished.plan
    return replace(finished, plan=replace(plan, teacher=replace(plan.teacher, sound=None)))


def _byte_count(take: ComparedTake) -> int:
    """Memory of the poses and pictures of a take, without those of its teacher."""
    danced = (dancer.performance for dancer in take.finished.dancers)
    sequences = (*danced, *take.performances, *take.finished.plan.passages)
    poses = sum(it.xy.nbytes + it.scores.nbytes for it in sequences)
    return poses + (take.pictures.pictures.byte_count if take.pictures else 0)


def _without_pictures(take: ComparedTake) -> ComparedTake:
    """The take without the pictures of its teacher: those of one teacher take up to 40 MB."""
    plan = take.finished.plan
    if plan.teacher.pictures is None:
        return take
    plan = replace(plan, teacher=Teacher(plan.teacher.reference))
    return replace(take, finished=replace(take.finished, plan=plan))
