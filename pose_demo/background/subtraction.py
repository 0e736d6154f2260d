"""Segmentation without a model: KNN background subtraction for a static camera."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.imaging import as_uint8, limit_size
from pose_demo.types import Image, Mask

_LONGEST_SIDE = 192  # the subtractor takes a ninth of the time, and noise averages out
_REFERENCE_HEIGHT = 480  # height of the frame that a dilation refers to


class KnnSubtraction:
    """KNN background subtraction for one stream; it learns from every frame and does not use timestamps.

    The first frame is background. A person who does not move for ``history`` frames becomes background too, which is
    inherent to the method. It compares colors, where the original notebook (docs/notebook.md) compares gray
    levels: a face in front of a beige wall differs in color only.

    Args:
        history: frames until something new belongs to the background.
        threshold: squared distance of two colors (each channel 0..255) from which a pixel counts as changed.
        dilation: radius in pixels by which the mask is dilated, in a frame 480 pixels high. An ellipse of 20 x 20
            pixels, applied four times as in the original notebook, corresponds to 40.
    """

    def __init__(self, history: int, threshold: float, dilation: int) -> None:
        self._history, self._threshold, self._dilation = history, threshold, dilation
        self._size = (0, 0)
        self._subtractor = self._new_subtractor()

    def _new_subtractor(self) -> cv2.BackgroundSubtractorKNN:
        return cv2.createBackgroundSubtractorKNN(self._history, self._threshold, detectShadows=False)

    def mask(self, image: Image) -> Mask:
        """Learn a frame and return its segmentation mask: uint8 0..255 of the frame's size, with a soft edge."""
        height, width = image.shape[:2]
        is_first = (width, height) != self._size
        if is_first:
            self._size = width, height
            self._subtractor = self._new_subtractor()
        changed = as_uint8(self._subtractor.apply(limit_size(image, _LONGEST_SIDE)))
        if is_first:  # a new subtractor reports every pixel as changed
            return np.zeros((height, width), np.uint8)
        return as_uint8(cv2.resize(self._dilate(changed), (width, height)))

    def _dilate(self, changed: Mask) -> Mask:
        # Without the median filter, dilation would turn single pixels of noise into discs.
        filtered = as_uint8(cv2.medianBlur(changed, 5))
        radius = round(self._dilation * filtered.shape[0] / _REFERENCE_HEIGHT)
        if not radius:
            return filtered
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        return as_uint8(cv2.dilate(filtered, disc))
