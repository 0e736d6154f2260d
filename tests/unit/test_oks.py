"""Object keypoint similarity, calculated by hand."""

import numpy as np
import pytest

from pose_demo import oks
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

HERE = np.zeros((17, 2))
AREA = 400.0  # of a person of 20 x 20 pixels


def test_a_keypoint_two_sigmas_off_has_an_error_of_a_half():
    off = 20 * 2 * np.array(COCO_17.sigmas)
    there = HERE + off[:, None] * (0.6, 0.8)
    assert oks.normalized_errors(HERE, there, AREA) == pytest.approx(np.full(17, 0.5))
    assert oks.similarity(HERE, there, AREA, np.ones(17)) == pytest.approx(np.exp(-0.5))


def test_keypoints_are_weighted():
    there, weights = HERE.copy(), np.ones(17)
    there[0] = 1e3
    weights[0] = 16
    assert oks.similarity(HERE, there, AREA, weights) == pytest.approx(0.5)
    assert oks.similarity(HERE, there, AREA, np.arange(17) > 0) == 1


def test_arrays_of_poses_are_broadcast():
    areas = np.array([[100.0], [400.0]])
    found = oks.normalized_errors(np.zeros((2, 1, 17, 2)), np.ones((1, 3, 17, 2)), areas[..., None])
    assert found.shape == (2, 3, 17) and found[0] == pytest.approx(4 * found[1])


def random_pose(shift=0.0):
    xy = np.random.default_rng(0).uniform((-20, -50), (20, 50), (17, 2)) + np.array((shift, 0))
    return Pose(COCO_17, xy.astype(np.float32), np.full(17, 0.8, np.float32))


def test_the_similarity_of_poses_decreases_with_their_distance():
    pose = random_pose()
    assert oks.pose_similarity(pose, pose) == pytest.approx(1)
    assert oks.pose_similarity(pose, random_pose(300)) < 1e-3
    near, far = (oks.pose_similarity(pose, random_pose(shift)) for shift in (2, 10))
    assert 1 > near > far > 0


def test_keypoints_with_a_low_score_hardly_count():
    pose, other = random_pose(), random_pose()
    other.xy[9:] += 60
    other.scores[9:] = 0
    assert oks.pose_similarity(pose, other) == pytest.approx(1, abs=1e-4)


def test_the_torso_length_is_from_mid_shoulder_to_mid_hip():
    xy = np.zeros((17, 3))
    xy[5], xy[6], xy[11], xy[12] = (10, 0, 1), (30, 0, 1), (23, 40, 1), (23, 40, 1)
    assert oks.torso_length(xy) == pytest.approx(np.hypot(3, 40))
