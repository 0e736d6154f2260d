"""Decoded frames as a player shows them: upright, and with square pixels."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np

from pose_demo.types import Image

_MAX_ASPECT_RATIO = 4  # of a pixel; anamorphic lenses have 2, more is an error in the file
_SQUARE = 0.005  # pixels that are closer to squares are taken as such: files round the ratio


def to_display(image: Image, frame: av.VideoFrame, sample_aspect_ratio: Fraction | None) -> Image:
    """An image as a player shows its frame.

    Args:
        image: the decoded RGB image.
        frame: the frame it was decoded from; its display matrix is read.
        sample_aspect_ratio: width of a stored pixel relative to its height; None if unknown.
    """
    return orient(to_square_pixels(image, sample_aspect_ratio), display_matrix(frame))


def to_square_pixels(image: Image, sample_aspect_ratio: Fraction | None) -> Image:
    """Enlarge an image in one direction, so that its pixels are squares; an implausible ratio is ignored."""
    ratio = float(sample_aspect_ratio or 1)
    if abs(ratio - 1) < _SQUARE or not 1 / _MAX_ASPECT_RATIO <= ratio <= _MAX_ASPECT_RATIO:
        return image
    height, width = image.shape[:2]
    size = round(width * max(ratio, 1)), round(height * max(1 / ratio, 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def display_matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """The upper left part (a, b, c, d) of a frame's display matrix; the identity without one.

    A stored point (x, y) is shown at (a x + c y, b x + d y), up to a translation.

    Source: https://ffmpeg.org/doxygen/trunk/group__lavu__video__display.html
    """
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return 1, 0, 0, 1
    a, b, _, c, d, *_ = np.frombuffer(bytes(data), np.int32).tolist()
    return a, b, c, d


def orient(image: Image, matrix: tuple[int, int, int, int]) -> Image:
    """Turn and reflect an image by the closest of the eight matrices that keep its sides parallel to the axes."""
    a, b, c, d = matrix
    if abs(b) + abs(c) > abs(a) + abs(d):
        image = image.transpose(1, 0, 2)
        mirrored, upside_down = c < 0, b < 0
    else:
        mirrored, upside_down = a < 0, d < 0
    return np.ascontiguousarray(image[:: -1 if upside_down else 1, :: -1 if mirrored else 1])
