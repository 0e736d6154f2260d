"""Soft shadow of a dancer on the floor."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.sample.camera import Camera
from pose_demo.sample.posture import Vector
from pose_demo.sample.primitives import Outline, ellipse, fill_polygon
from pose_demo.sample.rig import Rig
from pose_demo.types import Image

_DOWNSAMPLING = 4  # drawn at this fraction of the resolution for speed; the blur hides it
_BRIGHTNESS = (216, 150, 150)  # under the body, the left foot and the right foot; 255 is no shadow
_ON_FLOOR = (1, 0, 1)  # multiplied with a point: its vertical projection on the floor


def draw_shadow(image: Image, rig: Rig, camera: Camera) -> None:
    """Darken the floor under the body and the feet, in place."""
    outlines = [_floor_ellipse(rig.joints["pelvis"] * _ON_FLOOR + (0.08, 0, -0.03), 0.25, camera)]
    outlines += [_floor_ellipse(_below_foot(rig, side), 0.085, camera) for side in ("left", "right")]
    low, high = np.concatenate(outlines).min(axis=0), np.concatenate(outlines).max(axis=0)
    margin = 0.1 * camera.pixels_per_height
    x0, y0 = np.maximum((low - margin) // _DOWNSAMPLING * _DOWNSAMPLING, 0).astype(int)
    x1, y1 = np.minimum(high + margin, camera.size).astype(int)
    if x1 - x0 < _DOWNSAMPLING or y1 - y0 < _DOWNSAMPLING:
        return
    shadow = _shadow_map(outlines, np.array((x0, y0)), (x1 - x0, y1 - y0), camera)
    region = image[y0:y1, x0:x1]
    region[:] = cv2.multiply(region, cv2.merge((shadow, shadow, shadow)), scale=1 / 255)


def _below_foot(rig: Rig, side: str) -> Vector:
    point: Vector = (rig.joints[f"{side}_heel"] + rig.joints[f"{side}_toe"]) / 2 * _ON_FLOOR
    return point


def _floor_ellipse(center: Vector, radius: float, camera: Camera) -> Outline:
    return camera.project(ellipse(center, np.array((radius, 0, 0)), np.array((0, 0, radius * 0.62))))


def _shadow_map(outlines: list[Outline], corner: Vector, size: tuple[int, int], camera: Camera) -> Image:
    """Brightness (height, width) of the region at ``corner``: 255 without shadow."""
    small = np.full((size[1] // _DOWNSAMPLING + 1, size[0] // _DOWNSAMPLING + 1), 255, np.uint8)
    for outline, brightness in zip(outlines, _BRIGHTNESS, strict=True):
        fill_polygon(small, (outline - corner) / _DOWNSAMPLING, brightness)
    soft = cv2.GaussianBlur(small, (0, 0), max(0.6, 0.03 * camera.pixels_per_height / _DOWNSAMPLING))
    full_size = small.shape[1] * _DOWNSAMPLING, small.shape[0] * _DOWNSAMPLING
    resized = cv2.resize(soft, full_size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized[: size[1], : size[0]], np.uint8)
