"""Text in images that OpenCV's font does not have."""

import numpy as np
import pytest

from pose_demo.text_drawing import put_text, text_size

KOREAN = "일치"


def _drawn(text, xy=(20, 60), scale=1.0):
    image = np.zeros((100, 200, 3), np.uint8)
    put_text(image, text, xy, scale, (255, 200, 100), 1)
    return image


@pytest.mark.parametrize("text", ["match", KOREAN])
def test_a_text_is_as_large_as_it_says(text):
    image = _drawn(text)
    rows, columns = np.nonzero(image.max(axis=2) > 100)
    width, height, descent = text_size(text, 1.0, 1)
    assert columns.min() >= 18 and columns.max() <= 22 + width
    assert rows.min() >= 58 - height and rows.max() <= 62 + descent
    assert columns.max() - columns.min() > 0.8 * width


def test_the_color_is_that_given():
    assert _drawn(KOREAN).reshape(-1, 3).max(axis=0).tolist() == [255, 200, 100]


@pytest.mark.parametrize("xy", [(-10, 60), (190, 60), (20, 5), (20, 130), (-500, -500), (30_000, 30_000)])
def test_what_lies_outside_of_the_image_is_cut_off(xy):
    assert _drawn(KOREAN, xy).shape == (100, 200, 3)


def test_two_characters_differ():
    assert (_drawn("일") != _drawn("치")).any()  # a font without them draws the same box for both
