"""Text in images, in OpenCV's font and in Noto Sans KR."""

import cv2
import numpy as np
import pytest

from pose_demo.text_drawing import fitting, put_line, put_text, text_size, wrapped

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


@pytest.mark.parametrize("text", ["match", KOREAN])
def test_the_color_is_that_given(text):
    assert _drawn(text).reshape(-1, 3).max(axis=0).tolist() == [255, 200, 100]


@pytest.mark.parametrize("text", ["match", KOREAN])
@pytest.mark.parametrize("xy", [(-10, 60), (190, 60), (20, 5), (20, 110), (-500, -500), (30_000, 30_000)])
def test_what_lies_outside_of_the_image_is_cut_off(text, xy):
    whole = np.zeros((300, 600, 3), np.uint8)
    put_text(whole, text, (xy[0] + 200, xy[1] + 100), 1.0, (255, 200, 100), 1)
    assert np.array_equal(_drawn(text, xy), whole[100:200, 200:400])


@pytest.mark.parametrize(("scale", "weight"), [(0.4, 1), (1.0, 1), (1.0, 3), (1.7, 5)])
def test_a_text_in_ascii_looks_as_opencv_draws_it(scale, weight):
    ours = np.random.default_rng(0).integers(0, 256, (120, 300, 3), np.uint8)
    theirs = ours.copy()
    put_text(ours, "gjpq 87 %", (10, 80), scale, (250, 120, 3), weight)
    cv2.putText(theirs, "gjpq 87 %", (10, 80), cv2.FONT_HERSHEY_SIMPLEX, scale, (250, 120, 3), weight, cv2.LINE_AA)
    assert np.abs(ours.astype(int) - theirs).max() <= 6


def test_two_characters_differ():
    assert (_drawn("일") != _drawn("치")).any()  # a font without them draws the same box for both


@pytest.mark.parametrize("text", ["step back", "뒤로 물러나세요"])
def test_a_line_is_in_the_middle_and_no_wider_than_it_may_be(text):
    image = np.zeros((100, 400, 3), np.uint8)
    put_line(image, text, (200, 60), 40, (255, 255, 255), 150)
    columns = np.flatnonzero(image.any(axis=(0, 2)))
    assert abs(columns.mean() - 200) < 5 and 110 < np.ptp(columns) < 160
    assert fitting(text, 40, 150) < 40 and fitting(text, 10, 400) == 10


def test_half_the_width_has_lines_of_half_the_length():
    assert wrapped("come back into the picture", 0.5) == ["come back into", "the picture"]
