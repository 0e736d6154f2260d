"""The regions of interest of hands and faces, against numbers calculated by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from holistic_nets import face_mesh, open_hand

from pose_demo.estimators.holistic.roi import (
    face_roi_from_body,
    face_roi_from_keypoints,
    hand_roi_from_body,
    hand_roi_from_keypoints,
)
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Pose

QUARTER_TURN = math.pi / 2


def body(skeleton, score=0.9, **points):
    xy = np.zeros((len(skeleton.keypoints), 2), np.float32)
    scores = np.zeros(len(xy), np.float32)
    for name, point in points.items():
        xy[skeleton.index(name)], scores[skeleton.index(name)] = point, score
    return Pose(skeleton, xy, scores)


def values(roi):
    assert roi.width == roi.height
    return roi.center_x, roi.center_y, roi.width, roi.rotation


def rotated(xy, degrees):
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.asarray(xy @ np.array(((cos, sin), (-sin, cos))), np.float32)


@pytest.mark.parametrize(
    ("index", "pinky", "knuckle", "rotation"),
    [
        ((106, 60), (88, 60), (100, 60), 0),  # two thirds of the way from the pinky to the index finger
        ((140, 106), (140, 88), (140, 100), QUARTER_TURN),
        ((60, 94), (60, 112), (60, 100), -QUARTER_TURN),
        ((94, 140), (112, 140), (100, 140), -math.pi),
    ],
    ids=["up", "to the right", "to the left", "down"],
)
def test_a_hand_lies_around_its_knuckles_and_points_away_from_the_wrist(index, pinky, knuckle, rotation):
    pose = body(BLAZEPOSE_33, left_wrist=(100, 100), left_index=index, left_pinky=pinky)
    assert values(hand_roi_from_body(pose, "left")) == pytest.approx((*knuckle, 3 * 40, rotation), abs=1e-5)


def test_without_keypoints_of_the_hand_it_extends_the_forearm():
    pose = body(COCO_17, right_elbow=(100, 200), right_wrist=(100, 100))
    assert values(hand_roi_from_body(pose, "right")) == pytest.approx((100, 200 / 3, 100, 0), abs=1e-4)


@pytest.mark.parametrize(("score", "visible"), [(0.09, False), (0.11, True)])
def test_a_hand_or_face_that_the_body_does_not_show_has_no_roi(score, visible):
    face = {"nose": (100, 110), "left_eye": (110, 100), "right_eye": (90, 100)}
    pose = body(BLAZEPOSE_33, score, left_wrist=(100, 200), left_index=(100, 150), left_pinky=(110, 150), **face)
    assert (hand_roi_from_body(pose, "left") is not None) == (face_roi_from_body(pose) is not None) == visible
    assert hand_roi_from_body(pose, "right") is None


def test_the_roi_of_a_hand_is_twice_its_palm_and_moved_towards_the_fingers():
    """The palm with the second joints: x from -30 to 20, y from -60 to 0; a tenth of its height is 6."""
    assert values(hand_roi_from_keypoints(open_hand(200, 300).xy)) == pytest.approx((195, 264, 120, 0), abs=1e-4)


def test_the_tips_of_the_fingers_do_not_move_the_roi():
    hand = open_hand(200, 300)
    moved = hand.xy.copy()
    moved[[4, 7, 8, 11, 12, 15, 16, 19, 20]] += 30
    assert hand_roi_from_keypoints(moved) == hand_roi_from_keypoints(hand.xy)


@pytest.mark.parametrize("degrees", [-150, -90, -20, 45, 90, 179])
def test_the_roi_turns_with_the_hand(degrees):
    roi = hand_roi_from_keypoints(rotated(open_hand().xy, degrees))
    center = rotated(np.array((-5.0, -36.0)), degrees)
    assert values(roi) == pytest.approx((*center, 120, math.radians(degrees)), abs=1e-3)


def test_the_roi_of_a_face_is_one_and_a_half_times_its_mesh():
    assert values(face_roi_from_keypoints(face_mesh(300, 200, radius=40).xy)) == pytest.approx(
        (300, 200, 120, 0), abs=0.5
    )


@pytest.mark.parametrize("degrees", [-60, 30, 170])
def test_the_eyes_are_level_in_the_roi_of_a_face(degrees):
    roi = face_roi_from_keypoints(rotated(face_mesh(0, 0).xy, degrees))
    assert roi.rotation == pytest.approx(math.radians(degrees), abs=1e-5)
