"""Keep what a take looks like, in the video thread: small pictures of the displayed image."""

from __future__ import annotations

from dataclasses import replace

from pose_demo import dance_overlay
from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.matcher import DanceState
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.take import LEAD_IN, TAIL
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.pipeline import Result
from pose_demo.plan import Plan
from pose_demo.types import Frame, Image

FPS = 5.0
HEIGHT = 240  # pixels; a picture takes 0.5 ms and 10 to 15 kB
MAX_BYTES = 6_000_000  # after 80 to 120 s every second picture is dropped, and so on


class TakePictureRecorder:
    """The pictures of the take that a stream is in, and of the last one that was finished or stopped."""

    def __init__(self) -> None:
        self._pictures: TakePictures | None = None
        self._begin(0)

    def _begin(self, take: int) -> None:
        self._take = take
        self._encoder = PictureEncoder(MAX_BYTES, FPS, HEIGHT)
        self._performance: PoseSequence | None = None
        self._plan: DancePlan | None = None

    def update(self, result: Result, plan: Plan) -> Result:
        """Keep the picture of a frame; the result has those of the last performance, or of a take that was stopped.

        Args:
            result: what is displayed.
            plan: with which the frame was processed.
        """
        if result.dance is None or plan.dance is None or result.source is None:
            return result
        image = dance_overlay.without_teacher(result.image, plan.dance, result.source.size)
        self._add(image, result.dance, plan.dance)
        return replace(result, dance=replace(result.dance, pictures=self._pictures))

    def end_take(self, state: DanceState) -> DanceState:
        """The last state of a stream, without a take, with the pictures of what was danced."""
        self._end_take(0)
        return replace(state, take=0, pictures=self._pictures)

    def _end_take(self, following: int) -> None:
        """Keep the pictures of a take that has no performance, as it was stopped, and begin the following one."""
        if self._plan and not self._performance:
            self._pictures = self._of_round(0, self._plan)
        self._begin(following)

    def _add(self, image: Image, state: DanceState, plan: DancePlan) -> None:
        if state.take != self._take:
            self._end_take(state.take)
        schedule = plan.schedule
        if self._take:
            self._plan = plan
        if self._take and state.moment.danced >= -LEAD_IN and (schedule.loop or not self._performance):
            time = schedule.start + state.moment.danced - plan.delay * schedule.speed
            self._encoder.add(Frame(image, time))
        if state.performance and state.performance is not self._performance:
            self._performance = state.performance
            self._pictures = self._of_round(state.performance_round, plan)

    def _of_round(self, number: int, plan: DancePlan) -> TakePictures | None:
        """The pictures of one round of the passage, in the time of the first one; earlier ones are dropped."""
        schedule = plan.schedule
        offset = number * schedule.duration
        taken = self._encoder.pictures
        part = taken and taken.trimmed(schedule.start + offset - LEAD_IN, schedule.end + offset + TAIL)
        self._encoder.drop_before(schedule.end + offset - LEAD_IN)
        return TakePictures(part.shifted(-offset), plan.flips_teacher) if part else None
