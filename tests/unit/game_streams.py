"""A visitor who plays the pose game, with the true keypoints of the drawn dancer in place of a camera and a model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pose_demo import sample
from pose_demo.game.game_plan import GamePlan, row_of
from pose_demo.game.options import GameOptions
from pose_demo.game.pose_game import Observation, PoseGame

SIZE = 480, 480
ROW = ("t-pose", "cactus", "side-kick")
DOWN, UP = Observation(is_present=True), Observation(is_present=True, hands_raised=True)
AWAY = Observation()


def plan(*names: str, **options: object) -> GamePlan:
    """A game of some poses of the library; without names those of `ROW`."""
    chosen = GameOptions(row="own", poses=names or ROW, **options)  # type: ignore[arg-type]
    return GamePlan(row_of(chosen, None), chosen)


def posing(similarity: float | None) -> Observation:
    """A player whose similarity with the current pose is known."""
    return Observation(is_present=True, similarity=similarity)


def played(script, fps=30, given=None, start=100.0):
    """Play a game; returns it.

    Args:
        script: seconds since ``start`` -> what is seen from then on.
        fps: frames per second.
        given: the game to go on with.
        start: timestamp of the first frame.
    """
    game = given or PoseGame(plan())
    end = max(script)
    for index in range(round(end * fps) + 1):
        now = index / fps
        game.update(script[max(time for time in script if time <= now + 1e-9)], start + now)
    return game


@cache
def _true_pose(name: str):
    return sample.still(name, size=SIZE)[1]


def pose(name: str, track_id: int = 1, x: float = 0.0, scale: float = 1.0):
    """The dancer in a pose of the library, moved to the right and scaled."""
    found = _true_pose(name)
    return replace(found, xy=(found.xy * scale + (x, 0)).astype("float32"), track_id=track_id)
