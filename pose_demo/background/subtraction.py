"""Segmentation without a model: KNN background subtraction for a static camera."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.background.exposure import ExposureCompensation
from pose_demo.background.scene_change import SceneChange
from pose_demo.imaging import as_uint8, limit_size
from pose_demo.types import Image, Mask

_LONGEST_SIDE = 192  # the subtractor takes a ninth of the time, and noise averages out
_REFERENCE_HEIGHT = 480  # height of the frame that a dilation refers to
_MIN_STEADY_FRAMES = 8  # in a row, until what was learned is certain
_WARM_UP = 5  # frames in which a new subtractor reports every pixel as changed
_NOISE_FACTOR = 8.0  # from the variance of a level to the squared distance that noise rarely exceeds
_MAX_NOISE_FACTOR = 8.0  # by which noise may raise the threshold: a person must still exceed it


class KnnSubtraction:
    """KNN background subtraction for one stream; it learns from every frame and does not use timestamps.

    Changes of exposure and white balance are compensated. After another light or another view it learns again, and
    until that is certain every mask is empty, see `is_certain`. A person who does not move for ``history`` frames
    becomes background too, which is inherent to the method. It compares colors, where the original notebook
    (docs/notebook.md) compares gray levels: a face in front of a beige wall differs in color only.

    Args:
        history: frames until something new belongs to the background.
        threshold: squared distance of two colors (each channel 0..255) from which a pixel counts as changed.
        dilation: radius in pixels by which the mask is dilated, in a frame 480 pixels high. An ellipse of 20 x 20
            pixels, applied four times as in the original notebook, corresponds to 40.
    """

    def __init__(self, history: int, threshold: float, dilation: int) -> None:
        self._history, self._threshold, self._dilation = history, threshold, dilation
        self._size = (0, 0)
        self._restart()

    def _restart(self) -> None:
        self._subtractor = cv2.createBackgroundSubtractorKNN(self._history, self._threshold, detectShadows=False)
        self._exposure, self._scene_change = ExposureCompensation(), SceneChange()
        self._foreground: Mask | None = None
        self._frames = self._steady_frames = 0

    @property
    def is_certain(self) -> bool:
        """Whether the background of the last frame was known; if not, its mask is empty and means nothing."""
        return self._steady_frames >= _MIN_STEADY_FRAMES

    def mask(self, image: Image) -> Mask:
        """Learn a frame and return its segmentation mask: uint8 0..255 of the frame's size, with a soft edge."""
        height, width = image.shape[:2]
        if (width, height) != self._size:
            self._size = width, height
            self._restart()
        self._foreground = self._learn(_shrink(image))
        if self._foreground is None or not self.is_certain:
            return np.zeros((height, width), np.uint8)
        return as_uint8(cv2.resize(self._foreground, (width, height)))

    def _learn(self, image: Image) -> Mask | None:
        """The foreground of a small image; None where the background is unknown."""
        compensated = self._exposure.apply(image, self._foreground)
        changed = self._changed(compensated)
        if self._is_another_scene(changed, compensated):
            self._steady_frames = 0
            if self._frames > _WARM_UP:
                self._restart()
                return self._learn(image)
            foreground = None
        else:
            self._steady_frames += 1
            foreground = self._dilate(changed)
        self._exposure.learn(compensated, foreground)
        return foreground

    def _changed(self, image: Image) -> Mask:
        noise = _NOISE_FACTOR * self._exposure.noise**2
        self._subtractor.setDist2Threshold(min(max(self._threshold, noise), _MAX_NOISE_FACTOR * self._threshold))
        self._frames += 1
        return as_uint8(self._subtractor.apply(image))

    def _is_another_scene(self, changed: Mask, image: Image) -> bool:
        reference = self._exposure.reference
        return reference is None or not self._exposure.succeeded or self._scene_change.detect(changed, image, reference)

    def _dilate(self, changed: Mask) -> Mask:
        # Without the median filter, dilation would turn single pixels of noise into discs.
        filtered = as_uint8(cv2.medianBlur(changed, 5))
        radius = round(self._dilation * filtered.shape[0] / _REFERENCE_HEIGHT)
        if not radius:
            return filtered
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        return as_uint8(cv2.dilate(filtered, disc))


def _shrink(image: Image) -> Image:
    # OpenCV has a fast path for halving, which leaves less to average.
    while max(image.shape[:2]) >= 2 * _LONGEST_SIDE:
        image = limit_size(image, (max(image.shape[:2]) + 1) // 2)
    return limit_size(image, _LONGEST_SIDE)
