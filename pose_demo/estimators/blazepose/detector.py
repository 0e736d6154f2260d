"""BlazePose's person detector: where people are in a whole frame, and how they are turned.

Source: MediaPipe's pose_detection_cpu graph and PoseDetectorGraph (SSD anchors, decoding, thresholds).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.estimators.blazepose.activations import sigmoid
from pose_demo.estimators.blazepose.roi import Roi, check_in_place, warp
from pose_demo.estimators.interpreter_pool import Net, Tensor
from pose_demo.types import Image

SIDE = 224
_SHAPES = (2254, 12), (2254, 1)
_GRIDS = (28, 2), (14, 2), (7, 6)  # cells a side, anchors a cell: strides 8, 16, and three layers of stride 32
_OVERLAP = 0.5
_SIGNED = (np.arange(256) / 127.5 - 1).astype(np.float32)

Floats = npt.NDArray[np.floating]


class Detections(NamedTuple):
    """Candidates: ``points`` (n, 6, 2) are the box's corners and four keypoints, in fractions of the square."""

    points: Floats
    scores: Floats


def anchors() -> npt.NDArray[np.float32]:
    """(2254, 2) centres x, y in fractions of the input, layer by layer, row by row; every anchor has size 1."""
    layers = []
    for cells, per_cell in _GRIDS:
        middle = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middle, middle, indexing="ij")
        layers.append(np.stack([x.ravel(), y.ravel()], axis=1).repeat(per_cell, axis=0))
    return np.concatenate(layers).astype(np.float32)


def decode(raw: Floats, centres: Floats) -> Floats:
    """Points (n, 6, 2) of the net's rows ``(n, 12)``: x, y, width, height, then four keypoints, in input pixels."""
    values = (raw / SIDE).reshape(-1, 6, 2)
    points = values + centres[:, None]
    half = values[:, 1] / 2
    points[:, 1] = points[:, 0] + half
    points[:, 0] -= half
    return points


def weighted_nms(found: Detections, overlap: float = _OVERLAP) -> Iterator[tuple[Floats, float]]:
    """The persons behind the candidates, surest first.

    The candidates that overlap the best one by more than ``overlap`` (intersection over union) are the same person;
    their mean, weighted by score, is steadier than the best of them alone.

    Yields:
        points (6, 2) and score of each person.
    """
    order = np.argsort(-found.scores, kind="stable")
    while order.size:
        points, scores = found.points[order], found.scores[order]
        same = _overlaps(points) > overlap
        same[0] = True
        yield np.average(points[same], axis=0, weights=scores[same]), float(scores[0])
        order = order[~same]


def _overlaps(points: Floats) -> Floats:
    """(n,) intersection over union of the first box with each."""
    low, high = points[:, 0], points[:, 1]
    area = (high - low).clip(0).prod(axis=1)
    common = (np.minimum(high, high[0]) - np.maximum(low, low[0])).clip(0).prod(axis=1)
    return np.asarray(common / np.maximum(area + area[0] - common, 1e-9))


class Detector:
    """The detector net with one session's scratch picture."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._rows, self._scores = (net.output_shapes.index(shape) for shape in _SHAPES)
        self._anchors = anchors()
        self._crop = np.empty((SIDE, SIDE, 3), np.uint8)

    def find(self, image: Image, square: Roi, threshold: float) -> Iterator[Roi]:
        """Where in a square of the image persons are whose score reaches ``threshold``, surest first."""
        warp(image, square.matrix(SIDE), self._crop, cv2.BORDER_CONSTANT)
        found = self._net.read(self._fill, lambda outputs: self._candidates(outputs, threshold))
        for points, _ in weighted_nms(found):
            hips, reach = square.to_frame(points[2:4])
            yield Roi.round_person(hips, reach)

    def _fill(self, tensor: Tensor) -> None:
        check_in_place(cv2.LUT(self._crop, _SIGNED, dst=tensor), tensor)

    def _candidates(self, outputs: Sequence[Tensor], threshold: float) -> Detections:
        scores = sigmoid(outputs[self._scores][:, 0])
        sure = scores >= threshold
        return Detections(decode(outputs[self._rows][sure], self._anchors[sure]), scores[sure])
