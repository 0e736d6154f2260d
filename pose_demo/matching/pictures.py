"""Pictures of reference poses."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from pose_demo.imaging import as_uint8
from pose_demo.matching import library
from pose_demo.matching.reference import Reference
from pose_demo.skeletons import COCO_17
from pose_demo.types import Image, Points

_MARGIN = 0.2  # around the drawn dancer, relative to the longer side


def picture(reference: Reference, size: tuple[int, int]) -> Image:
    """A picture of ``size`` (width, height): the drawn dancer, the visitor's image, or a stick figure without one."""
    if reference.name in library.NAMES and reference is library.load(reference.name):
        return _drawn(reference.name, size)
    if reference.thumbnail is None:
        return stick_figure(reference.pose.xy, size)
    return _covering(reference.thumbnail, size)


@cache
def _drawn(name: str, size: tuple[int, int]) -> Image:
    """The dancer in the middle, as large as possible."""
    reference = library.load(name)
    low, high = reference.xy.min(axis=0), reference.xy.max(axis=0)
    half = (0.5 + _MARGIN) * float((high - low).max())
    (left, top), (right, bottom) = (
        np.clip(np.rint((low + high) / 2 + side * half), 0, reference.size) for side in (-1, 1)
    )
    image = library.image(name, reference.size)[int(top) : int(bottom), int(left) : int(right)]
    result = _covering(image, size)
    result.flags.writeable = False
    return result


def stick_figure(xy: Points, size: tuple[int, int]) -> Image:
    """A picture of COCO-17 keypoints, ``(17, 2)``, as large as possible."""
    canvas = np.full((size[1], size[0], 3), 245, np.uint8)
    low, high = xy.min(axis=0), xy.max(axis=0)
    scale = 0.8 * min(size) / max(high - low)
    points = ((xy - (low + high) / 2) * scale + np.divide(size, 2)).astype(int)
    for a, b in COCO_17.edges:
        cv2.line(canvas, points[a].tolist(), points[b].tolist(), (15, 123, 108), max(1, min(size) // 60), cv2.LINE_AA)
    return canvas


def _covering(image: Image, size: tuple[int, int]) -> Image:
    """The middle of an image, as large as possible in the proportions of ``size``."""
    height, width = image.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    x, y = round((width - size[0] / scale) / 2), round((height - size[1] / scale) / 2)
    cut = image[y : y + max(1, round(size[1] / scale)), x : x + max(1, round(size[0] / scale))]
    return as_uint8(cv2.resize(cut, size, interpolation=cv2.INTER_AREA))
