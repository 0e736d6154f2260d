"""The background modes, compared with results computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from background_images import SIZE, flat, right_half

from pose_demo import fields
from pose_demo.background import GRADIENTS, BackgroundStyle, compose
from pose_demo.background.modes import cover, gradient

STYLE = BackgroundStyle(blur=16, color="#0000ff", gradient="dusk")


def no_person(size=SIZE):
    return np.zeros(size[::-1], np.uint8)


@pytest.mark.parametrize(
    ("mode", "left", "right"),
    [
        ("none", (50, 60, 70), (50, 60, 70)),
        ("blur", (50, 60, 70), (50, 60, 70)),
        ("color", (0, 0, 255), (50, 60, 70)),
        ("person-only", (0, 0, 0), (50, 60, 70)),
    ],
)
def test_compose(mode, left, right):
    result = compose(flat((50, 60, 70)), right_half(), mode, STYLE)
    assert np.abs(result[:, :3].astype(int) - left).max() <= 1
    assert np.abs(result[:, 3:].astype(int) - right).max() <= 1


def test_background_only_removes_more_than_the_person():
    result = compose(flat(80, (40, 4)), right_half((40, 4)), "background-only", STYLE)[0, :, 0]
    assert (result[:16] == 80).all() and (result[16:] == 0).all()  # 4 pixels more than the right half


def test_blur_changes_the_background_but_not_the_person():
    image = np.random.default_rng(0).integers(0, 256, (80, 80, 3), np.uint8)
    result = compose(image, right_half((80, 80)), "blur", STYLE)
    np.testing.assert_array_equal(result[:, 40:], image[:, 40:])
    assert result[:, :36].std() < 0.3 * image.std()


def test_blur_does_not_mix_the_person_into_the_background():
    mask = right_half((80, 80))
    image = np.where(mask[:, :, None] > 0, np.uint8(255), flat((20, 40, 60), (80, 80)))
    background = compose(image, mask, "blur", STYLE)[:, :40]
    assert np.abs(background.astype(int) - (20, 40, 60)).max() <= 3


def test_larger_blur_is_smoother():
    image = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    spread = [
        compose(image, no_person((160, 120)), "blur", replace(STYLE, blur=radius)).std() for radius in (4, 16, 80)
    ]
    assert spread[0] > 1.5 * spread[1] > 1.5 * spread[2]


def test_background_image_replaces_the_room():
    style = replace(STYLE, image=flat((1, 2, 3), (600, 400)))
    result = compose(flat(50), right_half(), "image", style)
    assert (result[:, :3] == (1, 2, 3)).all() and (result[:, 3:] == 50).all()


def test_mode_image_without_an_upload_shows_the_gradient():
    np.testing.assert_array_equal(
        compose(flat(50), no_person(), "image", STYLE), compose(flat(50), no_person(), "gradient", STYLE)
    )


def test_cover_keeps_the_aspect_ratio_and_crops_both_sides_evenly():
    image = np.zeros((100, 400, 3), np.uint8)
    image[:, 100:300] = 100  # the part that fits an aspect ratio of 2:1
    image[:, 190:210] = 255
    result = cover(image, (100, 50))[:, :, 0]
    assert result.shape == (50, 100)
    assert result.min() == 100
    np.testing.assert_array_equal(np.flatnonzero(result[25] == 255), range(45, 55))


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (640, 480)])
@pytest.mark.parametrize("shape", [(1, 1), (7, 900), (900, 7), (64, 64)])
def test_cover_fits_every_image_to_every_size(size, shape):
    result = cover(np.full((*shape, 3), 9, np.uint8), size)
    assert result.shape == (size[1], size[0], 3) and (result == 9).all()


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradient_runs_from_its_first_color_to_its_last(name):
    result = gradient(name, (40, 300)).astype(int)
    assert np.abs(result[0] - fields.hex_to_rgb(GRADIENTS[name][0])).max() <= 1
    assert np.abs(result[-1] - fields.hex_to_rgb(GRADIENTS[name][-1])).max() <= 1
    assert np.abs(np.diff(result.mean(axis=1), axis=0)).max() < 3
