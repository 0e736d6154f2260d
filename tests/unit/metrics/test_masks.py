"""Measures of masks, computed by hand."""

import numpy as np
import pytest

from pose_demo.metrics.masks import flicker, measure, summary
from pose_demo.types import Box

SIZE = (100, 200)  # height, width


def mask_of(x0, y0, x1, y1, value=255):
    mask = np.zeros(SIZE, np.uint8)
    mask[y0:y1, x0:x1] = value
    return mask


NONE, NO_KEYPOINTS = np.zeros(0, bool), np.zeros((0, 2))


def test_a_keypoint_is_covered_and_area_outside_the_padded_box_leaks():
    """The mask, 60 x 40, of a person in 20..60 x 20..60; padded by a tenth: 16..64 x 16..64. 16 columns leak."""
    keypoints, is_large = np.array([(20.0, 20.0), (79.9, 59.9), (80.0, 20.0)]), np.array([False, True, True])
    measures = measure(mask_of(20, 20, 80, 60), keypoints, [Box(20, 20, 60, 60)], is_large)
    assert measures.hits == (True, True, False) and measures.large_hits == (True, False)
    assert (measures.area, measures.leak, measures.image_area, measures.persons) == (60 * 40, 16 * 40, 100 * 200, 1)


def test_a_pixel_with_a_higher_probability_than_the_threshold_belongs_to_the_mask():
    keypoint, small = np.array([(5.0, 5.0)]), np.array([False])
    none = measure(mask_of(0, 0, 200, 100, 127), keypoint, [Box(0, 0, 200, 100)], small)
    assert none.area == 0 and none.hits == (False,)
    assert measure(mask_of(0, 0, 200, 100, 128), keypoint, [], small).area == 100 * 200
    assert measure(mask_of(0, 0, 200, 100, 26), keypoint, [], small, 0.1).area == 100 * 200
    assert measure(mask_of(0, 0, 200, 100, 25), keypoint, [], small, 0.1).area == 0


def test_a_keypoint_on_the_border_counts():
    assert measure(mask_of(0, 0, 200, 100), np.array([(200.0, 100.0)]), [], np.array([False])).hits == (True,)


def test_the_summary_separates_images_with_and_without_persons():
    keypoints, is_large = np.array([(30.0, 30.0), (90.0, 30.0)]), np.array([True, False])
    person = measure(mask_of(20, 20, 80, 60), keypoints, [Box(20, 20, 60, 60)], is_large)
    empty = [measure(mask_of(0, 0, width, 100), NO_KEYPOINTS, [], NONE) for width in (20, 0)]
    assert summary([person, *empty]) == {
        "mask_coverage": 0.5,
        "mask_coverage_large": 1.0,
        "mask_leak": pytest.approx(16 / 60, abs=1e-4),
        "mask_false_area": pytest.approx(0.05),  # a tenth of one of two
    }


def test_without_anything_to_measure_there_is_no_measure():
    measures = ("mask_coverage", "mask_coverage_large", "mask_leak", "mask_false_area")
    assert summary([]) == dict.fromkeys(measures)
    assert flicker([mask_of(0, 0, 0, 0)] * 3) is None


def test_flicker_is_the_mean_change_as_a_fraction_of_the_area():
    """Columns 0..10, 0..12, 0..12: changes by 2 and 0 columns, of 34 / 3 in the mean."""
    masks = [mask_of(0, 0, width, 100) for width in (10, 12, 12)]
    assert flicker(masks) == pytest.approx(1 / (34 / 3))
    assert flicker([mask_of(0, 0, 10, 100, value) for value in (100, 150)]) == pytest.approx(50 / 125)
