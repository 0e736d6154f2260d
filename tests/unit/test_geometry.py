"""Regions and their warps, against numbers worked out by hand."""

import numpy as np
import pytest

from pose_demo.geometry import Region, clip_box
from pose_demo.types import Box

RED = (255, 0, 0)


def warped(image, region, size):
    result = np.full((size[1], size[0], 3), 7, np.uint8)
    region.warp(image, result)
    return result


def ramp(width, height):
    """Column x is 10 * x + 5: the level at a continuous x is 10 * x."""
    return np.repeat(np.tile(np.arange(width, dtype=np.uint8) * 10 + 5, (height, 1))[:, :, None], 3, axis=2)


@pytest.mark.parametrize(
    ("size", "aspect", "expected"),
    [
        ((640, 480), 1.0, (0, -80, 640, 640)),
        ((480, 640), 1.0, (-80, 0, 640, 640)),
        ((100, 100), 1.0, (0, 0, 100, 100)),
        ((640, 480), 2.0, (-160, 0, 960, 480)),
        ((1280, 720), 4 / 3, (0, -120, 1280, 960)),
        ((3, 2000), 1.0, (-998.5, 0, 2000, 2000)),
    ],
)
def test_the_letterbox_is_the_smallest_region_round_the_frame(size, aspect, expected):
    region = Region.letterbox(size, aspect)
    assert (region.x, region.y, region.width, region.height) == pytest.approx(expected)


def test_a_square_is_given_by_centre_and_half_side():
    assert Region.square(10, 20, 5) == Region(5, 15, 10, 10)


def test_the_whole_frame_at_its_own_size_is_the_frame():
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(warped(image, Region(0, 0, 7, 5), (7, 5)), image)


def test_red_stays_red():
    image = np.full((4, 4, 3), RED, np.uint8)
    assert np.array_equal(warped(image, Region(1, 1, 2, 2), (3, 3)), np.full((3, 3, 3), RED, np.uint8))


def test_shrinking_by_two_reads_between_two_pixels():
    # The centre of the first of 4 pixels over 8 columns is at x = 1, where the ramp is 10.
    assert warped(ramp(8, 8), Region(0, 0, 8, 8), (4, 4))[2, :, 0].tolist() == [10, 30, 50, 70]


def test_enlarging_by_two_reads_quarter_pixels():
    # Centres at x = 2.25, 2.75, ... 3.75: the ramp at these is 22.5, 27.5, 32.5, 37.5 (rounded either way).
    levels = warped(ramp(8, 8), Region(2, 2, 2, 2), (4, 4))[1, :, 0].astype(int)
    assert np.abs(levels - (22.5, 27.5, 32.5, 37.5)).max() <= 1


def test_what_lies_outside_the_frame_is_black():
    image = np.full((4, 4, 3), 200, np.uint8)
    result = warped(image, Region(-4, 0, 12, 4), (12, 4))[:, :, 0]
    assert (result[:, :4] == 0).all() and (result[:, 4:8] == 200).all() and (result[:, 8:] == 0).all()


def test_a_spot_is_found_where_the_inverse_says():
    image = np.zeros((60, 80, 3), np.uint8)
    image[30:34, 50:54] = 255  # its centre is at (52, 32)
    region = Region(20, 10, 50, 50)
    light = warped(image, region, (100, 100))[:, :, 0].astype(float)
    rows, columns = np.indices(light.shape)
    found = np.array([(light * (columns + 0.5)).sum(), (light * (rows + 0.5)).sum()]) / light.sum() / 100
    assert region.to_frame(found) == pytest.approx([52, 32], abs=0.02)


def test_fractions_of_a_region_are_told_in_frame_pixels():
    spots = Region(-998.5, 3, 2000, 150).to_frame(np.array([[0.0, 1.0], [0.5, 0.0]]))
    assert spots.dtype == np.float32 and spots.tolist() == [[-998.5, 153], [1.5, 3]]


@pytest.mark.parametrize("view", ["mirrored", "transposed", "every other pixel", "read-only"])
def test_views_of_a_picture_warp_like_copies_of_it(view):
    image = np.random.default_rng(2).integers(0, 256, (40, 40, 3), np.uint8)
    image.flags.writeable = view != "read-only"
    seen = {"mirrored": image[:, ::-1], "transposed": image.swapaxes(0, 1), "every other pixel": image[::2, ::2]}
    seen = seen.get(view, image)
    region = Region(3, -2, 20, 20)
    assert np.array_equal(warped(seen, region, (16, 16)), warped(seen.copy(), region, (16, 16)))


@pytest.mark.parametrize("into", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32)], ids=["grey", "float"])
def test_an_input_that_does_not_fit_is_an_error_not_the_last_frame_again(into):
    with pytest.raises(RuntimeError, match="could not be written in place"):
        Region(0, 0, 4, 4).warp(np.full((4, 4, 3), 9, np.uint8), into)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((1.2, 2.7, 3.1, 4.0), (1, 2, 4, 4)),
        ((-5, -5, 200, 200), (0, 0, 64, 48)),
        ((63.5, 47.5, 90, 90), (63, 47, 64, 48)),
        ((64, 0, 90, 48), None),
        ((-9, -9, 0, 0), None),
        ((5, 5, 5, 5), None),
    ],
)
def test_a_box_is_clipped_to_whole_pixels_of_the_frame(box, expected):
    assert clip_box(Box(*box), (64, 48)) == expected
