"""Segmentation masks of detected persons: MediaPipe's selfie segmentation on a crop around each of them.

Source: mediapipe/modules/selfie_segmentation; the network was trained on persons who fill most of the image.
MediaPipe's network for six classes (selfie_multiclass_256x256; 92 MB, 27 times the time) is no better in photos: in the
same crops of 46 COCO pictures it covers 80 % of the keypoints of large persons at a threshold of 0.5, this one 88 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import Network
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, Tensor, shared_pool
from pose_demo.geometry import UNIT_RANGE, Roi, clip_box, look_up_into
from pose_demo.imaging import as_uint8
from pose_demo.types import Box, Estimate, Frame, Image, Mask, Pose

SEGMENTATION = Network(
    name="selfie-segmentation",
    title="MediaPipe Selfie Segmentation",
    weights=("selfie-segmentation",),
    memory_mb=15,
)
_INPUT_SIDE = 256
_VISIBLE = 0.2  # keypoints with at least this score define a person's box

# Fractions of the longer side of a box. Padding and aspect were chosen by 5-fold cross-validation on the 46 COCO
# pictures of the test data, for a crop that is the padded box: the tighter it is, the finer is the mask of a dancer.
_PADDING = 0.15  # for hands and feet
_HAIR = 0.4  # above the highest keypoint; where only head and shoulders are visible, that much is needed
_MIN_ASPECT = 0.75  # shorter to longer side of the crop, which is stretched to a square as in MediaPipe
_HELD = 0.05  # a box is held while its sides change by less: a mask trembles with its crop

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
        self.reset()

    def reset(self) -> None:
        """Forget the previous mask and boxes: the next frame is unrelated to them."""
        self._previous: Mask | None = None
        self._boxes: dict[int, Box] = {}  # by track_id

    def segment(self, frame: Frame, estimate: Estimate) -> Mask:
        """The common mask of all persons of an estimate: uint8 0..255 of the frame's size, 0 without persons."""
        if self._static_image_mode:
            self.reset()
        width, height = frame.size
        mask = np.zeros((height, width), np.uint8)
        for box in self._held_boxes(estimate.poses) if estimate.poses else map(_padded, estimate.person_boxes):
            roi = _roi(box)
            if pixels := clip_box(roi.bounding_box(), frame.size):
                x0, y0, x1, y1 = pixels
                region = mask[y0:y1, x0:x1]
                np.maximum(region, roi.resample_at(self._infer(frame.image, roi), pixels), out=region)
        mask = self._previous = _steadied(mask, self._previous)
        return mask

    def _held_boxes(self, poses: Sequence[Pose]) -> list[Box]:
        """The boxes of the persons; that of the previous frame for each who hardly moves."""
        previous, self._boxes, boxes = self._boxes, {}, []
        for pose in poses:
            if box := _person_box(pose):
                if pose.track_id is not None:
                    held = previous.get(pose.track_id)
                    box = self._boxes[pose.track_id] = held if held and _is_near(held, box) else box
                boxes.append(box)
        return boxes

    def _infer(self, image: Image, roi: Roi) -> Mask:
        """The mask of the person in a ROI, 256 x 256."""
        # A person who is cut off by the border of the frame goes on behind it in a reflection.
        roi.crop_into(image, self._crop, border=cv2.BORDER_REFLECT_101)
        return self._pool.infer(self._fill, lambda outputs: as_uint8(cv2.convertScaleAbs(outputs[0], alpha=255)))

    def _fill(self, tensor: Tensor) -> None:
        look_up_into(self._crop, UNIT_RANGE, tensor)


def load(static_image_mode: bool = False, threads: int = 1) -> PersonSegmenter:
    """Load the network.

    Raises:
        pose_demo.weights.MissingWeights: its file is missing; the message says what to do.
    """
    return PersonSegmenter(shared_pool(ModelFile(weights.path(SEGMENTATION.name)), threads), static_image_mode)


def _person_box(pose: Pose) -> Box | None:
    """The box around a whole person: the model's, and the keypoints with hair, hands and feet."""
    visible = pose.bounding_box(_VISIBLE)
    if visible is None:
        return pose.box
    body = replace(_padded(visible), y0=visible.y0 - _HAIR * visible.longer_side)
    return body.union(pose.box) if pose.box else body


def _padded(box: Box) -> Box:
    padding = _PADDING * box.longer_side
    return box.padded(padding, padding)


def _roi(box: Box) -> Roi:
    """The crop around a box, at least a pixel wide and high."""
    shortest = max(_MIN_ASPECT * box.longer_side, 1.0)
    return Roi(*box.center, max(box.width, shortest), max(box.height, shortest))


def _is_near(held: Box, box: Box) -> bool:
    """Whether the sides of two boxes are at nearly the same place."""
    changes = held.x0 - box.x0, held.y0 - box.y0, held.x1 - box.x1, held.y1 - box.y1
    return max(map(abs, changes)) < _HELD * held.longer_side


def _steadied(mask: Mask, previous: Mask | None) -> Mask:
    """The mask, moved towards the previous one where it is uncertain."""
    if previous is None or previous.shape != mask.shape:
        return mask
    weight = cv2.LUT(mask, _PREVIOUS_WEIGHTS)
    change = cv2.subtract(previous, mask, dtype=cv2.CV_32F)
    return as_uint8(cv2.add(mask, cv2.multiply(change, weight), dtype=cv2.CV_8U))
