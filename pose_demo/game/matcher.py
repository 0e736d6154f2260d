"""Play the pose game with the main person of a stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pose_demo.dance import reasons
from pose_demo.dance.main_dancer import visible_height
from pose_demo.game.game_plan import GamePlan
from pose_demo.game.points import PoseResult, total
from pose_demo.game.pose_game import COUNTDOWN, POSE, WAITING, Observation, PoseGame
from pose_demo.gestures import both_hands_raised
from pose_demo.imaging import limit_size
from pose_demo.matching.similarity import Match, match
from pose_demo.messages import message
from pose_demo.types import Box, Image, Pose

NOBODY = message("come back into the picture")

HANDS = message("step back: your hands are not in the picture")

_MIN_VISIBLE = 0.75  # of the limbs that a pose shows; without the legs it would be 8 of 12
_ARM = ("elbow", "shoulder", "wrist")
_PICTURE_SIDE = 320  # pixels, of the player
_MARGIN = 0.15  # around the player, relative to their longer side


@dataclass(frozen=True, kw_only=True, eq=False)
class GameState:
    """Where the game is in one frame.

    Attributes:
        phase: see `PoseGame`.
        results: of the poses so far; of all of them in the phase finished.
        progress: the share of the time in [0, 1] for which the hands are raised, or the pose is held.
        seconds: since the phase or the pose began.
        seconds_left: whole seconds until the countdown or the time of the pose is over.
        person: the index of the player in the estimate; None if they are not there. While the game waits, it is the
            largest person who raises both hands.
        match: the comparison with the current pose; None in other phases, and without enough of the body.
        reason: what prevents a comparison, and what to do; empty without anything.
    """

    phase: str
    results: tuple[PoseResult, ...] = ()
    progress: float = 0.0
    seconds: float = 0.0
    seconds_left: int = 0
    person: int | None = None
    match: Match | None = None
    reason: str = ""

    @property
    def points(self) -> int:
        """The points so far."""
        return total(self.results)

    @property
    def is_running(self) -> bool:
        """Whether somebody plays, or looks at the score card."""
        return self.phase != WAITING

    @property
    def limb_errors(self) -> dict[int, Mapping[str, float]]:
        """The errors of the player's limbs in degrees, by the index of the player in the estimate."""
        return {self.person: self.match.limbs} if self.match and self.person is not None else {}


class GameMatcher:
    """The game of one stream from frame to frame. Time is the frames' timestamps."""

    def __init__(self) -> None:
        self._game: PoseGame | None = None
        self._plan: GamePlan | None = None
        self._track_id: int | None = None  # of the player

    def interrupt(self) -> None:
        """End the game, as when a video starts again."""
        self._game = None
        self._track_id = None

    def update(self, plan: GamePlan, poses: Sequence[Pose], timestamp: float, confidence: float) -> GameState:
        """Play one frame.

        Args:
            plan: the poses and the rules; other ones end the game.
            poses: the persons with their track ids, in the unmirrored frame.
            timestamp: the frame's time in seconds.
            confidence: keypoints with a lower score are not visible.
        """
        if plan != self._plan:
            self.interrupt()
        self._plan, game = plan, self._game or PoseGame(plan)
        self._game = game
        before = game.phase, len(game.results)
        person = self._player(game, poses, confidence)
        pose = None if person is None else poses[person]
        found, reason = _compared(plan, game, pose, confidence)
        if game.phase == WAITING and any(_raises_hands_out_of_picture(it, confidence) for it in poses):
            reason = HANDS
        is_raising = pose is not None and game.phase == WAITING
        game.update(Observation(pose is not None, is_raising, found.score if found else None), timestamp)
        if game.phase == WAITING and before[0] != WAITING:
            self._track_id = None
        is_same = before == (game.phase, len(game.results))
        return GameState(
            phase=game.phase,
            results=game.results,
            progress=game.progress,
            seconds=game.seconds,
            seconds_left=game.seconds_left,
            person=person,
            match=found if is_same else None,
            reason=reason if is_same else "",
        )

    def keep(self, state: GameState, canvas: Image, poses: Sequence[Pose], confidence: float) -> None:
        """Keep a picture of the player where this frame is the best of the current pose so far.

        Args:
            state: the state in this frame.
            canvas: the output image, in which everything is hidden that the settings hide.
            poses: the persons, in its pixels.
            confidence: keypoints with a lower score are not visible.
        """
        if self._game and state.match and state.person is not None and self._game.hold.is_best:
            self._game.hold.picture = _portrait(canvas, poses[state.person], confidence)

    def _player(self, game: PoseGame, poses: Sequence[Pose], confidence: float) -> int | None:
        """The index of the player; while the game waits, of the largest person who raises both hands."""
        if game.phase == WAITING:
            candidates = [pose for pose in poses if both_hands_raised(pose, confidence)]
            if not candidates:
                return None
            if self._track_id not in [pose.track_id for pose in candidates]:
                self._track_id = max(candidates, key=lambda pose: visible_height(pose, confidence)).track_id
        return next((index for index, pose in enumerate(poses) if pose.track_id == self._track_id), None)


def _compared(plan: GamePlan, game: PoseGame, pose: Pose | None, confidence: float) -> tuple[Match | None, str]:
    """The player's comparison with the current pose, or what prevents it; neither where there is no pose to hold."""
    if game.phase not in (COUNTDOWN, POSE):
        return None, ""
    if pose is None:
        return None, NOBODY
    if game.phase == COUNTDOWN:
        return None, ""
    found = match(plan.references[len(game.results)], pose, plan.matching, confidence)
    visible = len(found.limbs)
    if found.score is None or visible < _MIN_VISIBLE * (visible + len(found.not_visible)):
        return None, reasons.too_little_visible(pose.as_coco().scores[None] >= confidence, seconds=0.0)
    return found, ""


def _raises_hands_out_of_picture(pose: Pose, confidence: float) -> bool:
    """Whether both arms are raised so high, or so near to the camera, that no hand is visible."""
    elbows, shoulders, wrists = ([pose.skeleton.index(f"{side}_{it}") for side in ("left", "right")] for it in _ARM)
    visible, y = pose.scores >= confidence, pose.xy[:, 1]
    is_raised = visible[elbows].all() and visible[shoulders].all() and y[elbows].max() < y[shoulders].min()
    return bool(is_raised and not visible[wrists].any())


def _portrait(canvas: Image, pose: Pose, confidence: float) -> Image:
    """A small copy of the part of the image with the player."""
    height, width = canvas.shape[:2]
    box = pose.bounding_box(confidence) or Box(0, 0, width, height)
    (x, y), half = box.center, (0.5 + _MARGIN) * box.longer_side
    rows, columns = _range(y, half, height), _range(x, half, width)
    picture = limit_size(canvas[rows, columns], _PICTURE_SIDE).copy()
    picture.flags.writeable = False
    return picture


def _range(center: float, half: float, length: int) -> slice:
    """The pixels around a center, at least one, within an image's length."""
    start, end = (int(np.clip(round(center + side * half), 0, length)) for side in (-1, 1))
    return slice(min(start, length - 1), max(end, 1))
