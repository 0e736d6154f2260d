"""What the detectors of objects have in common: the letterboxed input, and the selection from what they find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.estimators.base import NetworkEstimator
from pose_demo.estimators.detection import DetectionOptions, OutputFilter
from pose_demo.estimators.interpreter_pool import InterpreterPool, Tensor
from pose_demo.geometry import Roi
from pose_demo.types import Box, Estimate, Frame, check_image

CLASS_NAMES = "coco-names"  # the weight file with the names of the 80 COCO classes
_CANDIDATE_CONFIDENCE = 0.05  # a lower score matters only where the person confidence is lower too
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Candidates:
    """Detected objects before non-maximum suppression.

    Attributes:
        corners: float32 ``(N, 4)``, left, top, right and bottom in pixels of the input.
        scores: float32 ``(N,)``, in [0, 1].
        classes: int ``(N,)``, index of the class.
    """

    corners: Floats
    scores: Floats
    classes: npt.NDArray[np.intp]


Decode = Callable[[Tensor, int, float], Candidates]


class ObjectDetector(NetworkEstimator):
    """Detects objects in each frame, letterboxed to the input of a network; nothing is tracked.

    Args:
        pool: a network for uint8 RGB.
        decode: converts its output, the side of its input in pixels, and a minimum of the score to candidates.
        class_names: names of the classes.
        side: of the input, in pixels, where `DetectionOptions.input_size` is 1.
        stride: the side of a smaller input is a multiple of it; None where the network has one size only.
    """

    def __init__(
        self, pool: InterpreterPool, decode: Decode, class_names: Sequence[str], side: int, stride: int | None = None
    ) -> None:
        super().__init__(pool)
        self._decode, self._class_names = decode, class_names
        self._side, self._stride = side, stride

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        return self.detect(frame, Roi.letterbox(frame.size), options)

    def detect(self, frame: Frame, roi: Roi, options: DetectionOptions) -> Estimate:
        side = round(self._side * options.input_size / self._stride) * self._stride if self._stride else self._side
        confidence = _lenient(options).person_confidence
        found = self._pool.infer(
            lambda tensor: roi.crop_into(frame.image, tensor),
            lambda outputs: self._decode(outputs[0], side, confidence),
            (side, side, 3) if self._stride else None,
        )
        boxes = [
            Box(x0, y0, x1, y1, score, self._class_names[index])
            for (x0, y0, x1, y1), score, index in zip(
                (found.corners / side).tolist(), found.scores.tolist(), found.classes, strict=True
            )
        ]
        return _select(Estimate(boxes=tuple(map(roi.box_to_frame, boxes))), options)


def _lenient(options: DetectionOptions) -> DetectionOptions:
    confidence = min(options.person_confidence, _CANDIDATE_CONFIDENCE)
    return replace(options, person_confidence=confidence, nms_iou_threshold=1.0, all_classes=True)


def _select(estimate: Estimate, options: DetectionOptions) -> Estimate:
    """Non-maximum suppression per class: a person does not suppress the chair they sit on."""
    boxes = estimate.boxes if options.all_classes else estimate.person_boxes
    labels = {label: number for number, label in enumerate(dict.fromkeys(box.label for box in boxes))}
    kept = cv2.dnn.NMSBoxesBatched(
        [(box.x0, box.y0, box.width, box.height) for box in boxes],
        [box.score for box in boxes],
        [labels[box.label] for box in boxes],
        options.person_confidence,
        options.nms_iou_threshold,
    )
    return replace(estimate, boxes=tuple(boxes[i] for i in np.ravel(np.asarray(kept, np.intp))))


SELECTION = OutputFilter(_lenient, _select)
