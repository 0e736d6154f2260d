"""The effects in golden images. The tests iterate over the registry, so every new effect requires an image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pose_demo.effects import EFFECTS, apply_all, parse
from pose_demo.types import Frame

VARIANTS = {
    "glasses-own": "glasses(ratio=2)",
    "canny-over": "canny(low=100,high=200,show=over)",
    "color-space-hsv": "color-space(space=hsv)",
    "color-space-lab": "color-space(space=lab)",
    "color-space-yuv": "color-space(space=yuv)",
    "color-space-swapped": "color-space(space=swapped)",
    "color-space-lab-hsv": "color-space(space=lab-hsv)",
    "color-space-hsv-lab": "color-space(space=hsv-lab)",
    "pixelate-square": "pixelate(shape=square,blocks=4)",
    "side-by-side-below": "canny+side-by-side(position=below)",
    # A fixed list: a new effect must not change this image. Canny and skeleton-only would hide the others.
    "all": "glasses+blur+sharpen+color-space+pixelate+trails+side-by-side",
}


@pytest.mark.parametrize("name", EFFECTS)
def test_effect(name, scene, golden):
    golden(f"effect-{name}", _last_frame(name, scene.context))


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name, scene, golden):
    context = scene.context
    if name == "glasses-own":
        context = replace(context, images={"glasses": _heart()})
    golden(f"effect-{name}", _last_frame(VARIANTS[name], context))


def _last_frame(text, context):
    """The last of nine frames in which the arms move to their position, so that trails are visible."""
    effects = parse(text)
    (pose,) = context.poses
    for step in range(9):
        xy = pose.xy.copy()
        angle = (8 - step) * 0.12
        xy[9] = xy[7] + _rotated(xy[9] - xy[7], angle)
        xy[10] = xy[8] + _rotated(xy[10] - xy[8], -angle)
        frame = Frame(context.frame.image, step / 15)
        current = replace(context, frame=frame, poses=(replace(pose, xy=xy),))
        result = apply_all(effects, frame.image.copy(), current)
    return result


def _rotated(vector, angle):
    rotation = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))), np.float32)
    return rotation @ vector


def _heart():
    """An uploaded image with soft edges."""
    y, x = np.mgrid[1.3:-1.3:60j, -1.5:1.5:70j]
    inside = 1 / (1 + np.exp(np.clip(20 * ((x * x + y * y - 1) ** 3 - x * x * y**3), -50, 50)))
    return np.dstack([np.full_like(x, level) for level in (255, 0, 120)] + [255 * inside]).astype(np.uint8)
