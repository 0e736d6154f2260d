"""The rotated square, its warp and its mask, against geometry worked out by hand."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from pose_demo.estimators.blazepose.mask import bounding_box, in_frame, probabilities
from pose_demo.estimators.blazepose.roi import Roi, check_in_place, warp

QUARTER = math.pi / 2


@pytest.mark.parametrize(
    ("reach", "rotation"),
    [((100, 60), 0), ((140, 100), QUARTER), ((60, 100), -QUARTER), ((100, 140), -math.pi), ((128, 72), QUARTER / 2)],
    ids=["upright", "head to the right", "head to the left", "upside down", "leaning to the right"],
)
def test_the_square_stands_on_the_person(reach, rotation):
    roi = Roi.round_person(np.array((100.0, 100.0)), np.array(reach, float))
    assert (roi.x, roi.y) == (100, 100)
    assert roi.size == pytest.approx(2 * math.dist((100, 100), reach) * 1.25)
    assert roi.rotation == pytest.approx(rotation)


@pytest.mark.parametrize("angle", np.linspace(-math.pi, math.pi, 9)[:-1])
def test_in_the_crop_the_head_is_up(angle):
    hips = np.array((300.0, 200.0))
    reach = hips + 80 * np.array((math.sin(angle), -math.cos(angle)))
    roi = Roi.round_person(hips, reach)
    assert roi.to_frame(np.array((0.5, 0.5))) == pytest.approx(hips)
    assert roi.to_frame(np.array((0.5, 0.1))) == pytest.approx(reach)  # 0.4 up: half the side without the margin
    right = roi.to_frame(np.array((0.9, 0.5))) - hips
    assert right == pytest.approx(80 * np.array((math.cos(angle), math.sin(angle))))


def test_the_matrix_leads_from_crop_pixels_to_the_frame():
    roi = Roi(300, 200, 128, 0.3)
    for x, y in ((0, 0), (256, 0), (40, 200)):
        assert roi.matrix(256) @ (x, y, 1) == pytest.approx(roi.to_frame(np.array((x / 256, y / 256))))


def test_an_upright_crop_without_a_change_of_size_is_a_cut():
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    crop = np.empty((64, 64, 3), np.uint8)
    warp(image, Roi(132, 82, 64).matrix(64), crop, cv2.BORDER_CONSTANT)
    assert np.array_equal(crop, image[50:114, 100:164])


def test_a_crop_turned_by_a_quarter_is_a_turned_cut():
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    crop = np.empty((64, 64, 3), np.uint8)
    warp(image, Roi(132, 82, 64, QUARTER).matrix(64), crop, cv2.BORDER_CONSTANT)
    # Up in the crop is right in the frame: crop pixel (u, v) is frame pixel (164 - v, 50 + u).
    assert np.array_equal(crop, image[50:114, 101:165].swapaxes(0, 1)[::-1])


def test_beyond_the_frame_the_border_is_what_was_asked_for():
    image, crop = np.full((10, 10, 3), 77, np.uint8), np.empty((8, 8, 3), np.uint8)
    for border, level in ((cv2.BORDER_CONSTANT, 0), (cv2.BORDER_REPLICATE, 77)):
        warp(image, Roi(-20, -20, 8).matrix(8), crop, border)
        assert (crop == level).all()


def test_a_picture_that_cannot_be_written_in_place_is_an_error():
    target = np.zeros((4, 4, 3), np.uint8)
    check_in_place(target, target)
    with pytest.raises(RuntimeError, match="in place"):
        check_in_place(target.copy(), target)
    with pytest.raises(RuntimeError, match="in place"):
        warp(np.zeros((8, 8), np.uint8), Roi(4, 4, 8).matrix(4), target, cv2.BORDER_CONSTANT)


@pytest.mark.parametrize(
    ("roi", "usable"),
    [
        (Roi(320, 240, 300), True),
        (Roi(-600, 240, 300), True),
        (Roi(-641, 240, 300), False),
        (Roi(320, 961, 300), False),
        (Roi(320, 240, 7), False),
        (Roi(320, 240, 5121), False),
        (Roi(math.nan, 240, 300), False),
        (Roi(320, 240, math.inf), False),
    ],
    ids=str,
)
def test_only_squares_with_something_in_them_are_usable(roi, usable):
    assert roi.usable((640, 480)) == usable


# ---- the mask -------------------------------------------------------------------------------------------------------

FULL = np.full((256, 256), 255, np.uint8)


def test_logits_become_levels():
    logits = np.array([[-200, -math.log(3), 0, math.log(3), 200]], np.float32)
    assert probabilities(logits).tolist() == [[0, 64, 128, 191, 255]]


def test_an_upright_mask_fills_its_box_and_nothing_else():
    mask = in_frame(FULL, Roi(100, 60, 40), (200, 120))
    expected = np.zeros((120, 200), np.uint8)
    expected[40:80, 80:120] = 255
    difference = mask != expected
    assert mask.dtype == np.uint8 and not difference[41:79, 81:119].any() and not difference[expected == 0].any()


def test_a_turned_mask_is_where_its_square_is():
    mask = in_frame(FULL, Roi(100, 60, 40, QUARTER / 2), (200, 120))
    assert mask[60, 100] == mask[60, 100 - 27] == mask[60 + 27, 100] == 255  # half the diagonal is 28.3
    assert mask[60 - 18, 100 - 18] == mask[60, 100 - 30] == 0
    assert (mask > 127).sum() == pytest.approx(1600, rel=0.05)


@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
def test_what_the_net_saw_is_marked_where_it_was(angle):
    roi, small = Roi(90, 70, 50, angle), np.zeros((256, 256), np.uint8)
    small[40:60, 180:200] = 255
    mask = in_frame(small, roi, (200, 120))
    y, x = np.nonzero(mask > 127)
    assert (x.mean(), y.mean()) == pytest.approx(roi.to_frame(np.array((189.5, 49.5)) / 256), abs=0.6)


@pytest.mark.parametrize("centre", [(0, 0), (199, 119), (-100, -100), (100, 400)], ids=str)
def test_a_mask_may_reach_or_lie_beyond_the_frame(centre):
    mask = in_frame(FULL, Roi(*centre, 40), (200, 120))
    assert mask.shape == (120, 200) and mask.any() == (min(centre) >= 0 and centre[1] < 120)


def test_the_box_of_a_turned_square():
    box = bounding_box(Roi(100, 60, 40, QUARTER / 2))
    half = 20 * math.sqrt(2)
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((100 - half, 60 - half, 100 + half, 60 + half))
