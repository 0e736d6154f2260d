"""The pose game in golden images: waiting, a pose that is being held, a reason, and the score card."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pose_demo import game_overlay
from pose_demo.dance import reasons
from pose_demo.game.game_plan import GamePlan
from pose_demo.game.matcher import GameState
from pose_demo.game.options import GameOptions
from pose_demo.game.points import PoseResult
from pose_demo.matching.reference import Reference
from pose_demo.ui.translation import IMAGE_WORDS, catalogue

_SIZE = 320, 240


@pytest.fixture
def drawn(scene):
    """``drawn(phase, ...)`` is the image with the game of three own poses, which look like the scene."""
    image = np.asarray(cv2.resize(scene.context.frame.image, _SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)
    (pose,) = scene.context.poses
    references = (
        Reference.from_pose(pose, (160, 120), "photo", thumbnail=scene.context.frame.image),
        Reference.from_pose(pose, (160, 120), "file"),
        Reference.from_pose(pose.mirrored(160), (160, 120), "mirrored"),
    )
    plan = GamePlan(references, GameOptions())
    held = PoseResult(target=plan.pictures[0], similarity=0.91, seconds=2.3, points=84, picture=image[:, 60:260])

    def draw(phase, results=0, language="en", **state):
        canvas = image.copy()
        done = (held, PoseResult(target=plan.pictures[1]), held)[:results]
        words = {word: catalogue(language).gettext(word) for word in IMAGE_WORDS}
        game_overlay.draw(canvas, GameState(phase=phase, results=done, **state), plan, words)
        return canvas

    return draw


def test_a_pose_that_is_being_held(drawn, golden):
    golden("game-pose", drawn("pose", results=2, progress=0.7, seconds=3.0, seconds_left=7))


def test_points_that_were_just_won(drawn, golden):
    golden("game-points", drawn("pose", results=1, seconds=0.4, seconds_left=10))


def test_a_reason_in_korean(drawn, golden):
    golden("game-reason", drawn("pose", language="ko", seconds=3.0, seconds_left=7, reason=reasons.LIVE[-1]))


def test_the_score_card(drawn, golden):
    golden("game-score-card", drawn("finished", results=3))
