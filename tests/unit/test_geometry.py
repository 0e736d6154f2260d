"""Regions of interest and their crops, against numbers calculated by hand."""

import numpy as np
import pytest

from pose_demo.geometry import Roi, clip_box
from pose_demo.types import Box

RED = (255, 0, 0)


def rectangle(x, y, width, height):
    return Roi(x + width / 2, y + height / 2, width, height)


def corner(roi):
    return roi.center_x - roi.width / 2, roi.center_y - roi.height / 2


def cropped(image, roi, size):
    result = np.full((size[1], size[0], 3), 7, np.uint8)
    roi.crop_into(image, result)
    return result


@pytest.mark.parametrize(
    ("change", "near"),
    [
        ((4.9, 0, 0, 0, 0), True),
        ((5.1, 0, 0, 0, 0), False),
        ((0, -9.9, 0, 0, 0), True),  # the height is 200
        ((0, -10.1, 0, 0, 0), False),
        ((0, 0, -4.9, 9.9, 0), True),
        ((0, 0, 0, 10.1, 0), False),
        ((0, 0, 0, 0, 0.01), False),
    ],
)
def test_rois_are_near_by_center_and_size_relative_to_the_first(change, near):
    first = Roi(300, 300, 100, 200)
    assert first.is_near(Roi(*np.add((300, 300, 100, 200, 0), change)), 0.05) == near


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
def test_the_letterbox_is_the_smallest_roi_around_the_frame(size, aspect, expected):
    roi = Roi.letterbox(size, aspect)
    assert (*corner(roi), roi.width, roi.height) == pytest.approx(expected)


def test_a_square_has_its_center_and_side():
    assert Roi.square(10, 20, 10) == rectangle(5, 15, 10, 10)


def test_a_rotation_is_clockwise_on_the_screen():
    roi = Roi(10, 20, 4, 2, np.pi / 2)  # the top left corner moves to the top right
    assert roi.to_frame(np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.5]])) == pytest.approx(
        np.array([[11, 18], [11, 22], [10, 20]])
    )
    box = roi.bounding_box()
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((9, 18, 11, 22))


def test_world_points_are_rotated_with_the_roi_but_neither_moved_nor_scaled():
    point = np.array([[0.2, -0.4, 0.1]])
    assert Roi(10, 20, 4, 2).world_to_frame(point) == pytest.approx(point)
    assert Roi(10, 20, 4, 2, np.pi / 2).world_to_frame(point) == pytest.approx(np.array([[0.4, 0.2, 0.1]]))
    # The cosine of 30 degrees is .866: .866 * .2 + .5 * .4 = .3732, and .5 * .2 - .866 * .4 = -.2464.
    rotated = Roi(10, 20, 4, 2, np.pi / 6).world_to_frame(point)
    assert rotated == pytest.approx(np.array([[0.3732, -0.2464, 0.1]]), abs=1e-4)


def test_without_half_pixel_centers_index_0_maps_to_the_corner():
    roi = rectangle(8, 4, 20, 10)
    assert roi.matrix((10, 10), half_pixel_centers=False) @ (0, 0, 1) == pytest.approx((8, 4))
    assert roi.matrix((10, 10)) @ (0, 0, 1) == pytest.approx((8.5, 4))  # 0.5 pixels are 1.0 and 0.5 of the frame


def test_a_crop_of_the_whole_frame_at_its_own_size_is_the_frame():
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(cropped(image, rectangle(0, 0, 7, 5), (7, 5)), image)


def test_red_stays_red():
    image = np.full((4, 4, 3), RED, np.uint8)
    assert np.array_equal(cropped(image, rectangle(1, 1, 2, 2), (3, 3)), np.full((3, 3, 3), RED, np.uint8))


def test_downscaling_by_two_samples_between_two_pixels():
    # The center of the first of 4 pixels over 8 columns is at x = 1, where the ramp is 10.
    assert cropped(ramp(8, 8), rectangle(0, 0, 8, 8), (4, 4))[2, :, 0].tolist() == [10, 30, 50, 70]


def test_upscaling_by_two_samples_quarter_pixels():
    # Centers at x = 2.25, 2.75, ... 3.75: the ramp at these is 22.5, 27.5, 32.5, 37.5 (rounded either way).
    levels = cropped(ramp(8, 8), rectangle(2, 2, 2, 2), (4, 4))[1, :, 0].astype(int)
    assert np.abs(levels - (22.5, 27.5, 32.5, 37.5)).max() <= 1


def test_the_area_outside_the_frame_is_black():
    image = np.full((4, 4, 3), 200, np.uint8)
    result = cropped(image, rectangle(-4, 0, 12, 4), (12, 4))[:, :, 0]
    assert (result[:, :4] == 0).all() and (result[:, 4:8] == 200).all() and (result[:, 8:] == 0).all()


@pytest.mark.parametrize("size", [(8, 6), (16, 12), (4, 3)], ids=str)
@pytest.mark.parametrize("half_pixel_centers", [True, False])
def test_resampling_a_crop_at_the_pixels_of_the_frame_is_its_inverse(size, half_pixel_centers):
    """A ramp stays a ramp, however the crop is scaled; at its border it mixes with the 0 outside."""
    roi, crop = rectangle(2, 1, 8, 6), np.empty((size[1], size[0], 3), np.uint8)
    roi.crop_into(ramp(14, 10), crop, half_pixel_centers=half_pixel_centers)
    result = roi.resample_at(crop[..., 0].copy(), (4, 2, 7, 5), half_pixel_centers=half_pixel_centers)
    assert result == pytest.approx(np.array([[45, 55, 65]] * 3), abs=1)


def test_nothing_is_outside_a_resampled_crop():
    result = rectangle(2, 1, 4, 4).resample_at(np.full((8, 8), 200, np.uint8), (0, 0, 10, 8))
    assert result[:, :2].max() == result[:, 6:].max() == result[:1].max() == result[5:].max() == 0
    assert result[2:4, 3:5].min() == 200


def test_to_frame_is_the_inverse_of_the_crop():
    image = np.zeros((60, 80, 3), np.uint8)
    image[30:34, 50:54] = 255  # its center is at (52, 32)
    roi = rectangle(20, 10, 50, 50)
    light = cropped(image, roi, (100, 100))[:, :, 0].astype(float)
    rows, columns = np.indices(light.shape)
    found = np.array([(light * (columns + 0.5)).sum(), (light * (rows + 0.5)).sum()]) / light.sum() / 100
    assert roi.to_frame(found) == pytest.approx([52, 32], abs=0.02)


def test_normalized_points_are_mapped_to_frame_pixels():
    points = rectangle(-998.5, 3, 2000, 150).to_frame(np.array([[0.0, 1.0], [0.5, 0.0]]))
    assert points.tolist() == [[-998.5, 153], [1.5, 3]]


@pytest.mark.parametrize("view", ["mirrored", "transposed", "every other pixel", "read-only"])
def test_views_of_an_image_are_cropped_like_copies(view):
    image = np.random.default_rng(2).integers(0, 256, (40, 40, 3), np.uint8)
    image.flags.writeable = view != "read-only"
    views = {"mirrored": image[:, ::-1], "transposed": image.swapaxes(0, 1), "every other pixel": image[::2, ::2]}
    array = views.get(view, image)
    roi = rectangle(3, -2, 20, 20)
    assert np.array_equal(cropped(array, roi, (16, 16)), cropped(array.copy(), roi, (16, 16)))


@pytest.mark.parametrize("into", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32)], ids=["gray", "float"])
def test_an_output_array_that_does_not_fit_raises_an_error(into):
    with pytest.raises(RuntimeError, match="could not write in place"):
        rectangle(0, 0, 4, 4).crop_into(np.full((4, 4, 3), 9, np.uint8), into)


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
def test_a_box_is_clipped_to_integer_pixels_of_the_frame(box, expected):
    assert clip_box(Box(*box), (64, 48)) == expected


@pytest.mark.parametrize("rotation", [0.0, 0.5])
def test_a_mirrored_roi_gives_the_flipped_crop_of_which_coordinates_map_to_the_same_pixels(rotation):
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    roi, crop, flipped = Roi.square(40, 30, 32, rotation), *np.zeros((2, 32, 32, 3), np.uint8)
    roi.crop_into(image, crop)
    roi.mirrored().crop_into(image, flipped)
    assert np.abs(flipped[:, ::-1].astype(int) - crop).max() <= 8  # OpenCV interpolates at 1/32 pixels
    assert roi.mirrored().to_frame(np.array([0.1, 0.3])) == pytest.approx(roi.to_frame(np.array([0.9, 0.3])))
