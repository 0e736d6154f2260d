"""NanoDet: boxes of persons, or of objects of all 80 COCO classes; no keypoints.

Source: RangiLyu/nanodet, model NanoDet-g; Li et al., "Generalized Focal Loss", NeurIPS 2020, for its distances as
distributions.
"""

from __future__ import annotations

import functools

import numpy as np

from pose_demo import weights
from pose_demo.estimators.activations import sigmoid
from pose_demo.estimators.base import EstimatorOptions, ModelInfo
from pose_demo.estimators.interpreter_pool import ModelFile, Tensor, shared_pool
from pose_demo.estimators.object_detector import CLASS_NAMES, SELECTION, Candidates, Floats, ObjectDetector

NAME = "nanodet"
_INPUT_SIDE, _STRIDES = 416, (8, 16, 32)
_CLASSES = 80
_SIDES, _BINS = 4, 11  # left, top, right and bottom; distances of 0 to 10 strides


def decode(rows: Tensor, side: int, confidence: float) -> Candidates:
    """The objects in the output of `pose_demo.weights.convert.nanodet` that score at least ``confidence``."""
    scores = sigmoid(rows[:, :_CLASSES].max(axis=1))
    kept = scores >= confidence
    rows, cells = rows[kept], _cells(side)[kept]
    distances = _expected(rows[:, _CLASSES:].reshape(-1, _SIDES, _BINS)) * cells[:, 2:]
    corners = np.hstack([cells[:, :2] - distances[:, :2], cells[:, :2] + distances[:, 2:]])
    return Candidates(corners, scores[kept], rows[:, :_CLASSES].argmax(axis=1))


def _expected(logits: Floats) -> Floats:
    """The mean of each distribution of distances, in strides."""
    probabilities = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities /= probabilities.sum(axis=-1, keepdims=True)
    return np.asarray(probabilities @ np.arange(_BINS, dtype=np.float32))


@functools.cache
def _cells(side: int) -> Floats:
    """For each row of the output the center of its cell, x and y, and its stride, in pixels of the input."""
    grids = []
    for stride in _STRIDES:
        y, x = np.indices((side // stride, side // stride)).reshape(2, -1)
        grids.append(np.column_stack([(x + 0.5) * stride, (y + 0.5) * stride, np.full(len(x), stride)]))
    return np.vstack(grids).astype(np.float32)


def _build(options: EstimatorOptions) -> ObjectDetector:
    pool = shared_pool(ModelFile(weights.path(NAME)), options.threads)
    return ObjectDetector(pool, decode, weights.path(CLASS_NAMES).read_text(encoding="utf-8").split("\n"), _INPUT_SIDE)


MODELS = (
    ModelInfo(
        name=NAME,
        title="NanoDet",
        description="Boxes of persons, or of objects of all 80 COCO classes; finds more than YOLOv3-tiny. No skeleton.",
        weights=(NAME, CLASS_NAMES),
        memory_mb=36,
        skeleton=None,
        score="class score of a box",
        build=_build,
        detector_confidence=0.35,  # lower ones find persons in images without any
        detection_options=("person_confidence", "all_classes", "nms_iou_threshold"),
        output_filter=SELECTION,
    ),
)
