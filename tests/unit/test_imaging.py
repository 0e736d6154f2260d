"""Blending and resizing, compared with results computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from background_images import flat, right_half

from pose_demo.imaging import as_uint8, blend, blend_in_place, limit_size, multiply_by_mask


def test_blend_is_exact_to_one_level_for_every_weight():
    weight = np.arange(256, dtype=np.uint8)[None]
    foreground, background = flat((255, 200, 0), (256, 1)), flat((255, 0, 90), (256, 1))
    exact = foreground * (weight[..., None] / 255) + background * (1 - weight[..., None] / 255)
    result = blend(foreground, background, weight)
    assert np.abs(result - exact).max() <= 1
    np.testing.assert_array_equal(result[0, 0], background[0, 0])
    np.testing.assert_array_equal(result[0, 255], foreground[0, 255])
    assert (result[:, :, 0] == 255).all()


def test_blend_does_not_change_its_inputs():
    foreground, background, mask = flat(200), flat(10), right_half()
    blend(foreground, background, mask)
    assert foreground.min() == 200 and background.max() == 10
    np.testing.assert_array_equal(mask, right_half())


def test_blend_in_place_equals_blend():
    rng = np.random.default_rng(0)
    foreground, background = (rng.integers(0, 256, (9, 12, 3), np.uint8) for _ in range(2))
    mask = np.zeros((9, 12), np.uint8)
    mask[2:5, 3:9] = rng.integers(0, 256, (3, 6))
    canvas = background.copy()
    assert blend_in_place(canvas, foreground, mask) is canvas
    np.testing.assert_array_equal(canvas, blend(foreground, background, mask))


def test_blend_in_place_with_an_empty_mask_changes_nothing():
    canvas = flat(10)
    np.testing.assert_array_equal(blend_in_place(canvas, flat(200), np.zeros((4, 6), np.uint8)), flat(10))


def test_multiply_by_mask():
    mask = np.array([[0, 51, 255]], np.uint8)
    np.testing.assert_array_equal(multiply_by_mask(flat(200, (3, 1)), mask)[0, :, 0], [0, 40, 200])


def test_as_uint8_does_not_copy():
    image = flat(1)
    assert as_uint8(image) is image


@pytest.mark.parametrize(
    ("size", "longest_side", "expected"),
    [
        ((640, 480), 320, (320, 240)),
        ((480, 640), 320, (240, 320)),
        ((641, 480), 640, (640, 479)),
        ((3000, 2), 300, (300, 1)),  # a side never becomes 0
        ((2, 3000), 1, (1, 1)),
    ],
)
def test_limit_size_shrinks_the_longer_side_and_keeps_the_aspect_ratio(size, longest_side, expected):
    result = limit_size(flat(7, size), longest_side)
    assert (result.shape[1], result.shape[0]) == expected and (result == 7).all()


@pytest.mark.parametrize("longest_side", [6, 7, 1000])
def test_limit_size_returns_a_small_image_itself(longest_side):
    image = flat(7)
    assert limit_size(image, longest_side) is image


def test_limit_size_averages_pixels():
    stripes = np.zeros((4, 8, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (limit_size(stripes, 4) == 100).all()
