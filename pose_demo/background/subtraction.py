"""Who is person without a model: whatever differs from the picture that stood still."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.imaging import uint8
from pose_demo.types import Image, Mask

_LONG_SIDE = 192  # the model takes a ninth of the time, and noise averages out
_REFERENCE_HEIGHT = 480  # the picture for which a dilation is given


class KnnSubtraction:
    """KNN background subtraction of one stream; it learns from every frame it sees and never looks at the clock.

    The first frame counts as background. A person who stands still for ``history`` frames becomes background too:
    that is in the nature of the method. It looks at colours, not at grey as the notebook does: a face before a beige
    wall has no other difference.

    Args:
        history: frames until something new belongs to the background.
        threshold: squared distance of two colours (each channel 0..255) from which a pixel counts as changed.
        dilation: pixels that the mask grows on all sides, in a picture 480 pixels high. The notebook's ellipse of
            20 x 20, four times, is 40.
    """

    def __init__(self, history: int = 100, threshold: float = 32.0, dilation: int = 40) -> None:
        self._options = history, threshold, False
        self._dilation = dilation
        self._size = (0, 0)
        self._model = cv2.createBackgroundSubtractorKNN(*self._options)

    def mask(self, image: Image) -> Mask:
        """Learn the frame and return who is person in it: uint8 0..255 of the frame's size, soft at the edge."""
        height, width = image.shape[:2]
        small = _small(image)
        first = (width, height) != self._size
        if first:
            self._size = width, height
            self._model = cv2.createBackgroundSubtractorKNN(*self._options)
        changed = uint8(self._model.apply(small))
        if first:  # everything is new to a new model
            return np.zeros((height, width), np.uint8)
        return uint8(cv2.resize(self._grown(changed), (width, height)))

    def _grown(self, changed: Mask) -> Mask:
        # Without the median a single speck of noise would grow to a disc.
        clean = uint8(cv2.medianBlur(changed, 5))
        radius = round(self._dilation * clean.shape[0] / _REFERENCE_HEIGHT)
        if not radius:
            return clean
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        return uint8(cv2.dilate(clean, disc))


def _small(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return uint8(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
