"""Applying a list of effects, and checks of uploaded images."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo import effects
from pose_demo.effects import EFFECTS, EffectContext, check_rgba
from pose_demo.types import Frame, InputError


def context(image):
    return EffectContext(Frame(image), ())


def test_effects_are_applied_in_the_order_of_the_list():
    image = np.full((4, 4, 3), 200, np.uint8)
    black_first = effects.apply_all(effects.parse("skeleton-only+side-by-side"), image.copy(), context(image))
    black_last = effects.apply_all(effects.parse("side-by-side+skeleton-only"), image.copy(), context(image))
    assert black_first[:, :4].max() == 0 and black_first[:, 4:].min() == 200
    assert black_last.max() == 0


def test_without_effects_the_frame_is_copied_to_draw_on():
    image = np.zeros((4, 4, 3), np.uint8)
    result = effects.apply_all((), image, context(image))
    result[:] = 255
    assert image.max() == 0


def test_writable_canvas_is_not_copied():
    canvas = np.zeros((4, 4, 3), np.uint8)
    assert effects.apply_all((), canvas, context(canvas.copy())) is canvas


def test_required_effects_are_registered():
    expected = "glasses canny blur sharpen color-space skeleton-only pixelate trails side-by-side"
    assert set(expected.split()) <= set(EFFECTS)


@pytest.mark.parametrize(
    "image",
    ["x.png", np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4)), np.zeros((0, 4, 4), "B")],
)
def test_uploaded_image_without_alpha_is_refused(image):
    with pytest.raises(InputError, match="expected"):
        check_rgba(image)


def test_uploaded_image_with_alpha_is_accepted():
    image = np.zeros((4, 5, 4), np.uint8)
    assert check_rgba(image) is image
