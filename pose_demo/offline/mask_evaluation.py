"""Measure segmentation masks on images with annotated persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pose_demo.metrics import masks as metrics
from pose_demo.metrics.masks import MaskMeasures
from pose_demo.offline.noise import noisy_frames
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan
from pose_demo.types import Box, Image, Mask

_VISIBLE = 2  # of COCO's visibility flags
_LARGE = 96**2  # square pixels; COCO's bound
_NOISE = 4.0  # standard deviation of a camera's noise, in gray levels
_FIRST_FRAMES, _FRAMES = 5, 10  # in the first ones a model finds the person


class MaskEvaluation:
    """The measures of masks, collected image by image.

    Args:
        video_plan: prepared for video; flicker is measured with it. Its settings have the mask threshold.
    """

    def __init__(self, video_plan: Plan) -> None:
        self._video_plan = video_plan
        self._measures: list[MaskMeasures] = []
        self._flicker: list[float] = []

    def add(
        self, image: Image, result: Result, keypoints: npt.NDArray[np.float64], areas: Sequence[float], boxes: list[Box]
    ) -> None:
        """Measure the masks of an image and of a video of it.

        Args:
            image: RGB.
            result: of the image.
            keypoints: ``(P, 17, 3)`` of its persons: x, y and COCO's visibility.
            areas: of the persons, in square pixels.
            boxes: of the persons, crowds included.
        """
        visible = keypoints[..., 2] == _VISIBLE
        is_large = visible & (np.array(areas) > _LARGE)[:, None]
        threshold = self._video_plan.settings.background.threshold
        self._measures.append(
            metrics.measure(_mask(result), keypoints[visible, :2], boxes, is_large[visible], threshold)
        )
        if boxes and (flicker := mask_flicker(image, self._video_plan)) is not None:
            self._flicker.append(flicker)

    def summary(self) -> dict[str, float | None]:
        """Those of `pose_demo.metrics.masks.summary`, and ``mask_flicker``.

        That is the median over the images with persons; see `mask_flicker`.
        """
        flicker = round(float(np.median(self._flicker)), 4) if self._flicker else None
        return {**metrics.summary(self._measures), "mask_flicker": flicker}


def mask_flicker(image: Image, plan: Plan) -> float | None:
    """`pose_demo.metrics.masks.flicker` in a video of one image with noise of 4 gray levels; None without a mask."""
    plan.reset()
    pipeline = Pipeline()
    frames = noisy_frames(image, _NOISE, _FIRST_FRAMES + _FRAMES)
    masks = [_mask(pipeline.process(frame, plan)) for frame in frames]
    return metrics.flicker(masks[_FIRST_FRAMES:])


def _mask(result: Result) -> Mask:
    """The mask of a result; a model returns none where it finds nobody."""
    mask = result.estimate.mask
    return np.zeros(result.image.shape[:2], np.uint8) if mask is None else mask
