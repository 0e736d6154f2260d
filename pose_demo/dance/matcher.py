"""Match the persons of a stream with a teacher: takes, timing, form and the reference overlay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.dancer_tracks import DancerTracks
from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.group import Group
from pose_demo.dance.live_group import DancerState, LiveGroup
from pose_demo.dance.live_measurement import DanceFrame
from pose_demo.dance.main_dancer import MainDancer
from pose_demo.dance.schedule import Moment
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.take import Danced, FinishedTake, Take
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.dance.teacher import pose_near
from pose_demo.matching.ghost import aligned_pose
from pose_demo.types import Pose


@dataclass(frozen=True, kw_only=True)
class DanceState:
    """Where a take is in one frame, and how it goes.

    Attributes:
        moment: phase, count and position.
        start, end: the passage in seconds of the reference.
        take: the number of the take; 0 without one.
        evaluation: timing and form of the main dancer in the last seconds; of the whole take once it is finished. Its
            timing is in milliseconds of the stream, without the delay of the stream.
        person: the index of the main dancer in the estimate; None if the person is not there.
        part: the index of the teacher's dancer whose part the main dancer has.
        dancers: everybody who dances in the take, the main dancer first.
        group: the dancers compared with each other; None if there are less than two.
        teachers: the poses of the teachers as they are shown, in pixels of `DancePlan.size`.
        ghost: the teacher aligned with the main dancer, in frame pixels; None if this cannot be done.
        performance: what the main dancer danced, in the reference's time, without the delay; None until half a second
            after the end. It is to be compared with the mirror image of the reference if ``exchanges_sides``.
        pictures: what it looked like, of a live stream; after the take as well, also if the take was stopped.
        performance_round: which round of a repeated passage it is, from 0 on.
        finished: the last whole passage of this stream, or what was danced of it before the take was stopped.
        exchanges_sides: whether the dancer's left does what the teacher's right does.
        calibration: the take measures the delay of the stream; it is no dance of the visitor.
    """

    moment: Moment
    start: float
    end: float
    take: int = 0
    evaluation: Evaluation = field(default_factory=Evaluation)
    person: int | None = None
    part: int = 0
    dancers: tuple[DancerState, ...] = ()
    group: Group | None = None
    teachers: tuple[Pose, ...] = ()
    ghost: Pose | None = None
    performance: PoseSequence | None = None
    performance_round: int = 0
    pictures: TakePictures | None = None
    exchanges_sides: bool = False
    finished: FinishedTake | None = None
    calibration: bool = False

    @property
    def progress(self) -> float:
        """The share of the passage in [0, 1] that lies before the position."""
        return (self.moment.position - self.start) / max(self.end - self.start, 1e-3)

    @property
    def limb_errors(self) -> dict[int, Mapping[str, float]]:
        """The errors of everybody's limbs in degrees, by the index of the person in the estimate."""
        everybody = ((self.person, self.evaluation), *((it.person, it.evaluation) for it in self.dancers))
        return {person: it.limbs for person, it in everybody if person is not None and it.limbs}

    def mirrored(self, width: int) -> DanceState:
        """The state for the horizontally flipped frame."""
        return replace(self, ghost=self.ghost and self.ghost.mirrored(width))


class DanceMatcher:
    """The take of one stream from frame to frame. Time is the frames' timestamps."""

    def __init__(self) -> None:
        self._plan: DancePlan | None = None
        self._confidence = 0.0
        self._group: LiveGroup | None = None
        self._finished: FinishedTake | None = None
        self.interrupt()

    @property
    def finished(self) -> FinishedTake | None:
        """The last whole passage, or what was danced of it before the take ended; see `DanceState.finished`."""
        return self._finished

    def interrupt(self) -> None:
        """End the take, as when a video starts again; the next one begins with another number."""
        self._end_take()
        self._tracks, self._main = DancerTracks(), MainDancer()

    def _end_take(self) -> None:
        if self._group:
            self._keep_finished(self._group.stopped())
        self._group = None

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
        self._confidence = confidence
        found = self._tracks.update(raw, timestamp, confidence)
        self._main.update({number: raw[index] for number, index in found.items()}, timestamp, confidence)
        moment = self._group.moment(timestamp) if self._group else plan.schedule.preview(timestamp)
        frame = DanceFrame(plan, moment, timestamp, confidence)
        dancers, compared = self._compare(frame, found, raw, size)
        number = self._main.number
        main = dancers[0] if dancers else DancerState(number=number, person=found.get(number), part=plan.followed)
        teacher = pose_near(plan.references[main.part], moment.position)
        ghost = None if main.person is None else aligned_pose(teacher, shown[main.person], confidence)
        return replace(self._state(frame, main), dancers=dancers, group=compared, ghost=ghost)

    def _compare(
        self, frame: DanceFrame, found: Mapping[int, int], raw: Sequence[Pose], size: tuple[int, int]
    ) -> tuple[tuple[DancerState, ...], Group | None]:
        """The dancers of the take, compared with the teacher and with each other; nobody without a take."""
        group = self._group
        if not group:
            return (), None
        group.update(frame, found, self._main.number, raw, size)
        dancers = group.states(frame)
        self._keep_finished([Danced(it.part, it.performance) for it in dancers if it.performance])
        return dancers, group.compared(frame)

    def _state(self, frame: DanceFrame, main: DancerState) -> DanceState:
        """The take and its main dancer."""
        plan, group = frame.plan, self._group
        return DanceState(
            moment=frame.moment,
            start=plan.schedule.start,
            end=plan.schedule.end,
            take=plan.take if group else 0,
            evaluation=main.evaluation,
            person=main.person,
            part=main.part,
            teachers=plan.shown_poses(frame.moment.position),
            performance=main.performance,
            performance_round=group.performance_round if group else 0,
            finished=self._finished,
            exchanges_sides=plan.exchanges_sides,
            calibration=plan.calibration,
        )

    def _follow(self, plan: DancePlan, timestamp: float) -> None:
        """Begin or end a take where the plan says so."""
        last = self._plan
        if last is None or not (last is plan or plan.continues(last)):
            self._end_take()
            if plan.take > 0 and (last is None or plan.take != last.take):
                self._group = LiveGroup(Take(plan.schedule, timestamp))
        self._plan = plan

    def _keep_finished(self, dancers: Sequence[Danced]) -> None:
        """Note a performance of the take that is not noted yet."""
        known = self._finished and self._finished.dancers[0].performance
        if self._plan and dancers and dancers[0].performance is not known:
            self._finished = FinishedTake(plan=self._plan, dancers=tuple(dancers), confidence=self._confidence)
