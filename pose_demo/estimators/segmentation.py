"""Segmentation masks of detected persons: MediaPipe's selfie segmentation on a crop around each of them.

Source: mediapipe/modules/selfie_segmentation; the network was trained on persons who fill most of the image.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import Network
from pose_demo.estimators.blazepose.mask import mask_in_frame
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, Tensor, shared_pool
from pose_demo.geometry import Roi, look_up_into
from pose_demo.imaging import as_uint8
from pose_demo.types import Box, Estimate, Frame, Mask

SEGMENTATION = Network(
    name="selfie-segmentation",
    title="MediaPipe Selfie Segmentation",
    weights=("selfie-segmentation",),
    memory_mb=15,
)
_INPUT_SIDE = 256
_MARGIN = 1.35  # side of the crop relative to the longer side of a person's box
_VISIBLE = 0.2  # keypoints with at least this score define a person's box
_NORMALIZED = (np.arange(256) / 255).astype(np.float32)  # pixel value to [0, 1]

# How much a mask follows the previous one, by its own value: where it is uncertain. A polynomial close to the entropy.
# Source: mediapipe/calculators/image/segmentation_smoothing_calculator.cc, with the ratio of its selfie graphs.
_POLYNOMIAL = (5.68842, -0.748699, -57.8051, 291.309, -624.717)
_PREVIOUS_RATIO = 0.7


def _previous_weights() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The weight of the previous mask for each value of a mask, 0..255."""
    distance = (np.arange(256) / 255 - 0.5) ** 2
    certainty = sum(factor * distance**power for power, factor in enumerate(_POLYNOMIAL, 1))
    return np.asarray(_PREVIOUS_RATIO * (1 - np.minimum(1, certainty)), np.float32).reshape(1, 256)


_PREVIOUS_WEIGHTS = _previous_weights()


class PersonSegmenter:
    """The segmentation masks of one stream, steadied over time.

    Args:
        pool: the network.
        static_image_mode: frames are unrelated images, so nothing is steadied.
    """

    def __init__(self, pool: InterpreterPool, static_image_mode: bool = False) -> None:
        self._pool, self._static_image_mode = pool, static_image_mode
        self._crop = np.empty((_INPUT_SIDE, _INPUT_SIDE, 3), np.uint8)
        self._previous: Mask | None = None

    def segment(self, frame: Frame, estimate: Estimate) -> Mask:
        """The common mask of all persons of an estimate: uint8 0..255 of the frame's size, 0 without persons."""
        width, height = frame.size
        mask = np.zeros((height, width), np.uint8)
        for box in _person_boxes(estimate):
            roi = Roi.square((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, max(box.width, box.height, 1.0) * _MARGIN)
            roi.crop_into(frame.image, self._crop, border=cv2.BORDER_REPLICATE)
            person = self._pool.infer(self._fill, lambda outputs: as_uint8(cv2.convertScaleAbs(outputs[0], alpha=255)))
            np.maximum(mask, mask_in_frame(person, roi, frame.size), out=mask)
        if not self._static_image_mode:
            mask = self._previous = _steadied(mask, self._previous)
        return mask

    def _fill(self, tensor: Tensor) -> None:
        look_up_into(self._crop, _NORMALIZED, tensor)

    def reset(self) -> None:
        """Forget the previous mask: the next frame is unrelated to it."""
        self._previous = None


def load(static_image_mode: bool = False, threads: int = 1) -> PersonSegmenter:
    """Load the network.

    Raises:
        pose_demo.weights.MissingWeights: its file is missing; the message says what to do.
    """
    return PersonSegmenter(shared_pool(ModelFile(weights.path(SEGMENTATION.name)), threads), static_image_mode)


def _person_boxes(estimate: Estimate) -> Iterator[Box]:
    for pose in estimate.poses:
        if box := pose.box or pose.bounding_box(_VISIBLE):
            yield box
    if not estimate.poses:
        yield from estimate.person_boxes


def _steadied(mask: Mask, previous: Mask | None) -> Mask:
    """The mask, moved towards the previous one where it is uncertain."""
    if previous is None or previous.shape != mask.shape:
        return mask
    weight = cv2.LUT(mask, _PREVIOUS_WEIGHTS)
    change = cv2.subtract(previous, mask, dtype=cv2.CV_32F)
    return as_uint8(cv2.add(mask, cv2.multiply(change, weight), dtype=cv2.CV_8U))
