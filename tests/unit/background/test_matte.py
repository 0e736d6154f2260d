"""Alpha mattes, compared with results computed by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from background_images import right_half

from pose_demo.background import BackgroundOptions, alpha_matte
from pose_demo.background.matte import smooth_over_time

THRESHOLD = BackgroundOptions().threshold


def test_threshold_is_exclusive():
    mask = np.array([[0, 25, 26, 255]], np.uint8)  # 0.1 of 255 is 25.5
    np.testing.assert_array_equal(alpha_matte(mask, (4, 1), threshold=0.1, feather=0), [[0, 0, 255, 255]])


@pytest.mark.parametrize(("threshold", "kept"), [(0.01, 253), (0.5, 128), (0.99, 3)])
def test_higher_threshold_keeps_less(threshold, kept):
    mask = np.arange(256, dtype=np.uint8)[None]
    assert (alpha_matte(mask, (256, 1), threshold, feather=0) == 255).sum() == kept


def test_feathered_edge_lies_inside_the_outline():
    result = alpha_matte(right_half((20, 1)), (20, 1), THRESHOLD, feather=2)[0]
    # The means over 5 pixels are 3/5 and 4/5 at the first two pixels inside; doubled minus one: 1/5 and 3/5.
    np.testing.assert_allclose(result[8:14].astype(int), (0, 0, 51, 153, 255, 255), atol=1)


@pytest.mark.parametrize("feather", [1, 2, 5])
@pytest.mark.parametrize("person", [np.s_[8:20, 10:30], np.s_[:20, 10:], np.s_[15:16, 20:21], np.s_[:, :]])
def test_feather_is_the_same_at_every_position(feather, person):
    mask = np.zeros((32, 48), np.uint8)
    mask[person] = 255
    side = 2 * feather + 1
    expected = 2.0 * cv2.blur(mask, (side, side)) - 255
    np.testing.assert_array_equal(alpha_matte(mask, (48, 32), THRESHOLD, feather), expected.clip(0, 255))


def test_without_a_mask_everything_is_background():
    matte = alpha_matte(None, (6, 4), THRESHOLD, feather=4)
    assert matte.shape == (4, 6) and matte.max() == 0


def test_mask_of_another_size_is_resized():
    result = alpha_matte(right_half((4, 2)), (12, 6), THRESHOLD, feather=0)
    assert result.shape == (6, 12) and result[:, :4].max() == 0 and result[:, 8:].min() == 255


def test_temporal_smoothing_averages_with_the_previous_matte():
    matte, previous = np.full((2, 2), 200, np.uint8), np.full((2, 2), 100, np.uint8)
    assert (smooth_over_time(matte, previous, 0.25) == 175).all()
    assert smooth_over_time(matte, previous, 0.0) is matte
    assert smooth_over_time(matte, None, 0.5) is matte
    assert smooth_over_time(matte, np.zeros((3, 2), np.uint8), 0.5) is matte
