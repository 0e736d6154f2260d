"""The corrected depth of limbs: hand-computed."""

import math

import numpy as np
import pytest

from pose_demo.limb_depth import FOOT, FOREARM, SHIN, THIGH, TRUNK, UPPER_ARM, corrected

HEIGHT = 1.8
ARM, FORE, LEG = HEIGHT * 0.186, HEIGHT * 0.146, HEIGHT * 0.245
LEGS = {UPPER_ARM: (0, ARM, 0), THIGH: (0, LEG, 0), SHIN: (0, HEIGHT * 0.246, 0)}  # as long as usual, in the image


def depth(name, limb):
    """The corrected limb of a person whose other limbs are as long as usual."""
    limbs = np.array([*LEGS.values(), limb], float)
    found = corrected(limbs, (*LEGS, name))
    assert found[:-1] == pytest.approx(limbs[:-1])
    return found[-1]


def test_a_foot_has_the_usual_length():
    usual = 0.152 * HEIGHT
    assert depth(FOOT, (0.03, 0.04, -0.1)) == pytest.approx((0.03, 0.04, -math.sqrt(usual**2 - 0.05**2)))
    assert depth(FOOT, (0.3, 0, 0.05)) == pytest.approx((0.3, 0, 0))  # longer in the image: it is parallel to it


def test_a_forearm_has_the_mean_of_the_estimated_and_the_usual_depth():
    assert depth(FOREARM, (0, 0, 0.2)) == pytest.approx((0, 0, (0.2 + FORE) / 2))
    assert depth(FOREARM, (0.28, 0, -0.1)) == pytest.approx((0.28, 0, -0.05))


@pytest.mark.parametrize("lean", [0, 10, 40, -60])
def test_a_trunk_is_turned_back_by_10_degrees(lean):
    at = [math.radians(angle) for angle in (lean, lean - 10)]
    before, after = ((0.3 * math.cos(angle), 0.4 * math.cos(angle), 0.5 * math.sin(angle)) for angle in at)
    assert depth(TRUNK, before) == pytest.approx(after)


def test_limbs_without_a_length_have_no_direction():
    assert depth(TRUNK, (0, 0, 0)) == pytest.approx((0, 0, 0))
    assert np.isfinite(depth(TRUNK, (0, 0, 0.5))).all() and np.isfinite(depth(FOOT, (0, 0, 0))).all()
    assert np.isfinite(corrected(np.zeros((4, 3)), (*LEGS, FOOT))).all()
