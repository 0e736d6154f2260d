"""MoveNet's crop rule and MultiPose's input size, against numbers worked out by hand."""

import numpy as np
import pytest

from pose_demo.estimators.movenet import next_region
from pose_demo.estimators.movenet_multipose import input_size
from pose_demo.geometry import Region
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

WHOLE = Region(0, -80, 640, 640)
TORSO = {"left_shoulder": (340, 100), "right_shoulder": (300, 100), "left_hip": (330, 200), "right_hip": (310, 200)}


def pose(points, score=0.9):
    xy, scores = np.full((17, 2), 5000, np.float32), np.zeros(17, np.float32)
    for name, point in points.items():
        xy[COCO_17.index(name)], scores[COCO_17.index(name)] = point, score
    return Pose(COCO_17, xy, scores)


def crop(points, score=0.9, frame=(640, 480)):
    return next_region(pose(points, score), frame)


def test_the_crop_is_1_9_torsos_round_the_mid_hip():
    region = crop(TORSO)
    assert (region.x, region.y, region.width) == pytest.approx((130, 10, 380), abs=0.01)


def test_a_long_body_widens_the_crop_to_1_2_of_its_reach():
    region = crop(TORSO | {"left_ankle": (320, 450)})
    assert (region.x, region.y, region.width) == pytest.approx((20, -100, 600), abs=0.01)


def test_keypoints_that_are_not_seen_do_not_count():
    points = pose(TORSO)
    points.scores[COCO_17.index("left_ankle")] = 0.2  # not above the threshold, and far away
    assert next_region(points, (640, 480)).width == pytest.approx(380, abs=0.01)


def test_the_crop_reaches_at_most_to_the_farthest_border():
    region = crop(TORSO | {"left_ankle": (320, 478)})  # 1.2 * 278 = 333.6, but the border is 320 away
    assert region.width == pytest.approx(640, abs=0.01)


@pytest.mark.parametrize(
    "points",
    [
        {},
        {name: xy for name, xy in TORSO.items() if "hip" in name},
        {name: xy for name, xy in TORSO.items() if "shoulder" in name},
        dict.fromkeys(TORSO, (320, 200)),
        {name: (x + 200, y) for name, (x, y) in TORSO.items()} | {"nose": (100, 200)},
    ],
    ids=["nothing seen", "no shoulder", "no hip", "all in one point", "more than half the frame"],
)
def test_the_whole_frame_is_looked_at_when_the_person_gives_no_crop(points):
    assert crop(points) == WHOLE


def test_a_torso_scored_at_the_threshold_is_not_seen():
    assert crop(TORSO, score=0.2) == WHOLE


def test_one_hip_and_one_shoulder_are_enough():
    points = pose(TORSO)
    points.scores[[COCO_17.index("left_hip"), COCO_17.index("left_shoulder")]] = 0.0
    assert next_region(points, (640, 480)).width == pytest.approx(380, abs=0.01)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ((640, 480), (384, 288)),
        ((480, 640), (288, 384)),
        ((1280, 720), (384, 224)),
        ((100, 100), (384, 384)),
        ((3, 2000), (32, 384)),
        ((1, 1), (384, 384)),
    ],
)
def test_multipose_looks_at_384_by_a_multiple_of_32_that_covers_the_frame(frame, expected):
    assert input_size(frame) == expected


@pytest.mark.parametrize(("scale", "expected"), [(1.0, (384, 288)), (0.75, (288, 224)), (0.5, (192, 160))])
def test_multiposes_input_may_be_smaller(scale, expected):
    assert input_size((640, 480), scale) == expected
