"""Thug-life glasses: pixel-art shades on every pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.effects.base import RgbaImage, Scene, clipped, keypoint
from pose_demo.imaging import faded, uint8
from pose_demo.types import Image, Pose

Vector = npt.NDArray[np.float64]

# One letter a block: # black, w white, . clear. The middle of the drawing lies between the eyes.
_DRAWING = """
##############################
##############################
.....#ww#w####..#ww#w####.....
.....##ww#w###..##ww#w###.....
.....###ww#w##..###ww#w##.....
......###ww##....###ww##......
.......#####......#####.......
""".split()
_INKS = {"#": (12, 12, 16, 255), "w": (255, 255, 255, 255), ".": (0, 0, 0, 0)}
_WIDTH = 480
_SMALLEST = 4.0


@dataclass(frozen=True)
class Glasses:
    """One pair per person whose eyes are both seen; an RGBA picture in ``scene.images["glasses"]`` replaces ours."""

    title: ClassVar[str] = "Thug-life glasses"

    ratio: float = fields.number(
        3.0, 1.0, 8.0, "Size", "Width of the glasses, in distances between the two eyes.", step=0.1
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        sprite = _sprite(scene)
        for pose in scene.poses:
            axes = _axes(pose, scene.confidence)
            if axes is not None:
                _wear(canvas, sprite, self.ratio, *axes)
        return canvas


def _axes(pose: Pose, confidence: float) -> tuple[Vector, Vector] | None:
    """The middle of the eyes, and the vector from the eye at the wearer's drawn left to the other; None when unseen."""
    left, right = keypoint(pose, "left_eye", confidence), keypoint(pose, "right_eye", confidence)
    if left is None or right is None:
        return None
    middle, across = (left + right) / 2, left - right
    down = np.array((-across[1], across[0]))
    nose = keypoint(pose, "nose", confidence)
    towards = down[1] if nose is None else down @ (nose - middle)
    # In a mirrored frame the left eye is at the left; the nose, or gravity, tells which way up the glasses belong.
    return middle, across if towards >= 0 else -across


def _wear(canvas: Image, sprite: RgbaImage, ratio: float, middle: Vector, across: Vector) -> None:
    height, width = sprite.shape[:2]
    target = float(np.hypot(*across)) * ratio
    if target < _SMALLEST:
        return
    if target < width:  # warpAffine alone would skip pixels when it shrinks
        size = (round(target), max(1, round(target * height / width)))
        sprite = uint8(cv2.resize(sprite, size, interpolation=cv2.INTER_AREA))
        height, width = sprite.shape[:2]
    x_axis = across * (ratio / width)
    turn = np.array(((x_axis[0], -x_axis[1]), (x_axis[1], x_axis[0])))
    _paste(canvas, sprite, turn, middle - turn @ (width / 2, height / 2))


def _paste(canvas: Image, sprite: RgbaImage, turn: Vector, corner: Vector) -> None:
    """Draw the premultiplied sprite with its pixels mapped by ``turn`` and its top left corner at ``corner``."""
    height, width = sprite.shape[:2]
    ends = np.array(((0, 0), (width, 0), (0, height), (width, height))) @ turn.T + corner
    region = clipped(canvas, *(ends.min(axis=0) - 1), *(ends.max(axis=0) + 1))
    if region is None:
        return
    x0, y0, x1, y1 = region
    # OpenCV counts from the centre of the first pixel, our coordinates from its corner.
    start = corner - (x0, y0) + turn @ (0.5, 0.5) - 0.5
    layer = cv2.warpAffine(sprite, np.column_stack((turn, start)), (x1 - x0, y1 - y0))
    red, green, blue, alpha = cv2.split(layer)
    under = faded(canvas[y0:y1, x0:x1], uint8(cv2.bitwise_not(alpha)))
    canvas[y0:y1, x0:x1] = cv2.add(under, cv2.merge((red, green, blue)))


def _sprite(scene: Scene) -> RgbaImage:
    picture = scene.images.get("glasses")
    if picture is None:
        return _drawn()
    kept, sprite = scene.memory.get("glasses", (None, None))
    if kept is not picture:
        sprite = _premultiplied(_shrunk(picture))
        scene.memory["glasses"] = picture, sprite
    result: RgbaImage = sprite
    return result


@lru_cache(maxsize=1)
def _drawn() -> RgbaImage:
    blocks = np.array([[_INKS[letter] for letter in row] for row in _DRAWING], np.uint8)
    size = (_WIDTH, _WIDTH * blocks.shape[0] // blocks.shape[1])
    sprite = _premultiplied(uint8(cv2.resize(blocks, size, interpolation=cv2.INTER_NEAREST)))
    sprite.flags.writeable = False
    return sprite


def _shrunk(picture: RgbaImage) -> RgbaImage:
    height, width = picture.shape[:2]
    if width <= _WIDTH:
        return picture
    size = (_WIDTH, max(1, round(height * _WIDTH / width)))
    return uint8(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _premultiplied(picture: RgbaImage) -> RgbaImage:
    """Colours times alpha, so that resampling does not drag the colour of clear pixels into the edges."""
    alpha = picture[:, :, 3]
    full = np.full_like(alpha, 255)
    return uint8(cv2.multiply(picture, cv2.merge((alpha, alpha, alpha, full)), scale=1 / 255))
