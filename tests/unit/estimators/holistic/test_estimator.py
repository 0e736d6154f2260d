"""Hands and faces over time, with fake networks: which ROIs they see, and what happens without a hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from holistic_nets import face_pool, hand_pool

from pose_demo.estimators.holistic import KeypointNet
from pose_demo.estimators.holistic.estimator import HolisticEstimator
from pose_demo.skeletons import BLAZEPOSE_33, FACE_468, HAND_21
from pose_demo.types import Frame, Pose

WHITE = np.full((480, 640, 3), 255, np.uint8)
KNUCKLE = HAND_21.index("middle_finger_mcp")


def person(x=320.0, y=240.0, track_id=1):
    """A person of whom the left hand is visible: its wrist at (x, y), 40 pixels below its knuckles."""
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    for name, point in {"left_wrist": (x, y), "left_index": (x, y - 40), "left_pinky": (x, y - 40)}.items():
        xy[BLAZEPOSE_33.index(name)], scores[BLAZEPOSE_33.index(name)] = point, 0.9
    return Pose(BLAZEPOSE_33, xy, scores, track_id=track_id)


def hands(**options):
    pool = hand_pool(**options)
    return HolisticEstimator(KeypointNet(pool, HAND_21, 224), None), pool


def estimate(estimator, *poses, image=WHITE):
    return [pose.parts for pose in estimator.estimate(Frame(image), poses)]


def test_a_hand_is_found_in_two_passes_and_tracked_in_one():
    estimator, pool = hands()
    for passes in (2, 3, 4):
        (parts,) = estimate(estimator, person())
        assert list(parts) == ["left_hand"] and len(pool.crops) == passes
        hand = parts["left_hand"]
        assert hand.skeleton is HAND_21 and hand.xy.dtype == hand.scores.dtype == np.float32
        assert hand.scores == pytest.approx(np.full(21, 0.9))


def test_keypoints_are_in_frame_pixels():
    """The ROI is 120 pixels wide and centered on the knuckles, where the fake network finds the middle of the palm."""
    (parts,) = estimate(hands()[0], person(320, 240))
    assert parts["left_hand"].xy[0] == pytest.approx((325, 236), abs=0.01)
    assert parts["left_hand"].xy[KNUCKLE] == pytest.approx((325, 196), abs=0.01)


def test_the_network_gets_rgb_from_0_to_1():
    image = np.zeros((480, 640, 3), np.uint8)
    image[..., 0], image[..., 1] = 255, 51
    estimator, pool = hands()
    estimate(estimator, person(), image=image)
    assert pool.crops[0][112, 112] == pytest.approx([1, 0.2, 0])


def test_a_tracked_hand_is_followed_by_its_own_keypoints():
    """The network finds it 6 pixels further to the right than its ROI: in each of two passes, and in each frame."""
    estimator, pool = hands()
    pool.offset = 6 * 224 / 120, 0
    wrists = [estimate(estimator, person())[0]["left_hand"].xy[0, 0] for _ in range(3)]
    assert wrists == pytest.approx([325 + 12, 325 + 18, 325 + 24], abs=0.01)


@pytest.mark.parametrize(
    ("x", "passes"), [(320 + 34, 1), (320 + 38, 2)], ids=["near the tracked hand", "too far from it"]
)
def test_where_the_body_has_its_hand_elsewhere_it_is_searched_there(x, passes):
    estimator, pool = hands()
    estimate(estimator, person())
    (parts,) = estimate(estimator, person(x))
    assert len(pool.crops) == 2 + passes
    assert parts["left_hand"].xy[0, 0] == pytest.approx(325 if passes == 1 else x + 5, abs=0.01)


def test_a_hand_that_is_lost_where_it_was_is_searched_where_the_body_has_it():
    estimator, pool = hands()
    estimate(estimator, person(320))
    image = np.zeros_like(WHITE)
    image[:, 385:] = 255  # outside of the tracked ROI
    (parts,) = estimate(estimator, person(320 + 34), image=image)
    assert len(pool.crops) == 2 + 3 and parts


@pytest.mark.parametrize("presence", [0.49, 0.51])
def test_a_hand_with_a_low_presence_is_left_out(presence):
    estimator, pool = hands(presence=presence)
    (parts,) = estimate(estimator, person())
    assert bool(parts) == (presence > 0.5) and len(pool.crops) == (2 if parts else 1)
    pool.presence = 0.1
    assert estimate(estimator, person()) == [{}]


def test_the_presence_of_a_face_is_a_logit():
    for logit, score in ((-0.1, None), (0.0, 0.5), (2.0, 0.881)):
        net = KeypointNet(face_pool(presence=logit), FACE_468, 192, presence_is_logit=True)
        xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
        for name, point in {"nose": (320, 250), "left_eye": (340, 240), "right_eye": (300, 240)}.items():
            xy[BLAZEPOSE_33.index(name)], scores[BLAZEPOSE_33.index(name)] = point, 0.9
        xy[list(BLAZEPOSE_33.face)] = np.where(
            scores[list(BLAZEPOSE_33.face), None] > 0, xy[list(BLAZEPOSE_33.face)], (320, 240)
        )
        (parts,) = estimate(HolisticEstimator(None, net), Pose(BLAZEPOSE_33, xy, scores))
        assert (parts["face"].scores[0] if parts else None) == (score and pytest.approx(score, abs=1e-3))


def test_each_person_has_tracks_of_their_own_by_track_id():
    estimator, pool = hands()
    estimate(estimator, person(100, track_id=7), person(500, track_id=8))
    first, second = estimate(estimator, person(500, track_id=8), person(100, track_id=7))
    assert len(pool.crops) == 4 + 2
    assert [parts["left_hand"].xy[0, 0] for parts in (first, second)] == pytest.approx([505, 105], abs=0.01)


@pytest.mark.parametrize("forget", ["reset", "another size", "a frame without the person", "static image mode"])
def test_tracks_end(forget):
    pool = hand_pool()
    estimator = HolisticEstimator(KeypointNet(pool, HAND_21, 224), None, forget == "static image mode")
    estimate(estimator, person())
    if forget == "reset":
        estimator.reset()
    if forget == "a frame without the person":
        estimate(estimator)
    estimate(estimator, person(), image=WHITE[:470] if forget == "another size" else WHITE)
    assert len(pool.crops) == 2 + 2


def test_a_keypoint_outside_the_frame_scores_0():
    (parts,) = estimate(hands()[0], person(320, 60))
    hand = parts["left_hand"]
    outside = hand.xy[:, 1] < 0
    assert outside.any() and not hand.scores[outside].any() and hand.scores[~outside].all()


@pytest.mark.parametrize("point", [(1e6, 1e6), (-5000, 240)])
def test_a_hand_far_outside_the_frame_is_not_searched(point):
    estimator, pool = hands()
    assert estimate(estimator, person(*point)) == [{}] and not pool.crops


def test_everything_else_of_a_pose_is_kept():
    pose = replace(person(), score=0.7)
    (found,) = hands()[0].estimate(Frame(WHITE), [pose])
    assert replace(found, parts={}) == pose
