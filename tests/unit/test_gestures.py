"""Gestures, with bodies and hands made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import pose_at
from holistic_nets import open_hand

from pose_demo.gestures import both_hands_raised, thumbs_up
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, HAND_21


def body(left_wrist=(160, 20), right_wrist=(40, 20), skeleton=COCO_17, score=0.9, **more):
    pose = pose_at(skeleton=skeleton)
    head = {"nose": (100, 60), "left_eye": (110, 50), "right_eye": (90, 50), "left_ear": (120, 55)}
    points = head | {"left_wrist": left_wrist, "right_wrist": right_wrist} | more
    for name, point in points.items():
        pose.xy[skeleton.index(name)], pose.scores[skeleton.index(name)] = point, score
    return pose


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_both_wrists_above_the_head_are_raised(skeleton):
    assert both_hands_raised(body(skeleton=skeleton))
    assert both_hands_raised(body(skeleton=skeleton).mirrored(200))


@pytest.mark.parametrize("wrists", [{"left_wrist": (160, 51)}, {"right_wrist": (40, 51)}, {"left_wrist": (160, 300)}])
def test_a_wrist_below_the_eyes_is_not_raised(wrists):
    assert not both_hands_raised(body(**wrists))


def test_only_visible_keypoints_count():
    pose = body()
    assert not both_hands_raised(pose, confidence=0.95)
    pose.scores[COCO_17.index("left_wrist")] = 0.1
    assert not both_hands_raised(pose)
    without_head = body()
    without_head.scores[:5] = 0
    assert not both_hands_raised(without_head)


def fist(thumb=(0, -70)):
    """A closed hand: finger tips back at the palm, and the thumb from its second joint at (-20, -20) by ``thumb``."""
    hand = open_hand()
    xy = hand.xy.copy()
    for finger in ("index_finger", "middle_finger", "ring_finger", "pinky"):
        xy[HAND_21.index(f"{finger}_tip")] *= 0.4
        xy[HAND_21.index(f"{finger}_dip")] *= 0.7
    xy[HAND_21.index("thumb_ip")] = np.add(xy[2], np.multiply(thumb, 0.5))
    xy[HAND_21.index("thumb_tip")] = np.add(xy[2], thumb)
    return replace(hand, xy=xy)


def rotated(hand, degrees):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return replace(hand, xy=np.asarray(hand.xy @ np.array(((cos, sin), (-sin, cos))), np.float32))


def test_a_thumb_upwards_out_of_a_closed_hand():
    assert thumbs_up(fist())
    assert thumbs_up(fist().mirrored(100))
    assert thumbs_up(rotated(fist(), 30)) and thumbs_up(rotated(fist(), -30))


@pytest.mark.parametrize("degrees", [60, 90, 180, -60])
def test_a_thumb_to_the_side_or_downwards_is_none(degrees):
    assert not thumbs_up(rotated(fist(), degrees))


def test_an_open_hand_or_a_hidden_thumb_is_none():
    assert not thumbs_up(open_hand())
    open_xy = open_hand().xy.copy()
    open_xy[4] = -20, -100  # a thumb above the straight fingers
    assert not thumbs_up(replace(open_hand(), xy=open_xy))
    assert not thumbs_up(fist(thumb=(0, -20)))  # below the knuckles
    assert not thumbs_up(replace(fist(), scores=np.full(21, 0.2, np.float32)))
