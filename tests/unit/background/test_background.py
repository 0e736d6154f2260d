"""Mattes and what is put behind, in pixels that can be computed by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pose_demo import fields
from pose_demo.background import BEHIND, GRADIENTS, Background, Compositor, Style, compose, matte
from pose_demo.background.matte import steadied
from pose_demo.background.modes import cover, gradient
from pose_demo.imaging import blend, faded, lay_over, uint8
from pose_demo.types import InputError

STYLE = Style(blur=16, colour="#0000ff", gradient="dusk")


def flat(colour, size=(6, 4)):
    return np.full((size[1], size[0], 3), colour, np.uint8)


def halves(size=(6, 4)):
    """The person is the right half."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    mask[:, size[0] // 2 :] = 255
    return mask


# --- pixels


def test_blend_of_every_weight_lies_within_one_level():
    weight = np.arange(256, dtype=np.uint8)[None]
    front, back = flat((255, 200, 0), (256, 1)), flat((255, 0, 90), (256, 1))
    exact = front * (weight[..., None] / 255) + back * (1 - weight[..., None] / 255)
    result = blend(front, back, weight)
    assert np.abs(result - exact).max() <= 1
    np.testing.assert_array_equal(result[0, 0], back[0, 0])
    np.testing.assert_array_equal(result[0, 255], front[0, 255])
    assert (result[:, :, 0] == 255).all()


def test_blend_changes_none_of_its_parts():
    front, back, weight = flat(200), flat(10), halves()
    blend(front, back, weight)
    assert front.min() == 200 and back.max() == 10
    np.testing.assert_array_equal(weight, halves())


def test_lay_over_blends_in_place():
    rng = np.random.default_rng(0)
    front, back = (rng.integers(0, 256, (9, 12, 3), np.uint8) for _ in range(2))
    weight = np.zeros((9, 12), np.uint8)
    weight[2:5, 3:9] = rng.integers(0, 256, (3, 6))
    canvas = back.copy()
    assert lay_over(canvas, front, weight) is canvas
    np.testing.assert_array_equal(canvas, blend(front, back, weight))


def test_lay_over_of_nobody_changes_nothing():
    canvas = flat(10)
    np.testing.assert_array_equal(lay_over(canvas, flat(200), np.zeros((4, 6), np.uint8)), flat(10))


def test_faded():
    np.testing.assert_array_equal(faded(flat(200, (3, 1)), np.array([[0, 51, 255]], np.uint8))[0, :, 0], [0, 40, 200])


def test_uint8_copies_nothing():
    image = flat(1)
    assert uint8(image) is image


# --- matte


def test_threshold_is_exclusive_as_in_the_notebook():
    mask = np.array([[0, 25, 26, 255]], np.uint8)  # 0.1 of 255 is 25.5
    np.testing.assert_array_equal(matte(mask, (4, 1), threshold=0.1, softness=0), [[0, 0, 255, 255]])


@pytest.mark.parametrize(("threshold", "kept"), [(0.01, 253), (0.5, 128), (0.99, 3)])
def test_higher_thresholds_keep_less(threshold, kept):
    mask = np.arange(256, dtype=np.uint8)[None]
    assert (matte(mask, (256, 1), threshold, softness=0) == 255).sum() == kept


def test_soft_edge_lies_inside_the_outline():
    result = matte(halves((20, 1)), (20, 1), softness=2)[0]
    # The mean over 5 pixels is 3/5 and 4/5 on the first two inside; twice that less one: 1/5 and 3/5.
    np.testing.assert_allclose(result[8:14].astype(int), (0, 0, 51, 153, 255, 255), atol=1)


@pytest.mark.parametrize("softness", [1, 2, 5])
@pytest.mark.parametrize("person", [np.s_[8:20, 10:30], np.s_[:20, 10:], np.s_[15:16, 20:21], np.s_[:, :]])
def test_soft_edge_is_the_same_wherever_the_person_stands(softness, person):
    mask = np.zeros((32, 48), np.uint8)
    mask[person] = 255
    side = 2 * softness + 1
    expected = 2.0 * cv2.blur(mask, (side, side)) - 255
    np.testing.assert_array_equal(matte(mask, (48, 32), softness=softness), expected.clip(0, 255))


def test_nobody_is_all_background():
    assert matte(None, (6, 4)).shape == (4, 6) and matte(None, (6, 4)).max() == 0


def test_a_mask_of_another_size_is_fitted():
    result = matte(halves((4, 2)), (12, 6), softness=0)
    assert result.shape == (6, 12) and result[:, :4].max() == 0 and result[:, 8:].min() == 255


def test_steadiness_mixes_in_the_past():
    now, before = np.full((2, 2), 200, np.uint8), np.full((2, 2), 100, np.uint8)
    assert (steadied(now, before, 0.25) == 175).all()
    assert steadied(now, before, 0.0) is now
    assert steadied(now, None, 0.5) is now
    assert steadied(now, np.zeros((3, 2), np.uint8), 0.5) is now


# --- what is put behind


@pytest.mark.parametrize(
    ("behind", "left", "right"),
    [
        ("none", (50, 60, 70), (50, 60, 70)),
        ("blur", (50, 60, 70), (50, 60, 70)),
        ("colour", (0, 0, 255), (50, 60, 70)),
        ("person-only", (0, 0, 0), (50, 60, 70)),
    ],
)
def test_compose(behind, left, right):
    result = compose(flat((50, 60, 70)), halves(), behind, STYLE)
    assert np.abs(result[:, :3].astype(int) - left).max() <= 1
    assert np.abs(result[:, 3:].astype(int) - right).max() <= 1


def test_background_only_cuts_a_hole_that_is_larger_than_the_person():
    result = compose(flat(80, (40, 4)), halves((40, 4)), "background-only", STYLE)[0, :, 0]
    assert (result[:16] == 80).all() and (result[16:] == 0).all()  # 4 pixels more than the right half


def test_blur_smooths_the_room_but_not_the_person():
    image = np.random.default_rng(0).integers(0, 256, (80, 80, 3), np.uint8)
    result = compose(image, halves((80, 80)), "blur", STYLE)
    np.testing.assert_array_equal(result[:, 40:], image[:, 40:])
    assert result[:, :36].std() < 0.3 * image.std()


def test_blur_does_not_smear_the_person_into_the_room():
    image = np.where(halves((80, 80))[:, :, None] > 0, np.uint8(255), flat((20, 40, 60), (80, 80)))
    room = compose(image, halves((80, 80)), "blur", STYLE)[:, :40]
    assert np.abs(room.astype(int) - (20, 40, 60)).max() <= 3


def test_more_blur_is_smoother():
    image = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    nobody = matte(None, (160, 120))
    spread = [compose(image, nobody, "blur", Style(radius, "#000000", "dusk")).std() for radius in (4, 16, 80)]
    assert spread[0] > 1.5 * spread[1] > 1.5 * spread[2]


def test_picture_behind():
    result = compose(flat(50), halves(), "picture", Style(16, "#000000", "dusk", flat((1, 2, 3), (600, 400))))
    assert (result[:, :3] == (1, 2, 3)).all() and (result[:, 3:] == 50).all()


def test_without_an_upload_the_room_stays_hidden():
    nobody = matte(None, (6, 4))
    np.testing.assert_array_equal(
        compose(flat(50), nobody, "picture", STYLE), compose(flat(50), nobody, "gradient", STYLE)
    )


def test_cover_keeps_proportions_and_cuts_both_sides_evenly():
    picture = np.zeros((100, 400, 3), np.uint8)
    picture[:, 100:300] = 100  # what a square frame's neighbours of 2:1 get to see: the middle
    picture[:, 190:210] = 255
    result = cover(picture, (100, 50))[:, :, 0]
    assert result.shape == (50, 100)
    assert result.min() == 100
    np.testing.assert_array_equal(np.flatnonzero(result[25] == 255), range(45, 55))


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (640, 480)])
@pytest.mark.parametrize("shape", [(1, 1), (7, 900), (900, 7), (64, 64)])
def test_cover_fits_anything_to_anything(size, shape):
    result = cover(np.full((*shape, 3), 9, np.uint8), size)
    assert result.shape == (size[1], size[0], 3) and (result == 9).all()


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_run_from_their_first_colour_to_their_last(name):
    result = gradient(name, (40, 300)).astype(int)
    assert np.abs(result[0] - fields.rgb(GRADIENTS[name][0])).max() <= 1
    assert np.abs(result[-1] - fields.rgb(GRADIENTS[name][-1])).max() <= 1
    assert np.abs(np.diff(result.mean(axis=1), axis=0)).max() < 3


# --- one stream


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 2000), (63, 47)])
@pytest.mark.parametrize("source", ["model", "knn"])
def test_any_frame_with_any_mask(behind, size, source):
    compositor, options = Compositor(), Background(behind=behind, source=source, steadiness=0.5)
    image = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    locked = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)[::2, ::2][::-1, ::-1]
    image = locked.copy()
    locked.flags.writeable = False
    for mask in (
        None,
        np.zeros(size[::-1], np.uint8),
        np.full(size[::-1], 255, np.uint8),
        np.full((9, 9), 40, np.uint8),
    ):
        result = compositor.apply(locked, mask, options, flat(7, (50, 20)))
        assert result.shape == image.shape and result.dtype == np.uint8
        np.testing.assert_array_equal(locked, image)
        assert result is locked if behind == "none" else result.flags.c_contiguous and result.flags.writeable


def test_another_size_in_mid_stream():
    compositor = Compositor()
    for options in (Background("gradient", steadiness=0.5), Background("blur", source="knn")):
        for size in ((64, 48), (48, 64), (1, 1), (320, 240)):
            assert compositor.apply(flat(5, size), halves(size), options).shape == (size[1], size[0], 3)


def test_a_still_background_is_made_once(monkeypatch):
    made = []
    monkeypatch.setattr("pose_demo.background.modes.cover", lambda picture, size: made.append(size) or flat(3, size))
    compositor, options, picture = Compositor(), Background("picture"), flat(9)
    for _ in range(3):
        compositor.apply(flat(50), halves(), options, picture)
    assert made == [(6, 4)]
    compositor.apply(flat(50), halves(), options, flat(9))  # another upload, though it looks the same
    compositor.apply(flat(50, (8, 8)), halves((8, 8)), options, picture)
    assert made == [(6, 4), (6, 4), (8, 8)]


def test_changed_options_show_in_the_next_frame():
    compositor = Compositor()
    for colour, expected in (("#ff0000", (255, 0, 0)), ("#00ff00", (0, 255, 0))):
        result = compositor.apply(flat(50), None, Background("colour", colour=colour))
        assert (result == expected).all()
    assert (compositor.apply(flat(50), None, Background("gradient"))[0, 0] != (0, 255, 0)).any()


def test_a_steady_matte_lags():
    compositor, options = Compositor(), Background("person-only", softness=0, steadiness=0.5)
    compositor.apply(flat(200), halves(), options)
    result = compositor.apply(flat(200), None, options)
    assert (result[:, 3:] == 100).all() and (result[:, :3] == 0).all()


def test_options_are_checked_by_their_fields():
    assert fields.checked(Background, {"behind": "blur", "blur": 20}) == Background("blur", blur=20)
    for values in ({"behind": "beach"}, {"threshold": 0}, {"colour": "blue"}, {"gradient": "x"}, {"source": "yolo"}):
        with pytest.raises(InputError):
            fields.checked(Background, values)
