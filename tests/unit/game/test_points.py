"""Points, and the rows of poses."""

import itertools

import pytest

from pose_demo.game.game_plan import row_of
from pose_demo.game.options import GameOptions
from pose_demo.game.points import points_of
from pose_demo.game.rows import ROWS
from pose_demo.matching import library
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match


@pytest.mark.parametrize(
    ("similarity", "seconds", "points"),
    [(1.0, 0.0, 100), (0.8, 5.0, 65), (0.75, 10.0, 38), (0.75, 12.0, 38), (0.0, 20, 0)],
)
def test_half_of_the_points_is_for_similarity_and_half_for_speed(similarity, seconds, points):
    assert points_of(similarity, seconds, limit=10) == points


@pytest.mark.parametrize("row", ROWS)
def test_nobody_gets_a_pose_of_a_row_by_staying_in_the_one_before(row):
    references = row_of(GameOptions(row=row), None)
    assert len(references) == len(ROWS[row]) >= 4  # its picture on the page has four
    for one, other in itertools.pairwise(references):
        assert match(one, other.pose).score < GameOptions().similarity - 0.15


def test_a_row_of_the_visitor_has_their_poses_in_their_order():
    own = Reference.from_pose(library.load("disco").pose, (480, 480), "mine")
    options = GameOptions(row="own", poses=("star", "own", "tree"))
    assert [it.name for it in row_of(options, own)] == ["star", "mine", "tree"]
    assert [it.name for it in row_of(options, None)] == ["star", "tree"]
    assert row_of(GameOptions(), None) == ()


def test_an_own_pose_that_shows_too_little_of_the_body_cannot_be_played():
    pose = library.load("star").pose
    scores = pose.scores.copy()
    scores[11:] = 0  # without hips and legs: five of twelve limbs
    cut_off = Reference("mine", pose.xy, scores, (480, 480))
    assert row_of(GameOptions(row="own", poses=("own",)), cut_off) == ()
