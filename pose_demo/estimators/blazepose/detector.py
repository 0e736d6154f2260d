"""BlazePose's person detector: position and rotation of the persons in a whole frame.

Source: MediaPipe's pose_detection_cpu graph and PoseDetectorGraph (SSD anchors, decoding, thresholds).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pose_demo.estimators.activations import sigmoid
from pose_demo.estimators.blazepose.roi import roi_from_auxiliary_landmarks
from pose_demo.estimators.interpreter_pool import InterpreterPool, Tensor
from pose_demo.geometry import Roi, look_up_into
from pose_demo.types import Image

INPUT_SIDE = 224
_OUTPUT_SHAPES = (2254, 12), (2254, 1)
_GRIDS = (28, 2), (14, 2), (7, 6)  # (cells per side, anchors per cell): strides 8, 16, and three layers of stride 32
_NMS_IOU_THRESHOLD = 0.5
_NORMALIZED = (np.arange(256) / 127.5 - 1).astype(np.float32)  # pixel value to [-1, 1]

Floats = npt.NDArray[np.floating]


class Detections(NamedTuple):
    """Detections before NMS: ``points`` (n, 6, 2) are two box corners and four keypoints, normalized to the input."""

    points: Floats
    scores: Floats


def anchors() -> npt.NDArray[np.float32]:
    """(2254, 2) anchor centers x, y, normalized to the input, layer by layer, row by row; every anchor has size 1."""
    layers = []
    for cells, per_cell in _GRIDS:
        center = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(center, center, indexing="ij")
        layers.append(np.stack([x.ravel(), y.ravel()], axis=1).repeat(per_cell, axis=0))
    return np.concatenate(layers).astype(np.float32)


def decode(raw: Floats, anchor_centers: Floats) -> Floats:
    """Decode output rows ``(n, 12)`` (x, y, width, height, four keypoints, in input pixels) to points (n, 6, 2)."""
    values = (raw / INPUT_SIDE).reshape(-1, 6, 2)
    points = values + anchor_centers[:, None]
    half = values[:, 1] / 2
    points[:, 1] = points[:, 0] + half
    points[:, 0] -= half
    return points


def weighted_nms(detections: Detections, iou_threshold: float = _NMS_IOU_THRESHOLD) -> Iterator[tuple[Floats, float]]:
    """Merge overlapping detections, in descending order of their scores.

    Detections whose IoU with the best one exceeds ``iou_threshold`` are averaged, weighted by score, which has less
    jitter than the best one alone.

    Yields:
        points (6, 2) and score of each person.
    """
    order = np.argsort(-detections.scores, kind="stable")
    while order.size:
        points, scores = detections.points[order], detections.scores[order]
        same = _iou_with_first(points) > iou_threshold
        same[0] = True
        yield np.average(points[same], axis=0, weights=scores[same]), float(scores[0])
        order = order[~same]


def _iou_with_first(points: Floats) -> Floats:
    """(n,) intersection over union of the first box with each box."""
    low, high = points[:, 0], points[:, 1]
    area = (high - low).clip(0).prod(axis=1)
    intersection = (np.minimum(high, high[0]) - np.maximum(low, low[0])).clip(0).prod(axis=1)
    return np.asarray(intersection / np.maximum(area + area[0] - intersection, 1e-9))


class Detector:
    """The detector network with one stream's crop buffer."""

    def __init__(self, pool: InterpreterPool) -> None:
        self._pool = pool
        self._rows, self._scores = (pool.output_shapes.index(shape) for shape in _OUTPUT_SHAPES)
        self._anchors = anchors()
        self._crop = np.empty((INPUT_SIDE, INPUT_SIDE, 3), np.uint8)

    def detect(self, image: Image, square: Roi, threshold: float) -> Iterator[Roi]:
        """The ROIs that `detect_with_scores` yields."""
        return (roi for roi, _ in self.detect_with_scores(image, square, threshold))

    def detect_with_scores(self, image: Image, square: Roi, threshold: float) -> Iterator[tuple[Roi, float]]:
        """The ROIs and scores of persons with a score of at least ``threshold``, in descending order of the scores.

        Args:
            image: the whole frame, RGB.
            square: the part of the frame to search.
            threshold: minimum score in [0, 1].
        """
        square.crop_into(image, self._crop, half_pixel_centers=False)
        detections = self._pool.infer(self._fill, lambda outputs: self._detections(outputs, threshold))
        for points, score in weighted_nms(detections):
            center_point, scale_point = square.to_frame(points[2:4])
            yield roi_from_auxiliary_landmarks(center_point, scale_point), score

    def _fill(self, tensor: Tensor) -> None:
        look_up_into(self._crop, _NORMALIZED, tensor)

    def _detections(self, outputs: Sequence[Tensor], threshold: float) -> Detections:
        scores = sigmoid(outputs[self._scores][:, 0])
        kept = scores >= threshold
        return Detections(decode(outputs[self._rows][kept], self._anchors[kept]), scores[kept])
