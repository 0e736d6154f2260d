"""Object keypoint similarity, worked out by hand."""

import numpy as np
import pytest

from pose_demo import oks
from pose_demo.skeletons import COCO_17

HERE = np.zeros((17, 2))
AREA = 400.0  # of a person of 20 x 20 pixels


def test_a_keypoint_two_sigmas_off_has_an_error_of_a_half():
    off = 20 * 2 * np.array(COCO_17.sigmas)
    there = HERE + off[:, None] * (0.6, 0.8)
    assert oks.errors(HERE, there, AREA) == pytest.approx(np.full(17, 0.5))
    assert oks.similarity(HERE, there, AREA, np.ones(17)) == pytest.approx(np.exp(-0.5))


def test_the_weights_say_which_keypoints_count():
    there, weights = HERE.copy(), np.ones(17)
    there[0] = 1e3
    weights[0] = 16
    assert oks.similarity(HERE, there, AREA, weights) == pytest.approx(0.5)
    assert oks.similarity(HERE, there, AREA, np.arange(17) > 0) == 1


def test_many_are_compared_with_many():
    areas = np.array([[100.0], [400.0]])
    found = oks.errors(np.zeros((2, 1, 17, 2)), np.ones((1, 3, 17, 2)), areas[..., None])
    assert found.shape == (2, 3, 17) and found[0] == pytest.approx(4 * found[1])
