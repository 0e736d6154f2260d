"""Effects on the whole image, compared with results computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.effects import EffectContext, apply_all, parse
from pose_demo.effects.blur import Blur
from pose_demo.effects.canny import Canny
from pose_demo.effects.color_space import ColorSpace
from pose_demo.effects.sharpen import Sharpen
from pose_demo.effects.side_by_side import SideBySide
from pose_demo.effects.skeleton_only import SkeletonOnly
from pose_demo.types import Frame


def applied(effect, image):
    return effect.apply(image.copy(), EffectContext(Frame(image), ()))


def gray(*rows):
    return np.repeat(np.array(rows, np.uint8)[:, :, None], 3, axis=2)


def dot(size, position, level):
    image = np.zeros((size, size, 3), np.uint8)
    image[position] = level
    return image


def test_blur_spreads_a_dot_over_twice_its_radius():
    result = applied(Blur(radius=1), dot(9, (4, 4), 243))[:, :, 0]
    # Two passes of a 3x3 mean: the weights are (1 2 3 2 1)/9 both ways.
    weights = np.outer((1, 2, 3, 2, 1), (1, 2, 3, 2, 1))
    np.testing.assert_allclose(result[2:7, 2:7], weights * 243 / 81, atol=1)
    assert result[:2].max() == 0


def test_blur_does_not_change_a_uniform_image():
    image = np.full((5, 7, 3), (10, 20, 30), np.uint8)
    np.testing.assert_array_equal(applied(Blur(radius=60), image), image)


def test_sharpen_kernel_has_9_in_the_center_and_minus_1_around_it():
    image = gray((100, 100, 100), (100, 110, 100), (100, 100, 100))
    result = applied(Sharpen(), image)
    assert tuple(result[1, 1]) == (190, 190, 190)  # 9 * 110 - 8 * 100


@pytest.mark.parametrize(("amount", "center"), [(0.0, 110), (0.5, 150), (2.0, 255)])
def test_sharpen_amount(amount, center):
    image = gray((100, 100, 100), (100, 110, 100), (100, 100, 100))
    assert applied(Sharpen(amount=amount), image)[1, 1, 0] == center


def step_edge(low, high):
    image = np.full((20, 20, 3), low, np.uint8)
    image[:, 10:] = high
    return image


def test_canny_draws_a_white_line_on_black_along_a_strong_edge():
    result = applied(Canny(), step_edge(0, 255))
    assert set(np.unique(result)) == {0, 255}
    lines = np.flatnonzero(result[10, :, 0])
    assert len(lines) == 1 and lines[0] in (9, 10)


def test_canny_thresholds_select_the_edges():
    # Blurred over 3 pixels, a step of 60 rises by 40 over two of them: the Sobel gradient is 4 * 40.
    image = step_edge(100, 160)
    assert applied(Canny(low=100, high=150), image).max() == 255
    assert applied(Canny(low=100, high=170), image).max() == 0


def test_canny_low_threshold_extends_an_edge_where_it_gets_weaker():
    image = step_edge(0, 200)
    image[:, 10:] = np.linspace(250, 60, 20).astype(np.uint8)[:, None, None]
    without, extended = (applied(Canny(low=low, high=500), image)[14:18].max() for low in (500, 100))
    assert (without, extended) == (0, 255)


def test_canny_over_keeps_the_image_between_the_lines():
    image = step_edge(0, 250)
    result = applied(Canny(show="over"), image)
    edges = applied(Canny(), image)
    np.testing.assert_array_equal(result[edges == 0], image[edges == 0])
    assert (result[edges == 255] == 255).all()


@pytest.mark.parametrize(
    ("space", "expected"),
    [
        ("gray", (76, 76, 76)),  # 0.299 * 255
        ("hsv", (0, 255, 255)),  # hue 0, saturated, full value
        ("lab", (136, 208, 195)),  # L 53.24 * 2.55, a 80.1 + 128, b 67.2 + 128
        ("yuv", (76, 91, 255)),
        ("swapped", (0, 0, 255)),
    ],
)
def test_color_spaces_of_pure_red(space, expected):
    result = applied(ColorSpace(space), np.full((2, 2, 3), (255, 0, 0), np.uint8))
    np.testing.assert_allclose(result[0, 0].astype(int), expected, atol=1)


def test_double_conversion_treats_the_first_space_as_rgb():
    image = np.full((2, 2, 3), (10, 200, 90), np.uint8)
    np.testing.assert_array_equal(
        applied(ColorSpace("lab-hsv"), image), applied(ColorSpace("hsv"), applied(ColorSpace("lab"), image))
    )
    np.testing.assert_array_equal(
        applied(ColorSpace("hsv-lab"), image), applied(ColorSpace("lab"), applied(ColorSpace("hsv"), image))
    )


@pytest.mark.parametrize(("color", "expected"), [("#000000", (0, 0, 0)), ("#1e90ff", (30, 144, 255))])
def test_skeleton_only_removes_the_whole_image(color, expected):
    result = applied(SkeletonOnly(color), np.full((3, 5, 3), 99, np.uint8))
    assert (result == expected).all()


@pytest.mark.parametrize(("size", "right", "below"), [((5, 3), (10, 4), (6, 6)), ((4, 2), (8, 2), (4, 4))])
def test_side_by_side_doubles_to_an_even_size(size, right, below):
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for position, (width, height) in (("right", right), ("below", below)):
        assert applied(SideBySide(position), image).shape == (height, width, 3)


def test_side_by_side_keeps_the_result_at_the_top_left():
    image = np.full((2, 4, 3), 50, np.uint8)
    canvas, context = np.full((2, 4, 3), 200, np.uint8), EffectContext(Frame(image), ())
    result = SideBySide().apply(canvas, context)
    assert (result[:, :4] == 200).all() and (result[:, 4:] == 50).all()


def test_side_by_side_shows_the_original_frame():
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    result = apply_all(parse("canny+side-by-side"), image.copy(), EffectContext(Frame(image), ()))
    np.testing.assert_array_equal(result[:, 8:], image)
