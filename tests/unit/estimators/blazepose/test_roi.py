"""Rotated regions of interest, their crops and their masks, against geometry calculated by hand."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from pose_demo.estimators.blazepose.mask import mask_from_logits, mask_in_frame
from pose_demo.estimators.blazepose.roi import is_usable, roi_from_auxiliary_landmarks
from pose_demo.geometry import Roi, check_written_in_place

QUARTER_TURN = math.pi / 2


@pytest.mark.parametrize(
    ("scale_point", "rotation"),
    [
        ((100, 60), 0),
        ((140, 100), QUARTER_TURN),
        ((60, 100), -QUARTER_TURN),
        ((100, 140), -math.pi),
        ((128, 72), QUARTER_TURN / 2),
    ],
    ids=["upright", "head to the right", "head to the left", "upside down", "leaning to the right"],
)
def test_the_roi_is_a_square_around_the_center_point_rotated_with_the_person(scale_point, rotation):
    roi = roi_from_auxiliary_landmarks(np.array((100.0, 100.0)), np.array(scale_point, float))
    assert (roi.center_x, roi.center_y) == (100, 100)
    assert roi.width == pytest.approx(2 * math.dist((100, 100), scale_point) * 1.25)
    assert roi.rotation == pytest.approx(rotation)


@pytest.mark.parametrize("angle", np.linspace(-math.pi, math.pi, 9)[:-1])
def test_the_person_is_upright_in_the_crop(angle):
    center_point = np.array((300.0, 200.0))
    scale_point = center_point + 80 * np.array((math.sin(angle), -math.cos(angle)))
    roi = roi_from_auxiliary_landmarks(center_point, scale_point)
    assert roi.to_frame(np.array((0.5, 0.5))) == pytest.approx(center_point)
    assert roi.to_frame(np.array((0.5, 0.1))) == pytest.approx(scale_point)  # 0.5 / 1.25 above the center
    right = roi.to_frame(np.array((0.9, 0.5))) - center_point
    assert right == pytest.approx(80 * np.array((math.cos(angle), math.sin(angle))))


def test_the_matrix_maps_crop_pixels_to_frame_pixels():
    roi = Roi.square(300, 200, 128, 0.3)
    for x, y in ((0, 0), (256, 0), (40, 200)):
        assert roi.matrix((256, 256), half_pixel_centers=False) @ (x, y, 1) == pytest.approx(
            roi.to_frame(np.array((x / 256, y / 256)))
        )


def test_an_upright_crop_at_its_own_size_is_a_slice_of_the_image():
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    crop = np.empty((64, 64, 3), np.uint8)
    Roi.square(132, 82, 64).crop_into(image, crop, half_pixel_centers=False)
    assert np.array_equal(crop, image[50:114, 100:164])


def test_a_crop_rotated_by_a_quarter_turn_is_a_rotated_slice():
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    crop = np.empty((64, 64, 3), np.uint8)
    Roi.square(132, 82, 64, QUARTER_TURN).crop_into(image, crop, half_pixel_centers=False)
    # Up in the crop is right in the frame: crop pixel (u, v) is frame pixel (164 - v, 50 + u).
    assert np.array_equal(crop, image[50:114, 101:165].swapaxes(0, 1)[::-1])


def test_the_border_mode_applies_outside_the_frame():
    image, crop = np.full((10, 10, 3), 77, np.uint8), np.empty((8, 8, 3), np.uint8)
    for border, level in ((cv2.BORDER_CONSTANT, 0), (cv2.BORDER_REPLICATE, 77)):
        Roi.square(-20, -20, 8).crop_into(image, crop, border=border, half_pixel_centers=False)
        assert (crop == level).all()


def test_an_output_array_that_does_not_fit_raises_an_error():
    target = np.zeros((4, 4, 3), np.uint8)
    check_written_in_place(target, target)
    with pytest.raises(RuntimeError, match="in place"):
        check_written_in_place(target.copy(), target)
    with pytest.raises(RuntimeError, match="in place"):
        Roi.square(4, 4, 8).crop_into(np.zeros((8, 8), np.uint8), target)


@pytest.mark.parametrize(
    ("roi", "usable"),
    [
        (Roi.square(320, 240, 300), True),
        (Roi.square(-600, 240, 300), True),
        (Roi.square(-641, 240, 300), False),
        (Roi.square(320, 961, 300), False),
        (Roi.square(320, 240, 8), True),
        (Roi.square(320, 240, 7.9), False),
        (Roi.square(320, 240, 5120), True),
        (Roi.square(320, 240, 5121), False),
        (Roi.square(math.nan, 240, 300), False),
        (Roi.square(320, 240, math.inf), False),
    ],
    ids=str,
)
def test_usable_rois_are_finite_of_plausible_size_and_near_the_frame(roi, usable):
    assert is_usable(roi, (640, 480)) == usable


# ---- the mask -------------------------------------------------------------------------------------------------------

FULL = np.full((256, 256), 255, np.uint8)


def test_logits_become_levels_from_0_to_255():
    logits = np.array([[-200, -math.log(3), 0, math.log(3), 200]], np.float32)
    assert mask_from_logits(logits).tolist() == [[0, 64, 128, 191, 255]]


def test_an_upright_mask_covers_exactly_its_roi():
    mask = mask_in_frame(FULL, Roi.square(100, 60, 40), (200, 120))
    expected = np.zeros((120, 200), np.uint8)
    expected[40:80, 80:120] = 255
    difference = mask != expected
    assert mask.dtype == np.uint8 and not difference[41:79, 81:119].any() and not difference[expected == 0].any()


def test_a_rotated_mask_covers_its_roi():
    mask = mask_in_frame(FULL, Roi.square(100, 60, 40, QUARTER_TURN / 2), (200, 120))
    assert mask[60, 100] == mask[60, 100 - 27] == mask[60 + 27, 100] == 255  # half the diagonal is 28.3
    assert mask[60 - 18, 100 - 18] == mask[60, 100 - 30] == 0
    assert (mask > 127).sum() == pytest.approx(1600, rel=0.05)


@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
def test_a_detail_of_the_mask_is_mapped_to_its_position_in_the_frame(angle):
    roi, roi_mask = Roi.square(90, 70, 50, angle), np.zeros((256, 256), np.uint8)
    roi_mask[40:60, 180:200] = 255
    mask = mask_in_frame(roi_mask, roi, (200, 120))
    y, x = np.nonzero(mask > 127)
    assert (x.mean(), y.mean()) == pytest.approx(roi.to_frame(np.array((189.5, 49.5)) / 256), abs=0.6)


@pytest.mark.parametrize("center", [(0, 0), (199, 119), (-100, -100), (100, 400)], ids=str)
def test_a_mask_may_extend_or_lie_outside_the_frame(center):
    mask = mask_in_frame(FULL, Roi.square(*center, 40), (200, 120))
    assert mask.shape == (120, 200) and mask.any() == (min(center) >= 0 and center[1] < 120)


def test_the_bounding_box_of_a_rotated_square():
    box = Roi.square(100, 60, 40, QUARTER_TURN / 2).bounding_box()
    half = 20 * math.sqrt(2)
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((100 - half, 60 - half, 100 + half, 60 + half))
