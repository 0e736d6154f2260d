"""RTMO: the boxes and the 17 keypoints of several persons in one inference, without a detector.

Sources: Lu et al., "RTMO: Towards High-Performance One-Stage Real-Time Multi-Person Pose Estimation", CVPR 2024;
open-mmlab/mmpose, projects/rtmo.
"""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo, NetworkEstimator
from pose_demo.estimators.detection import PERSON_FILTER, DetectionOptions
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, Tensor, shared_pool
from pose_demo.estimators.onnx_slot import EXTRA, PACKAGE, OnnxSlot
from pose_demo.geometry import Roi
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, Pose, check_image

NAME = "rtmo-t"
_SIDE = 416  # of the input
_BORDER = 114  # gray around the frame, as in training


class RTMO(NetworkEstimator):
    """Detects the persons of each frame independently; nothing is tracked."""

    def __init__(self, pool: InterpreterPool) -> None:
        super().__init__(pool)
        self._crop = np.empty((_SIDE, _SIDE, 3), np.uint8)

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        return self.detect(frame, Roi.letterbox(frame.size), options)

    def detect(self, frame: Frame, roi: Roi, options: DetectionOptions) -> Estimate:
        self._crop.fill(_BORDER)
        roi.crop_into(frame.image, self._crop, border=cv2.BORDER_TRANSPARENT)  # leaves the gray
        persons = self._pool.run(self._fill, (3, _SIDE, _SIDE))  # non-maximum suppression is a part of the network
        poses = tuple(_pose(detection, keypoints, roi) for detection, keypoints in zip(*persons, strict=True))
        return PERSON_FILTER.select(Estimate(poses), options)

    def _fill(self, tensor: Tensor) -> None:
        tensor[:] = self._crop[:, :, ::-1].transpose(2, 0, 1)  # blue, green, red, 0 to 255: it was trained with these


def _pose(detection: Tensor, keypoints: Tensor, roi: Roi) -> Pose:
    """Parse the outputs for one person: x0, y0, x1, y1 and score; 17 x (x, y, score), in pixels of the input."""
    (x0, y0, x1, y1), score = (detection[:4] / _SIDE).tolist(), min(1.0, float(detection[4]))
    xy = roi.to_frame((keypoints[:, :2] + 0.5) / _SIDE).astype(np.float32)  # integers are centers of pixels
    return Pose(COCO_17, xy, keypoints[:, 2].clip(0, 1), score, roi.box_to_frame(Box(x0, y0, x1, y1, score)))


def _build(options: EstimatorOptions) -> RTMO:
    return RTMO(shared_pool(ModelFile(weights.path(NAME)), options.threads, OnnxSlot))


MODELS = (
    ModelInfo(
        name=NAME,
        title="RTMO-t",
        description="Several persons at once, each with a box. Needs onnxruntime; not measured yet.",
        weights=(NAME,),
        memory_mb=100,  # estimated: convolutions with as many weights take 80
        package=PACKAGE,
        extra=EXTRA,
        skeleton=COCO_17,
        score="person score of the network",
        build=_build,
        output_filter=PERSON_FILTER,
    ),
)
