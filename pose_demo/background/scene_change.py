"""Detection of another light or another view in front of a static camera, in contrast to a person."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.imaging import as_uint8
from pose_demo.types import Image, Mask

_MAX_CHANGED = 0.5  # fraction of the frame that a person may cover
_MIN_EDGE = 48  # Sobel response to a step by 12 levels
_EDGES_EVERY = 16  # frames
_CELLS = 6, 4  # columns, rows
_MIN_EDGES_IN_CELL = 0.01  # fraction of its pixels
_MIN_CELLS = 6  # with edges
_MIN_MOVED_EDGES, _MIN_MOVED_CELLS = 0.3, 0.55  # fraction of the edges in a cell, and of these cells
_SUDDEN = 0.05  # growth of the changed fraction of the frame
_NEWEST_WEIGHT = 0.2  # of a frame in the average of the changed fraction
_MIN_CORRELATION = 0.7  # of gradients where only the light differs; the outline of a person makes it small

Gradient = npt.NDArray[np.float32]


class SceneChange:
    """Detects frames in which so much has changed, or in such a way, that it is not a person."""

    def __init__(self) -> None:
        self._frames = 0
        self._average = 0.0
        self._edges: Mask = np.zeros((1, 1), np.uint8)

    def detect(self, changed: Mask, image: Image, reference: Image) -> bool:
        """Whether the light or the view has changed.

        Args:
            changed: 255 where the image does not show the known background, 0 elsewhere.
            image: RGB.
            reference: the known background, RGB of the same size.
        """
        if self._frames % _EDGES_EVERY == 0:
            self._edges = _is_edge(_gradient(reference))
        self._frames += 1
        fraction = float(np.count_nonzero(changed) / changed.size)
        is_sudden = fraction > self._average + _SUDDEN
        self._average += _NEWEST_WEIGHT * (fraction - self._average)
        if fraction > _MAX_CHANGED or is_everywhere(changed, self._edges):
            return True
        return is_sudden and keeps_texture(changed, image, reference)


def is_everywhere(changed: Mask, edges: Mask) -> bool:
    """Whether edges have changed all over the frame, as when the camera moves; a person covers only some of them."""
    # The mean of a cell's pixels is 255 times the fraction.
    all_edges, moved_edges = (
        cv2.resize(mask, _CELLS, interpolation=cv2.INTER_AREA) for mask in (edges, cv2.bitwise_and(edges, changed))
    )
    textured = all_edges >= 255 * _MIN_EDGES_IN_CELL
    moved = textured & (moved_edges >= _MIN_MOVED_EDGES * all_edges)
    count = np.count_nonzero(textured)
    return bool(count >= _MIN_CELLS and np.count_nonzero(moved) >= _MIN_MOVED_CELLS * count)


def keeps_texture(changed: Mask, image: Image, reference: Image) -> bool:
    """Whether an image has the edges of the background, and no others, where it has changed."""
    before, now = _gradient(reference), _gradient(image)
    edges = cv2.bitwise_or(_is_edge(before), _is_edge(now))
    area = cv2.dilate(cv2.medianBlur(changed, 5), np.ones((5, 5), np.uint8))
    inside = cv2.bitwise_and(edges, area) > 0
    before, now = before[inside], now[inside]
    norm = float(np.sqrt((before**2).sum() * (now**2).sum()))
    return bool((before * now).sum() > _MIN_CORRELATION * norm)


def _gradient(image: Image) -> Gradient:
    """(height, width, 2) Sobel derivatives of the luma by x and y."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return np.dstack([cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1)])


def _is_edge(gradient: Gradient) -> Mask:
    return as_uint8(((gradient**2).sum(axis=2) > _MIN_EDGE**2) * np.uint8(255))
