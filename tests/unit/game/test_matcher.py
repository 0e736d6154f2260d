"""The game with persons: who plays, how much of the body is needed, and the pictures of the player."""

from dataclasses import replace

import numpy as np
import pytest
from game_streams import plan, pose

from pose_demo.game.matcher import HANDS, NOBODY, GameMatcher
from pose_demo.game.pose_game import COUNTDOWN, FINISHED, POSE, WAITING
from pose_demo.matching import library
from pose_demo.skeletons import COCO_17

CANVAS = np.full((480, 480, 3), 7, np.uint8)


class Stream:
    """Frames of a stream at 10 per second."""

    def __init__(self, given=None):
        self.plan, self.matcher, self.now = given or plan(), GameMatcher(), 50.0

    def show(self, *poses, seconds=0.1, canvas=CANVAS):
        for _ in range(round(seconds * 10)):
            state = self.matcher.update(self.plan, poses, self.now, 0.3)
            self.matcher.keep(state, canvas, poses, 0.3)
            self.now += 0.1
        return state

    def begin(self, *others):
        """Raise both hands; returns the state in which the first pose is shown."""
        self.show(pose("arms-up"), *others, seconds=1.2)
        return self.show(pose("stand"), *others, seconds=3.2)


def without(found, *parts):
    scores = found.scores.copy()
    scores[[COCO_17.index(f"{side}_{part}") for side in ("left", "right") for part in parts]] = 0
    return replace(found, scores=scores)


def test_a_whole_game():
    stream = Stream()
    assert stream.show(pose("stand")).phase == WAITING
    assert stream.begin().phase == POSE
    for name in ("t-pose", "cactus", "side-kick"):
        state = stream.show(pose(name), seconds=1.2)
    assert state.phase == FINISHED and state.points > 250 and min(it.similarity for it in state.results) > 0.98
    assert all(it.picture is not None for it in state.results)


def test_the_mirror_image_of_a_pose_counts():
    stream = Stream(plan("side-kick"))
    stream.begin()
    mirrored = replace(library.load("side-kick").mirrored_pose, track_id=1)
    assert stream.show(mirrored, seconds=1.2).phase == FINISHED


def test_who_raises_both_hands_plays_even_beside_a_larger_person():
    stream = Stream()
    larger = pose("stand", track_id=2, scale=2.0)
    stream.show(larger, pose("arms-up"), seconds=1.2)
    state = stream.show(larger, pose("t-pose"), seconds=4.3)
    assert (state.person, len(state.results)) == (1, 1)


def test_the_largest_of_two_who_raise_their_hands_plays():
    state = Stream().show(pose("arms-up", track_id=1), pose("arms-up", track_id=2, scale=1.5), seconds=1.2)
    assert (state.phase, state.person) == (COUNTDOWN, 1)


def test_the_next_one_does_not_have_to_wait_for_the_last_player_to_leave():
    stream = Stream(plan("t-pose"))
    stream.begin()
    assert stream.show(pose("t-pose"), seconds=1.2).phase == FINISHED
    assert stream.show(pose("stand"), seconds=12).phase == WAITING
    assert stream.show(pose("stand"), pose("arms-up", track_id=2, scale=0.8), seconds=1.2).phase == COUNTDOWN


def test_a_bystander_in_the_pose_holds_nothing():
    stream = Stream()
    stream.begin()
    assert not stream.show(pose("stand"), pose("t-pose", track_id=2, scale=1.5), seconds=2).results


def test_the_player_is_asked_to_come_back_and_nobody_else_goes_on_with_the_game():
    stream = Stream()
    stream.begin()
    assert len(stream.show(pose("t-pose"), seconds=1.2).results) == 1
    state = stream.show(seconds=1)
    assert (state.phase, state.reason) == (POSE, NOBODY)
    assert stream.show(pose("cactus"), seconds=1.2).points > 150  # back in time
    state = stream.show(pose("t-pose", track_id=2), seconds=1.9)
    assert (state.phase, state.person, state.reason, len(state.results)) == (POSE, None, NOBODY, 2)
    state = stream.show(pose("t-pose", track_id=2), seconds=1)
    assert (state.phase, state.results) == (WAITING, ())
    state = stream.show(pose("arms-up", track_id=2), seconds=1.2)
    assert state.phase == COUNTDOWN  # the next visitor


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (("knee", "ankle"), "step back: your legs are not in the picture"),
        (("elbow", "wrist"), "step back: your arms are not in the picture"),
        (("hip", "knee", "ankle"), "step back: your hips and legs are not in the picture"),
    ],
)
def test_without_enough_of_the_body_there_is_no_score(missing, reason):
    stream = Stream()
    stream.begin()
    state = stream.show(without(pose("t-pose"), *missing), seconds=3)
    assert (state.results, state.match, state.progress, state.reason) == ((), None, 0, reason)


def test_feet_outside_the_picture_do_not_prevent_a_score():
    stream = Stream()
    stream.begin()
    assert stream.show(without(pose("t-pose"), "ankle"), seconds=1.2).results


def test_hands_above_the_picture_are_explained():
    stream = Stream()
    assert stream.show(without(pose("arms-up"), "wrist"), seconds=2).reason == HANDS
    assert not stream.show(without(pose("stand"), "wrist")).reason and not stream.show(pose("arms-up")).reason


def test_limbs_are_colored_by_their_errors_while_a_pose_is_shown():
    stream = Stream()
    assert not stream.show(pose("stand")).limb_errors
    stream.begin()
    ((person, limbs),) = stream.show(pose("cactus")).limb_errors.items()
    assert person == 0 and limbs["left forearm"] > 60 > 15 > limbs["left shin"]


def test_another_row_ends_the_game_and_an_equal_plan_does_not():
    stream = Stream()
    stream.begin()
    stream.plan = plan()  # as when the degradation level changes
    assert stream.show(pose("stand")).phase == POSE
    stream.plan = plan("star")
    assert stream.show(pose("stand")).phase == WAITING


def test_an_interruption_ends_the_game():
    stream = Stream()
    stream.begin()
    stream.matcher.interrupt()
    stream.now = 1.0
    assert stream.show(pose("t-pose"), seconds=1.2).phase == WAITING
    assert stream.begin().phase == POSE


def test_the_picture_is_that_of_the_best_frame_and_shows_the_player_only():
    stream = Stream(plan("t-pose", similarity=0.5))
    stream.begin()
    x = np.arange(480)
    best = np.broadcast_to(np.where((x >= 60) & (x < 400), 200, 9)[None, :, None], (480, 480, 3)).astype(np.uint8)
    worse = replace(pose("t-pose"), xy=pose("t-pose").xy + np.eye(17, 2, -9, dtype=np.float32) * 40)
    stream.show(worse, seconds=0.4)
    stream.show(pose("t-pose"), canvas=best)
    state = stream.show(worse, seconds=0.8)
    (picture,) = [it.picture for it in state.results]
    assert max(picture.shape[:2]) <= 320 and picture.max() == 200 and not picture.flags.writeable
    assert picture.mean() > 150


@pytest.mark.parametrize("size", [(480, 240), (120, 960), (1, 1)])
def test_a_canvas_of_another_size_has_a_picture_as_well(size):
    stream = Stream(plan("t-pose"))
    stream.begin()
    state = stream.show(pose("t-pose"), seconds=1.2, canvas=np.zeros((*size, 3), np.uint8))
    assert state.results[0].picture.size
