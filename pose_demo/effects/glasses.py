"""Thug-life glasses: pixel-art sunglasses on every visible pair of eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext, ImageUpload, RgbaImage, visible_keypoint
from pose_demo.geometry import clip_box
from pose_demo.imaging import as_uint8, multiply_by_mask
from pose_demo.types import Box, Image, Pose

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

# One character per block: # black, w white, . transparent. The center of the drawing lies between the eyes.
_DRAWING = """
##############################
##############################
.....#ww#w####..#ww#w####.....
.....##ww#w###..##ww#w###.....
.....###ww#w##..###ww#w##.....
......###ww##....###ww##......
.......#####......#####.......
""".split()
_COLORS = {"#": (12, 12, 16, 255), "w": (255, 255, 255, 255), ".": (0, 0, 0, 0)}
_SPRITE_WIDTH = 480  # pixels
_MESH = ((263, 362), (33, 133), (1,))  # corners of the left and the right eye, tip of the nose, in the face mesh
_MIN_WIDTH = 4.0  # pixels; smaller glasses are not drawn


@dataclass(frozen=True)
class Glasses(Effect):
    """Draw glasses on each person with two visible eyes; an image in ``context.images["glasses"]`` replaces them."""

    title: ClassVar[str] = "Thug-life glasses"
    needs_keypoints: ClassVar[bool] = True
    upload: ClassVar[ImageUpload | None] = ImageUpload(
        "Your own glasses (transparent image)",
        "An image with transparency (PNG, WebP), drawn in place of the built-in glasses and as wide as they are.",
    )

    ratio: float = fields.number(
        3.0, 1.0, 8.0, "Size", "Width of the glasses as a multiple of the distance between the eyes.", step=0.1
    )

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        sprite = _sprite(context)
        for pose in context.poses:
            eyes = _eyes(pose, context.confidence)
            if eyes is not None:
                _draw(canvas, sprite, self.ratio, *eyes)
        return canvas


def _eyes(pose: Pose, confidence: float) -> tuple[Vector, Vector] | None:
    """The midpoint of the eyes and the vector between them along the glasses' x axis; None if an eye is not visible."""
    left, right, nose = _face_keypoints(pose, confidence)
    if left is None or right is None:
        return None
    midpoint, x_axis = (left + right) / 2, left - right
    y_axis = np.array((-x_axis[1], x_axis[0]))
    # In a mirrored frame the left eye is on the left, so the nose decides, or the frame's y axis if it is not visible.
    is_upright = (y_axis[1] if nose is None else y_axis @ (nose - midpoint)) >= 0
    return midpoint, x_axis if is_upright else -x_axis


def _face_keypoints(pose: Pose, confidence: float) -> Sequence[Vector | None]:
    """Left eye, right eye and nose, by the face mesh where it is estimated; None where they are not visible."""
    face = pose.parts.get("face")
    if face is None or not face.scores.max() >= confidence:
        return [visible_keypoint(pose, name, confidence) for name in ("left_eye", "right_eye", "nose")]
    return [face.xy[list(keypoints)].mean(axis=0, dtype=np.float64) for keypoints in _MESH]


def _draw(canvas: Image, sprite: RgbaImage, ratio: float, midpoint: Vector, x_axis: Vector) -> None:
    height, width = sprite.shape[:2]
    target_width = float(np.hypot(*x_axis)) * ratio
    if target_width < _MIN_WIDTH:
        return
    if target_width < width:  # warpAffine does not average pixels when it shrinks
        size = (round(target_width), max(1, round(target_width * height / width)))
        sprite = as_uint8(cv2.resize(sprite, size, interpolation=cv2.INTER_AREA))
        height, width = sprite.shape[:2]
    cos, sin = x_axis * (ratio / width)
    transform = np.array(((cos, -sin), (sin, cos)))
    _warp_onto(canvas, sprite, transform, midpoint - transform @ (width / 2, height / 2))


def _warp_onto(canvas: Image, sprite: RgbaImage, transform: Matrix, corner: Vector) -> None:
    """Draw the premultiplied sprite, transformed by a 2x2 matrix, with its top left corner at ``corner``."""
    height, width = sprite.shape[:2]
    corners = np.array(((0, 0), (width, 0), (0, height), (width, height))) @ transform.T + corner
    (left, top), (right, bottom) = corners.min(axis=0) - 1, corners.max(axis=0) + 1
    box = clip_box(Box(left, top, right, bottom), (canvas.shape[1], canvas.shape[0]))
    if box is None:
        return
    x0, y0, x1, y1 = box
    # OpenCV's origin is the center of the first pixel, that of our coordinates its corner.
    offset = corner - (x0, y0) + transform @ (0.5, 0.5) - 0.5
    layer = cv2.warpAffine(sprite, np.column_stack((transform, offset)), (x1 - x0, y1 - y0))
    red, green, blue, alpha = cv2.split(layer)
    background = multiply_by_mask(canvas[y0:y1, x0:x1], as_uint8(cv2.bitwise_not(alpha)))
    canvas[y0:y1, x0:x1] = cv2.add(background, cv2.merge((red, green, blue)))


def _sprite(context: EffectContext) -> RgbaImage:
    image = context.images.get("glasses")
    if image is None:
        return _built_in_sprite()
    cached_image, sprite = context.state.get("glasses", (None, None))
    if cached_image is not image:
        sprite = _premultiply(_limit_width(image))
        context.state["glasses"] = image, sprite
    result: RgbaImage = sprite
    return result


@lru_cache(maxsize=1)
def _built_in_sprite() -> RgbaImage:
    blocks = np.array([[_COLORS[character] for character in row] for row in _DRAWING], np.uint8)
    size = (_SPRITE_WIDTH, _SPRITE_WIDTH * blocks.shape[0] // blocks.shape[1])
    sprite = _premultiply(as_uint8(cv2.resize(blocks, size, interpolation=cv2.INTER_NEAREST)))
    sprite.flags.writeable = False
    return sprite


def _limit_width(image: RgbaImage) -> RgbaImage:
    height, width = image.shape[:2]
    if width <= _SPRITE_WIDTH:
        return image
    size = (_SPRITE_WIDTH, max(1, round(height * _SPRITE_WIDTH / width)))
    return as_uint8(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _premultiply(image: RgbaImage) -> RgbaImage:
    """Multiply colors by alpha, so that resampling does not mix the color of transparent pixels into the edges."""
    alpha = image[:, :, 3]
    opaque = np.full_like(alpha, 255)
    return as_uint8(cv2.multiply(image, cv2.merge((alpha, alpha, alpha, opaque)), scale=1 / 255))
