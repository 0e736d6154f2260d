"""MoveNet MultiPose: the size of its input, and one pose per person."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.estimators.movenet_multipose import _merged, input_size
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

WHOLE = np.stack([np.linspace(100, 200, 17), np.linspace(50, 450, 17)], axis=1).astype(np.float32)
ARM = [7, 9]


@pytest.mark.parametrize(
    ("frame_size", "expected"),
    [
        ((640, 480), (384, 288)),
        ((480, 640), (288, 384)),
        ((1280, 720), (384, 224)),
        ((100, 100), (384, 384)),
        ((3, 2000), (32, 384)),
        ((1, 1), (384, 384)),
    ],
)
def test_the_input_is_384_by_a_multiple_of_32_that_covers_the_frame(frame_size, expected):
    assert input_size(frame_size) == expected


@pytest.mark.parametrize(("scale", "expected"), [(1.0, (384, 288)), (0.75, (288, 224)), (0.5, (192, 160))])
def test_the_input_can_be_scaled_down(scale, expected):
    assert input_size((640, 480), scale) == expected


def pose(score, changed=(), by=0.0, keypoint_score=0.8, changed_score=0.8):
    """A pose whose keypoints ``changed`` are moved and have another score."""
    xy, scores = WHOLE.copy(), np.full(17, keypoint_score, np.float32)
    xy[list(changed)] += by
    scores[list(changed)] = changed_score
    return Pose(COCO_17, xy, scores, score)


def test_a_person_who_is_returned_twice_becomes_one_with_the_better_keypoints():
    without_arm = pose(0.7, ARM, by=60, changed_score=0.02)
    without_legs = pose(0.3, [15, 16], by=-50, changed_score=0.1, keypoint_score=0.6)
    (person,) = _merged([without_legs, without_arm])
    np.testing.assert_array_equal(person.xy, WHOLE)
    expected = np.full(17, 0.8, np.float32)
    expected[ARM] = 0.6
    np.testing.assert_array_equal(person.scores, expected)
    assert person.score == 0.7


@pytest.mark.parametrize(
    "other",
    [
        pose(0.6, range(17), by=300),  # somewhere else
        pose(0.6, range(17), by=15),  # close behind: no keypoint coincides
        pose(0.6, range(5, 17), by=40),  # the face belongs to both, after an overlap
        pose(0.6, range(5, 17), changed_score=0.1),  # only the face is seen
    ],
    ids=["apart", "close", "overlap", "face"],
)
def test_other_persons_stay(other):
    assert [person.score for person in _merged([pose(0.5), other])] == [0.6, 0.5]
