"""YOLOv3-tiny: boxes of persons, or of objects of all 80 COCO classes; no keypoints.

Source: pjreddie.com/darknet/yolo; Redmon and Farhadi, "YOLOv3: An Incremental Improvement", 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo
from pose_demo.estimators.detection import DetectionOptions, OutputFilter
from pose_demo.estimators.interpreter_pool import InterpreterPool, Tensor, shared_pool
from pose_demo.geometry import Roi
from pose_demo.types import Box, Estimate, Frame, check_image
from pose_demo.weights.convert import darknet

NAME = "yolov3-tiny"
_FILES = (NAME, "yolov3-tiny-cfg", "coco-names")
_INPUT_SIDE, _STRIDE = 416, 32
_OBJECTNESS, _CLASSES = 4, 5  # columns of the network's output
_PERSON = "person"
# The published file has the first for the second head, but its weights were trained with the second.
# Source: pjreddie/darknet, issue 851; AlexeyAB/darknet, issue 1341.
_TRAINED_ANCHORS = "mask = 0,1,2", "mask = 1,2,3"
_CANDIDATE_CONFIDENCE = 0.05  # a lower score matters only where the person confidence is lower too


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


class YoloV3Tiny:
    """Detects objects in each frame, letterboxed to 416 x 416 or less; nothing is tracked.

    Args:
        pool: a network with the output of `darknet.convert`.
        heads: its heads.
        classes: names of the classes.
    """

    def __init__(self, pool: InterpreterPool, heads: Sequence[darknet.Head], classes: Sequence[str]) -> None:
        self._pool, self._heads, self._classes = pool, heads, classes

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        return self.detect(frame, Roi.letterbox(frame.size), options)

    def detect(self, frame: Frame, roi: Roi, options: DetectionOptions) -> Estimate:
        side = round(_INPUT_SIDE * options.input_size / _STRIDE) * _STRIDE
        confidence = _lenient(options).person_confidence
        boxes = self._pool.infer(
            lambda tensor: roi.crop_into(frame.image, tensor),
            lambda outputs: self._candidates(outputs[0], side, confidence),
            (side, side, 3),
        )
        return _select(Estimate(boxes=tuple(map(roi.box_to_frame, boxes))), options)

    def _candidates(self, rows: Tensor, side: int, confidence: float) -> list[Box]:
        """The boxes before non-maximum suppression, normalized to the input."""
        objectness = _sigmoid(rows[:, _OBJECTNESS])
        likely = objectness >= confidence  # the class score only lowers it
        rows, cells = rows[likely], _cells(self._heads, side)[likely]
        scores = objectness[likely] * _sigmoid(rows[:, _CLASSES:].max(axis=1))
        centers = (_sigmoid(rows[:, :2]) + cells[:, :2]) * cells[:, 2:3] / side
        halves = np.exp(rows[:, 2:4]) * cells[:, 3:] / side / 2
        labels = [self._classes[index] for index in rows[:, _CLASSES:].argmax(axis=1)]
        corners = np.hstack([centers - halves, centers + halves]).tolist()
        return [
            Box(x0, y0, x1, y1, score, label)
            for (x0, y0, x1, y1), score, label in zip(corners, scores.tolist(), labels, strict=True)
            if score >= confidence
        ]

    def invoke_only(self) -> None:
        self._pool.invoke_only()

    def reset(self) -> None:
        """Do nothing: there is no state."""

    def close(self) -> None:
        """Do nothing: the network is freed with its last user."""


def _cells(heads: Sequence[darknet.Head], side: int) -> npt.NDArray[np.float32]:
    """For each row of the output its column and row in the grid, its stride, and the anchor's width and height."""
    grids = []
    for head in heads:
        cells = side // head.stride
        y, x, anchor = np.indices((cells, cells, len(head.anchors))).reshape(3, -1)
        grids.append(np.column_stack([x, y, np.full(len(x), head.stride), head.anchors[anchor]]))
    return np.vstack(grids).astype(np.float32)


def _sigmoid(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(0.5 + 0.5 * np.tanh(values / 2), np.float32)  # does not overflow


def _lenient(options: DetectionOptions) -> DetectionOptions:
    confidence = min(options.person_confidence, _CANDIDATE_CONFIDENCE)
    return replace(options, person_confidence=confidence, nms_iou_threshold=1.0, all_classes=True)


def _select(estimate: Estimate, options: DetectionOptions) -> Estimate:
    """Non-maximum suppression per class: a person does not suppress the chair they sit on."""
    boxes = [box for box in estimate.boxes if options.all_classes or box.label == _PERSON]
    labels = {label: number for number, label in enumerate(dict.fromkeys(box.label for box in boxes))}
    kept = cv2.dnn.NMSBoxesBatched(
        [(box.x0, box.y0, box.width, box.height) for box in boxes],
        [box.score for box in boxes],
        [labels[box.label] for box in boxes],
        options.person_confidence,
        options.nms_iou_threshold,
    )
    return replace(estimate, boxes=tuple(boxes[i] for i in np.ravel(np.asarray(kept, np.intp))))


_FILTER = OutputFilter(_lenient, _select)


def _build(options: EstimatorOptions) -> YoloV3Tiny:
    weights_file, cfg, names = (weights.path(name) for name in _FILES)
    files = DarknetFiles(cfg, weights_file)
    classes = names.read_text(encoding="utf-8").split("\n")
    return YoloV3Tiny(shared_pool(files, options.threads), darknet.read_heads(files.read_cfg()), classes)


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
        output_filter=_FILTER,
    ),
)
