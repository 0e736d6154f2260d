"""White and black of images with many bits or with floats."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.io.gray_levels import to_uint8

PICTURE = np.random.default_rng(0).integers(0, 256, (60, 80)).astype(np.float32)


@pytest.mark.parametrize("highest", [1.0, 255.0, 65535.0])
def test_usual_ranges_of_floats_are_scaled(highest):
    assert np.abs(to_uint8(PICTURE / 255 * np.float32(highest)).astype(int) - PICTURE).max() <= 1


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_bit_depths_of_integers_are_scaled(bits, dtype):
    levels = (PICTURE / 255 * (2**bits - 1)).astype(dtype)
    assert np.abs(to_uint8(levels).astype(int) - PICTURE).max() <= 1


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.0, 0), (0.25, 63), (1.0, 255), (90.0, 90), (255.0, 255), (65535.0, 255)],
)
def test_a_constant_image_of_floats_keeps_its_level(level, expected):
    assert (to_uint8(np.full((6, 8), level, np.float32)) == expected).all()


@pytest.mark.parametrize(("level", "expected"), [(0, 0), (90, 90), (255, 255), (2048, 127), (65535, 255)])
def test_a_constant_image_of_integers_keeps_its_level(level, expected):
    assert (to_uint8(np.full((6, 8), level, np.uint16)) == expected).all()


def test_a_dark_image_of_floats_stays_dark():
    assert to_uint8(PICTURE / 255 * np.float32(0.1)).max() == 25


def test_highlights_do_not_darken_an_image():
    hdr = PICTURE / 255
    hdr[0, :40] = 40.0
    assert np.abs(to_uint8(hdr)[1:].astype(int) - PICTURE[1:]).max() <= 1
    hdr[:20] = 10.0  # a sky that fills a third of the image
    assert to_uint8(hdr)[30:].mean() > 60 and (to_uint8(hdr)[:20] == 255).all()


def test_other_ranges_of_floats_are_stretched():
    assert to_uint8(PICTURE * 16).mean() > 100
    signed = to_uint8(PICTURE / 127.5 - 1)
    assert signed.min() == 0 and signed.max() == 255 and abs(float(signed.mean()) - PICTURE.mean()) < 6


def test_negative_integers_are_stretched():
    levels = to_uint8((PICTURE * 16 - 1024).astype(np.int32))
    assert np.abs(levels.astype(int) - PICTURE).max() <= 1


@pytest.mark.parametrize("highest", [1.0, 255.0])
def test_pixels_that_are_no_numbers_do_not_change_the_others(highest):
    levels = PICTURE / 255 * np.float32(highest)
    levels[0, :3] = np.nan, np.inf, -np.inf
    scaled = to_uint8(levels)
    assert scaled[0, :3].tolist() == [0, 255, 0]
    assert np.abs(scaled[1:].astype(int) - PICTURE[1:]).max() <= 1


def test_an_image_without_numbers_is_black():
    assert to_uint8(np.array([[np.nan, np.inf, -np.inf]], np.float32)).tolist() == [[0, 255, 0]]
