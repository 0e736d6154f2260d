"""Match the main person of a stream with a teacher: takes, timing, form and the reference overlay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.evaluation import HISTORY, Evaluation, RecentDance, summary
from pose_demo.dance.main_person import MainPerson
from pose_demo.dance.schedule import FINISHED, Moment
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.take import Take
from pose_demo.dance.teacher import pose_near
from pose_demo.matching.ghost import aligned_pose
from pose_demo.types import Pose

_INTERVAL = 0.25  # seconds of the stream between two evaluations


@dataclass(frozen=True, kw_only=True)
class DanceState:
    """Where a take is in one frame, and how it goes.

    Attributes:
        moment: phase, count and position.
        start, end: the passage in seconds of the reference.
        take: the number of the take; 0 without one.
        evaluation: timing and form of the last seconds; of the whole take once it is finished. Its timing is in
            milliseconds of the stream, without the delay of the stream.
        person: the index of the person in the estimate; None if the person is not there.
        teachers: the poses of the teachers as they are shown, in pixels of `DancePlan.size`.
        ghost: the teacher aligned with the person, in frame pixels; None if this cannot be done.
        performance: what was danced, in the reference's time, without the delay; None until half a second after the
            end. It is to be compared with the mirror image of the reference if ``exchanges_sides``.
        exchanges_sides: whether the dancer's left does what the teacher's right does.
        calibration: the take measures the delay of the stream; it is no dance of the visitor.
    """

    moment: Moment
    start: float
    end: float
    take: int = 0
    evaluation: Evaluation = field(default_factory=Evaluation)
    person: int | None = None
    teachers: tuple[Pose, ...] = ()
    ghost: Pose | None = None
    performance: PoseSequence | None = None
    exchanges_sides: bool = False
    calibration: bool = False

    @property
    def progress(self) -> float:
        """The share of the passage in [0, 1] that lies before the position."""
        return (self.moment.position - self.start) / max(self.end - self.start, 1e-3)

    @property
    def limb_errors(self) -> dict[int, Mapping[str, float]]:
        """The errors of the person's limbs in degrees, by the index of the person in the estimate."""
        limbs = self.evaluation.limbs
        return {self.person: limbs} if limbs and self.person is not None else {}

    def mirrored(self, width: int) -> DanceState:
        """The state for the horizontally flipped frame."""
        return replace(self, ghost=self.ghost and self.ghost.mirrored(width))


class DanceMatcher:
    """The take of one stream from frame to frame. Time is the frames' timestamps."""

    def __init__(self) -> None:
        self._plan: DancePlan | None = None
        self._person = MainPerson()
        self._end_take()

    def _end_take(self) -> None:
        self._take: Take | None = None
        self._evaluations: list[Evaluation] = []
        self._current = Evaluation()
        self._pending: RecentDance | None = None
        self._round, self._last_evaluation, self._lag = 0, float("-inf"), 0.0

    def interrupt(self) -> None:
        """End the take, as when a video starts again; the next one begins with another number."""
        self._end_take()
        self._person = MainPerson()

    def update(
        self,
        plan: DancePlan,
        raw: Sequence[Pose],
        shown: Sequence[Pose],
        timestamp: float,
        confidence: float,
        size: tuple[int, int],
    ) -> DanceState:
        """Match one frame.

        Args:
            plan: the teacher, and how to follow.
            raw: the persons as they were estimated, in the unmirrored frame.
            shown: the same persons with smoothed keypoints.
            timestamp: the frame's time in seconds.
            confidence: keypoints with a lower score are not visible.
            size: (width, height) of the frame.
        """
        self._follow(plan, timestamp)
        person = self._person.index(raw, timestamp, confidence)
        take = self._take
        moment = take.moment(timestamp) if take else plan.schedule.preview(timestamp)
        if take:
            take.add(None if person is None else raw[person], moment, plan.delay, size)
            self._evaluate(plan, take, moment, timestamp, confidence)
        teacher = pose_near(plan.reference, moment.position)
        return DanceState(
            moment=moment,
            start=plan.schedule.start,
            end=plan.schedule.end,
            take=plan.take if take else 0,
            evaluation=self._current,
            person=person,
            teachers=plan.shown_poses(moment.position),
            ghost=None if person is None else aligned_pose(teacher, shown[person], confidence),
            performance=take.performance if take else None,
            exchanges_sides=plan.exchanges_sides,
            calibration=plan.calibration,
        )

    def _follow(self, plan: DancePlan, timestamp: float) -> None:
        """Begin or end a take where the plan says so."""
        last, self._plan = self._plan, plan
        if last is plan or (last and plan.continues(last)):
            return
        self._end_take()
        if plan.take > 0 and (last is None or plan.take != last.take):
            self._take = Take(plan.schedule, timestamp)

    def _evaluate(self, plan: DancePlan, take: Take, moment: Moment, timestamp: float, confidence: float) -> None:
        """Measure the last seconds, four times a second: timing in one frame, form in the next, to share the cost."""
        if moment.phase == FINISHED:
            if self._evaluations:
                self._current = summary(self._evaluations)
            self._pending, self._evaluations = None, []
        elif moment.round != self._round:
            self._round, self._pending, self._evaluations = moment.round, None, []
        elif self._pending:
            self._keep(self._pending.evaluation(self._lag), plan.options.speed)
        elif moment.danced >= 0 and timestamp - self._last_evaluation >= _INTERVAL:
            self._last_evaluation = timestamp
            recent, now = take.recent(HISTORY, moment)
            self._pending = RecentDance.of(plan.passage, recent, now, confidence)
            if self._pending:
                _ = self._pending.timing  # cached for the next frame

    def _keep(self, evaluation: Evaluation, speed: float) -> None:
        self._pending = None
        if evaluation.timing_ms is not None:
            self._lag = evaluation.timing_ms / 1000
            evaluation = replace(evaluation, timing_ms=evaluation.timing_ms / speed)
        self._current = evaluation
        self._evaluations.append(evaluation)
