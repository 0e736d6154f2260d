"""Background replacement over the frames of a stream."""

from __future__ import annotations

import numpy as np
import pytest
from background_images import flat, right_half

from pose_demo import fields
from pose_demo.background import MODES, BackgroundOptions, Compositor
from pose_demo.types import InputError


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 2000), (63, 47)])
@pytest.mark.parametrize("mask_source", ["model", "knn"])
def test_every_frame_with_every_mask(mode, size, mask_source):
    compositor = Compositor()
    options = BackgroundOptions(mode=mode, mask_source=mask_source, temporal_smoothing=0.5)
    image = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    read_only = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)[::2, ::2][::-1, ::-1]
    image = read_only.copy()
    read_only.flags.writeable = False
    for mask in (
        None,
        np.zeros(size[::-1], np.uint8),
        np.full(size[::-1], 255, np.uint8),
        np.full((9, 9), 40, np.uint8),
    ):
        result = compositor.apply(read_only, mask, options, flat(7, (50, 20)))
        assert result.shape == image.shape and result.dtype == np.uint8
        np.testing.assert_array_equal(read_only, image)
        assert result is read_only if mode == "none" else result.flags.c_contiguous and result.flags.writeable


def test_frame_size_may_change_during_a_stream():
    compositor = Compositor()
    for options in (
        BackgroundOptions("gradient", temporal_smoothing=0.5),
        BackgroundOptions("blur", mask_source="knn"),
    ):
        for size in ((64, 48), (48, 64), (1, 1), (320, 240)):
            assert compositor.apply(flat(5, size), right_half(size), options).shape == (size[1], size[0], 3)


def test_static_background_is_rendered_once(monkeypatch):
    rendered = []
    monkeypatch.setattr("pose_demo.background.modes.cover", lambda image, size: rendered.append(size) or flat(3, size))
    compositor, options, upload = Compositor(), BackgroundOptions("image"), flat(9)
    for _ in range(3):
        compositor.apply(flat(50), right_half(), options, upload)
    assert rendered == [(6, 4)]
    compositor.apply(flat(50), right_half(), options, flat(9))  # another upload with equal pixels
    compositor.apply(flat(50, (8, 8)), right_half((8, 8)), options, upload)
    assert rendered == [(6, 4), (6, 4), (8, 8)]


def test_static_background_is_not_drawn_on():
    compositor, options = Compositor(), BackgroundOptions("color", color="#0000ff")
    compositor.apply(flat(50), np.full((4, 6), 255, np.uint8), options)
    assert (compositor.apply(flat(50), None, options) == (0, 0, 255)).all()


def test_changed_options_apply_to_the_next_frame():
    compositor = Compositor()
    for color, expected in (("#ff0000", (255, 0, 0)), ("#00ff00", (0, 255, 0))):
        result = compositor.apply(flat(50), None, BackgroundOptions("color", color=color))
        assert (result == expected).all()
    assert (compositor.apply(flat(50), None, BackgroundOptions("gradient"))[0, 0] != (0, 255, 0)).any()


def test_temporal_smoothing_makes_the_matte_lag():
    compositor, options = Compositor(), BackgroundOptions("person-only", feather=0, temporal_smoothing=0.5)
    compositor.apply(flat(200), right_half(), options)
    result = compositor.apply(flat(200), None, options)
    assert (result[:, 3:] == 100).all() and (result[:, :3] == 0).all()


def test_background_only_hides_a_person_whom_the_model_loses_for_a_moment():
    compositor, options = Compositor(), BackgroundOptions("background-only", feather=0)
    compositor.apply(flat(200, (40, 20)), right_half((40, 20)), options)
    lost = [compositor.apply(flat(200, (40, 20)), mask, options) for mask in (None, np.zeros((20, 40), np.uint8)) * 20]
    assert all((image[:, 20:] == 0).all() and (image[:, :10] == 200).all() for image in lost[:15])
    assert (lost[-1] == 200).all()


def test_options_are_validated():
    assert fields.validated(BackgroundOptions, {"mode": "blur", "blur": 20}) == BackgroundOptions("blur", blur=20)
    for values in ({"mode": "beach"}, {"threshold": 0}, {"color": "blue"}, {"gradient": "x"}, {"mask_source": "yolo"}):
        with pytest.raises(InputError):
            fields.validated(BackgroundOptions, values)
