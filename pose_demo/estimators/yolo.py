"""YOLOv3-tiny: boxes of persons, or of objects of all 80 COCO classes; no keypoints.

Source: pjreddie.com/darknet/yolo; Redmon and Farhadi, "YOLOv3: An Incremental Improvement", 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from pose_demo import weights
from pose_demo.estimators.activations import sigmoid
from pose_demo.estimators.base import EstimatorOptions, ModelInfo
from pose_demo.estimators.interpreter_pool import Tensor, shared_pool
from pose_demo.estimators.object_detector import CLASS_NAMES, SELECTION, Candidates, Floats, ObjectDetector
from pose_demo.weights.convert import darknet

NAME = "yolov3-tiny"
_FILES = (NAME, "yolov3-tiny-cfg", CLASS_NAMES)
_INPUT_SIDE, _STRIDE = 416, 32
_OBJECTNESS, _CLASSES = 4, 5  # columns of the network's output
# The published file has the first for the second head, but its weights were trained with the second.
# Source: pjreddie/darknet, issue 851; AlexeyAB/darknet, issue 1341.
_TRAINED_ANCHORS = "mask = 0,1,2", "mask = 1,2,3"


@dataclass(frozen=True)
class DarknetFiles:
    """A darknet network, converted when it is loaded."""

    cfg: Path
    weights: Path

    def read(self) -> bytes:
        """See `ModelSource`."""
        return darknet.convert(self.read_cfg(), self.weights.read_bytes(), quantized=True)

    def read_cfg(self) -> str:
        """The configuration of the network, with the anchors that it was trained with."""
        return self.cfg.read_text(encoding="utf-8").replace(*_TRAINED_ANCHORS)


def decode(heads: Sequence[darknet.Head], rows: Tensor, side: int, confidence: float) -> Candidates:
    """The objects in the output of `darknet.convert` that score at least ``confidence``."""
    objectness = sigmoid(rows[:, _OBJECTNESS])
    likely = objectness >= confidence  # the class score only lowers it
    rows, cells = rows[likely], _cells(heads, side)[likely]
    scores = objectness[likely] * sigmoid(rows[:, _CLASSES:].max(axis=1))
    centers = (sigmoid(rows[:, :2]) + cells[:, :2]) * cells[:, 2:3]
    halves = np.exp(rows[:, 2:4]) * cells[:, 3:] / 2
    kept = scores >= confidence
    corners = np.hstack([centers - halves, centers + halves]).astype(np.float32)
    return Candidates(corners[kept], scores[kept], rows[kept, _CLASSES:].argmax(axis=1))


def _cells(heads: Sequence[darknet.Head], side: int) -> Floats:
    """For each row of the output its column and row in the grid, its stride, and the anchor's width and height."""
    grids = []
    for head in heads:
        cells = side // head.stride
        y, x, anchor = np.indices((cells, cells, len(head.anchors))).reshape(3, -1)
        grids.append(np.column_stack([x, y, np.full(len(x), head.stride), head.anchors[anchor]]))
    return np.vstack(grids).astype(np.float32)


def _build(options: EstimatorOptions) -> ObjectDetector:
    weights_file, cfg, names = (weights.path(name) for name in _FILES)
    files = DarknetFiles(cfg, weights_file)
    class_names = names.read_text(encoding="utf-8").split("\n")
    decode_heads = partial(decode, darknet.read_heads(files.read_cfg()))
    return ObjectDetector(shared_pool(files, options.threads), decode_heads, class_names, _INPUT_SIDE, _STRIDE)


MODELS = (
    ModelInfo(
        name=NAME,
        title="YOLOv3-tiny",
        description="Boxes of persons, or of objects of all 80 COCO classes. No skeleton.",
        weights=_FILES,
        memory_mb=55,
        skeleton=None,
        score="class score of a box",
        build=_build,
        detection_options=("person_confidence", "all_classes", "nms_iou_threshold", "input_size"),
        output_filter=SELECTION,
    ),
)
