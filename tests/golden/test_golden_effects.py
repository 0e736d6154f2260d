"""What every effect looks like. The registry says which there are, so a new one cannot be forgotten."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pose_demo.effects import EFFECTS, apply_all, parse
from pose_demo.types import Frame

VARIANTS = {
    "glasses-own": "glasses(ratio=2)",
    "canny-over": "canny(low=100,high=200,show=over)",
    "colours-hsv": "colours(space=hsv)",
    "colours-lab": "colours(space=lab)",
    "colours-yuv": "colours(space=yuv)",
    "colours-swapped": "colours(space=swapped)",
    "colours-lab-hsv": "colours(space=lab-hsv)",
    "colours-hsv-lab": "colours(space=hsv-lab)",
    "pixelate-square": "pixelate(shape=square,blocks=4)",
    "side-by-side-below": "canny+side-by-side(place=below)",
    "all": "+".join(name for name in EFFECTS if name not in ("canny", "skeleton-only")),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_effect(name, drawing, golden):
    golden(f"effect-{name}", _dance(name, drawing.scene))


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name, drawing, golden):
    scene = drawing.scene
    if name == "glasses-own":
        scene = replace(scene, images={"glasses": _heart()})
    golden(f"effect-{name}", _dance(VARIANTS[name], scene))


def _dance(text, scene):
    """The last of some frames in which the arms swing up to their place, so that trails have something to show."""
    effects = parse(text)
    (pose,) = scene.poses
    for step in range(9):
        xy = pose.xy.copy()
        angle = (8 - step) * 0.12
        xy[9] = xy[7] + _turned(xy[9] - xy[7], angle)
        xy[10] = xy[8] + _turned(xy[10] - xy[8], -angle)
        now = replace(scene, frame=Frame(scene.frame.image, step / 15), poses=(replace(pose, xy=xy),))
        result = apply_all(effects, scene.frame.image.copy(), now)
    return result


def _turned(vector, angle):
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))), np.float32)
    return turn @ vector


def _heart():
    """An uploaded picture with soft edges."""
    y, x = np.mgrid[1.3:-1.3:60j, -1.5:1.5:70j]
    inside = 1 / (1 + np.exp(np.clip(20 * ((x * x + y * y - 1) ** 3 - x * x * y**3), -50, 50)))
    return np.dstack([np.full_like(x, level) for level in (255, 0, 120)] + [255 * inside]).astype(np.uint8)
