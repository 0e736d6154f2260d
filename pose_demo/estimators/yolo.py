"""YOLOv3-tiny: boxes of persons, or of objects of all 80 COCO classes; no keypoints.

Source: pjreddie.com/darknet/yolo; Redmon and Farhadi, "YOLOv3: An Incremental Improvement", 2018.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from weakref import WeakValueDictionary

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo
from pose_demo.estimators.detection import DetectionOptions, OutputFilter
from pose_demo.geometry import Coordinates, Roi
from pose_demo.types import Box, Estimate, Frame, Image, check_image

NAME = "yolov3-tiny"
_FILES = (NAME, "yolov3-tiny-cfg", "coco-names")
_INPUT_SIDE, _STRIDE = 416, 32
_PERSON = "person"
_CANDIDATE_CONFIDENCE = 0.05  # a lower score matters only where the person confidence is lower too


class DarknetNet:
    """The network and its class names; concurrent calls are serialized."""

    def __init__(self) -> None:
        weights_file, cfg, names = (weights.path(name) for name in _FILES)
        self._net = cv2.dnn.readNetFromDarknet(str(cfg), str(weights_file))
        self._net.enableWinograd(False)  # it makes the network 13 % faster, with three times the memory
        self._outputs = self._net.getUnconnectedOutLayersNames()
        self._lock = threading.Lock()
        self.classes = names.read_text(encoding="utf-8").split("\n")

    def run(self, letterboxed: Image) -> npt.NDArray[np.float32]:
        """Rows of (center x, center y, width, height, objectness, 80 class scores), normalized to the input."""
        with self._lock:
            self._net.setInput(cv2.dnn.blobFromImage(letterboxed, 1 / 255))
            return np.vstack(self._net.forward(self._outputs)).astype(np.float32, copy=False)

    def invoke_only(self) -> None:
        """Run inference on the previous input."""
        with self._lock:
            self._net.forward(self._outputs)


_nets: WeakValueDictionary[str, DarknetNet] = WeakValueDictionary()  # an unused one is freed: it takes 100 MB
_nets_lock = threading.Lock()


def shared_net() -> DarknetNet:
    """The network of this process, as long as somebody uses it."""
    with _nets_lock:
        net = _nets.get(NAME)
        if net is None:
            net = _nets[NAME] = DarknetNet()
        return net


class YoloV3Tiny:
    """Detects objects in each frame, letterboxed to 416 x 416 or less; nothing is tracked."""

    def __init__(self) -> None:
        self._net = shared_net()

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        return self.detect(frame, Roi.letterbox(frame.size), options)

    def detect(self, frame: Frame, roi: Roi, options: DetectionOptions) -> Estimate:
        side = round(_INPUT_SIDE * options.input_size / _STRIDE) * _STRIDE
        letterboxed = np.empty((side, side, 3), np.uint8)
        roi.crop_into(frame.image, letterboxed)
        confidence = _lenient(options).person_confidence
        return _select(Estimate(boxes=self._candidates(self._net.run(letterboxed), roi, confidence)), options)

    def _candidates(self, rows: npt.NDArray[np.float32], roi: Roi, confidence: float) -> tuple[Box, ...]:
        """The boxes before non-maximum suppression."""
        rows = rows[rows[:, 5:].max(axis=1) >= confidence]
        class_ids, scores = rows[:, 5:].argmax(axis=1), rows[:, 5:].max(axis=1)
        corners = np.hstack([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2])
        return tuple(map(roi.box_to_frame, map(self._box, corners, scores, class_ids)))

    def _box(self, corners: Coordinates, score: float, class_id: int) -> Box:
        x0, y0, x1, y1 = map(float, corners)
        return Box(x0, y0, x1, y1, float(min(score, 1.0)), self._net.classes[class_id])

    def invoke_only(self) -> None:
        self._net.invoke_only()

    def reset(self) -> None:
        """Do nothing: there is no state."""

    def close(self) -> None:
        """Do nothing: the network is freed with its last user."""


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
    return YoloV3Tiny()


MODELS = (
    ModelInfo(
        name=NAME,
        title="YOLOv3-tiny",
        description="Boxes of persons, or of objects of all 80 COCO classes. No skeleton.",
        weights=_FILES,
        memory_mb=90,
        skeleton=None,
        score="class score of a box",
        build=_build,
        load_options=("static_image_mode",),
        detection_options=("person_confidence", "all_classes", "nms_iou_threshold", "input_size"),
        output_filter=_FILTER,
    ),
)
