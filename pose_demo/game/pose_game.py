"""The course of the game: a state machine in the time of the frames."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from pose_demo.game.game_plan import GamePlan
from pose_demo.game.hold import Hold
from pose_demo.game.points import PoseResult, points_of
from pose_demo.types import Image

WAITING, COUNTDOWN, POSE, FINISHED = "waiting", "countdown", "pose", "finished"  # phases

RAISE_S = 1.0  # for which both hands are raised to begin
COUNTDOWN_S = 3.0
CARD_S = 12.0  # for which the score card is shown
MAX_ABSENCE_S = 2.0  # of the player, as of `MainDancer`, after which the game is over
_MAX_GAP_S = 1.0  # between two frames; a longer one is a pause of the stream
_RAISED = 0.5  # threshold between hands that are down, 0, and raised, 1


@dataclass(frozen=True)
class Observation:
    """What is seen of the player in a frame.

    Attributes:
        is_present: whether they are there.
        hands_raised: whether both hands are raised.
        similarity: with the current pose, in [0, 1]; None without one, or if too little of the body is visible.
    """

    is_present: bool = False
    hands_raised: bool = False
    similarity: float | None = None


class PoseGame:
    """One game after another. It takes the same course at any frame rate, as far as frames show what happens.

    A phase or pose begins when the one before was over, not with the next frame. While the player is away, or the
    stream pauses, the time of a pose stands still.

    Attributes:
        phase: waiting for raised hands, countdown, pose, or finished.
        results: of the poses so far.
        hold: of the raised hands, or of the current pose.
    """

    def __init__(self, plan: GamePlan) -> None:
        """Wait for raised hands."""
        self._plan = plan
        self._now: float | None = None
        self._wait(0.0)

    def _wait(self, timestamp: float) -> None:
        self.results: tuple[PoseResult, ...] = ()
        self._absence = 0.0
        self._enter(WAITING, timestamp)

    def _enter(self, phase: str, timestamp: float) -> None:
        self.phase, self._began, self._last_held = phase, timestamp, timestamp
        options = self._plan.options
        self.hold = Hold(options.hold, options.similarity) if phase == POSE else Hold(RAISE_S, _RAISED)

    def update(self, seen: Observation, timestamp: float) -> None:
        """Go on by one frame; timestamps increase."""
        elapsed = 0.0 if self._now is None else timestamp - self._now
        self._now = timestamp
        is_pause = elapsed > _MAX_GAP_S
        if is_pause:
            self.hold.reset()
        if self.phase in (COUNTDOWN, POSE) and (is_pause or not seen.is_present):
            self._began += elapsed
        self._absence = 0.0 if seen.is_present or self.phase == WAITING else self._absence + elapsed
        if self._absence >= MAX_ABSENCE_S:
            self._wait(timestamp)
        self._STEPS[self.phase](self, seen, timestamp)

    def _await_hands(self, seen: Observation, now: float) -> None:
        if self.hold.update(float(seen.hands_raised), now):
            self._enter(COUNTDOWN, self.hold.end)

    def _count_down(self, seen: Observation, now: float) -> None:
        if now >= self._began + COUNTDOWN_S:
            self._enter(POSE, self._began + COUNTDOWN_S)

    def _await_pose(self, seen: Observation, now: float) -> None:
        is_complete = self.hold.update(seen.similarity, now)
        if self.hold.began is not None:  # after its time, a pose may still be held to its end
            self._last_held = now
        limit = self._began + self._plan.options.seconds
        if is_complete:
            self._next(self._held(), self.hold.end)
        elif self.hold.began is None and now >= limit:
            self._next(PoseResult(target=self._target), max(limit, self._last_held))

    def _show_card(self, seen: Observation, now: float) -> None:
        if now >= self._began + CARD_S:
            self._wait(now)

    _STEPS: ClassVar[dict[str, Callable[[PoseGame, Observation, float], None]]] = {
        WAITING: _await_hands,
        COUNTDOWN: _count_down,
        POSE: _await_pose,
        FINISHED: _show_card,
    }

    def _held(self) -> PoseResult:
        similarity, seconds = self.hold.similarity, max(0.0, (self.hold.began or 0.0) - self._began)
        points = points_of(similarity, seconds, self._plan.options.seconds)
        return PoseResult(
            target=self._target, similarity=similarity, seconds=seconds, points=points, picture=self.hold.picture
        )

    def _next(self, result: PoseResult, timestamp: float) -> None:
        self.results = (*self.results, result)
        is_last = len(self.results) == len(self._plan.references)
        self._enter(FINISHED if is_last else POSE, timestamp)

    @property
    def _target(self) -> Image:
        return self._plan.pictures[len(self.results)]

    @property
    def progress(self) -> float:
        """The share of the time in [0, 1] for which the hands are raised, or the pose is held."""
        return self.hold.progress(self._now or 0.0) if self.phase in (WAITING, POSE) else 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the phase or the pose began, without those in which it stood still."""
        return (self._now or 0.0) - self._began

    @property
    def seconds_left(self) -> int:
        """Whole seconds until the countdown or the time of the pose is over; 0 in other phases."""
        limits = {COUNTDOWN: COUNTDOWN_S, POSE: float(self._plan.options.seconds)}
        return max(0, math.ceil(limits.get(self.phase, 0.0) - self.seconds))
