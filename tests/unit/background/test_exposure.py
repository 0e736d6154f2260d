"""The fit of the curves that compensate a change of exposure."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.background.exposure import ExposureCompensation, fit_curves

RANDOM = np.random.default_rng(0)
ALL = np.ones((400, 3), bool)


def applied(curves, levels):
    return levels + np.vander(levels, 3, increasing=True) @ curves


def test_the_fit_ignores_a_third_of_the_samples():
    """A person who has just entered covers them."""
    expected = RANDOM.uniform(0.1, 0.9, (400, 3))
    levels = 0.8 * expected
    levels[:133] = (0.2, 0.3, 0.6)
    curves = fit_curves(levels, expected, ALL, np.zeros((3, 3)))
    np.testing.assert_allclose(
        levels[133:] + (levels[133:, :, None] ** np.arange(3) * curves.T).sum(axis=2), expected[133:], atol=2 / 255
    )


@pytest.mark.parametrize("gain", [0.7, 1.0, 1.2])
def test_a_flat_wall_gets_a_gain(gain):
    """Its noise must not be taken for a scene of constant brightness, in which a person disappears."""
    expected = np.full((400, 3), 0.45)
    levels = gain * expected + RANDOM.normal(0, 0.3 / 255, (400, 3))
    curves = fit_curves(levels, expected, ALL, np.zeros((3, 3)))
    darker, brighter = applied(curves[:, 0], np.array([0.3, 0.6]) * gain)
    assert darker == pytest.approx(0.3, abs=0.03) and brighter == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize("gain", [0.1, 0.2])
def test_too_dark_an_image_is_not_compensated(gain):
    room = RANDOM.integers(20, 230, (30, 40, 3)).repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)
    compensation = ExposureCompensation()
    compensation.learn(room, None)
    compensation.apply((room * 0.8).astype(np.uint8), None)
    assert compensation.succeeded
    compensation.apply((room * gain).astype(np.uint8), None)
    assert not compensation.succeeded
