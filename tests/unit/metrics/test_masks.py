"""Measures of masks, computed by hand."""

import numpy as np
import pytest

from pose_demo.metrics.masks import measure, summary
from pose_demo.types import Box

SIZE = (100, 200)  # height, width


def mask_of(x0, y0, x1, y1, value=255):
    mask = np.zeros(SIZE, np.uint8)
    mask[y0:y1, x0:x1] = value
    return mask


def test_a_keypoint_is_covered_and_area_outside_the_padded_box_leaks():
    """The mask, 60 x 40, of a person in 20..60 x 20..60; padded by a tenth: 16..64 x 16..64. 16 columns leak."""
    measures = measure(
        mask_of(20, 20, 80, 60), np.array([(20.0, 20.0), (79.9, 59.9), (80.0, 20.0)]), [Box(20, 20, 60, 60)]
    )
    assert measures.hits == (True, True, False)
    assert (measures.area, measures.leak, measures.image_area, measures.persons) == (60 * 40, 16 * 40, 100 * 200, 1)


def test_less_than_half_the_probability_is_outside():
    none = measure(mask_of(0, 0, 200, 100, 127), np.array([(5.0, 5.0)]), [Box(0, 0, 200, 100)])
    assert none.area == 0 and none.hits == (False,)
    assert measure(mask_of(0, 0, 200, 100, 128), np.array([(5.0, 5.0)]), []).area == 100 * 200


def test_a_keypoint_on_the_border_counts():
    assert measure(mask_of(0, 0, 200, 100), np.array([(200.0, 100.0)]), []).hits == (True,)


def test_the_summary_separates_images_with_and_without_persons():
    person = measure(mask_of(20, 20, 80, 60), np.array([(30.0, 30.0), (90.0, 30.0)]), [Box(20, 20, 60, 60)])
    empty = [measure(mask_of(0, 0, 20, 100), np.zeros((0, 2)), []), measure(mask_of(0, 0, 0, 0), np.zeros((0, 2)), [])]
    assert summary([person, *empty]) == {
        "mask_coverage": 0.5,
        "mask_leak": pytest.approx(16 / 60, abs=1e-4),
        "mask_false_area": pytest.approx(0.05),  # a tenth of one of two
    }


def test_without_anything_to_measure_there_is_no_measure():
    assert summary([]) == {"mask_coverage": None, "mask_leak": None, "mask_false_area": None}
