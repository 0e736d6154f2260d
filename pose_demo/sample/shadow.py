"""The soft shadow under a dancer."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.sample.paint import ellipse, fill, fixed
from pose_demo.sample.rig import Camera, Rig, Vector
from pose_demo.types import Image

_COARSE = 4  # shadows are blurred anyway, so they are drawn this many times smaller


def cast(image: Image, rig: Rig, camera: Camera) -> None:
    """Darken the floor under the body and the feet, in place."""
    patches = [_round(rig.joints["pelvis"] * (1, 0, 1) + (0.08, 0, -0.03), 0.25, camera)]
    patches += [_round(_under(rig, side), 0.085, camera) for side in ("left", "right")]
    low, high = np.concatenate(patches).min(axis=0), np.concatenate(patches).max(axis=0)
    margin = 0.1 * camera.unit
    x0, y0 = np.maximum((low - margin) // _COARSE * _COARSE, 0).astype(int)
    x1, y1 = np.minimum(high + margin, camera.size).astype(int)
    if x1 - x0 < _COARSE or y1 - y0 < _COARSE:
        return
    dark = _dark(patches, np.array((x0, y0)), (x1 - x0, y1 - y0), camera)
    part = image[y0:y1, x0:x1]
    part[:] = cv2.multiply(part, cv2.merge((dark, dark, dark)), scale=1 / 255)


def _under(rig: Rig, side: str) -> Vector:
    middle: Vector = (rig.joints[f"{side}_heel"] + rig.joints[f"{side}_toe"]) / 2 * (1, 0, 1)
    return middle


def _round(centre: Vector, radius: float, camera: Camera) -> Vector:
    return camera.project(ellipse(centre, np.array((radius, 0, 0)), np.array((0, 0, radius * 0.62))))


def _dark(patches: list[Vector], corner: Vector, size: tuple[int, int], camera: Camera) -> Image:
    """255 where it is light, less in the shadow."""
    small = np.full((size[1] // _COARSE + 1, size[0] // _COARSE + 1), 255, np.uint8)
    for outline, light in zip(patches, (216, 150, 150), strict=True):
        fill(small, fixed((outline - corner) / _COARSE), light)
    soft = cv2.GaussianBlur(small, (0, 0), max(0.6, 0.03 * camera.unit / _COARSE))
    grown = cv2.resize(soft, (small.shape[1] * _COARSE, small.shape[0] * _COARSE), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown[: size[1], : size[0]], np.uint8)
