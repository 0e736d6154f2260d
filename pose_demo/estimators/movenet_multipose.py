"""MoveNet MultiPose: up to six persons in one inference.

Source: tfhub.dev/google/movenet/multipose/lightning (model card).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo, NetworkEstimator
from pose_demo.estimators.detection import PERSON_FILTER, DetectionOptions
from pose_demo.estimators.interpreter_pool import ModelFile, shared_pool
from pose_demo.geometry import Roi
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, Pose, check_image

NAME = "movenet-multipose"
LONG_SIDE = 384  # AP on COCO crowds: 256 .308, 384 .448, 512 .441
_STRIDE = 32

_MIN_SCORE = 0.2  # of keypoints that are compared
_MIN_COMPARED = 6
_SAME_SHARE = 0.75  # of the compared keypoints that coincide in two poses of one person
_SAME_DISTANCE = 0.01  # of the person's extent


def input_size(frame_size: tuple[float, float], scale: float = 1.0) -> tuple[int, int]:
    """(width, height) of the network input: the long side is 384, both are multiples of 32 and cover the frame.

    Args:
        frame_size: (width, height) of the frame, or of a part of it.
        scale: factor on the long side.
    """
    long_side = round(LONG_SIDE * scale / _STRIDE) * _STRIDE
    covering = min(frame_size) * long_side / max(frame_size)
    short_side = max(_STRIDE, math.ceil(covering / _STRIDE) * _STRIDE)
    return (long_side, short_side) if frame_size[0] >= frame_size[1] else (short_side, long_side)


class MultiPose(NetworkEstimator):
    """Detects the persons of each frame independently; nothing is tracked."""

    def __init__(self, threads: int) -> None:
        super().__init__(shared_pool(ModelFile(weights.path(NAME)), threads))

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        width, height = input_size(frame.size, options.input_size)
        return self._detect(frame, Roi.letterbox(frame.size, width / height), (width, height), options)

    def detect(self, frame: Frame, roi: Roi, options: DetectionOptions) -> Estimate:
        return self._detect(frame, roi, input_size((roi.width, roi.height), options.input_size), options)

    def _detect(self, frame: Frame, roi: Roi, size: tuple[int, int], options: DetectionOptions) -> Estimate:
        width, height = size
        rows = self._pool.run(lambda tensor: roi.crop_into(frame.image, tensor), (height, width, 3))[0]
        return PERSON_FILTER.select(Estimate(_merged([_pose(row, roi) for row in rows])), options)


def _pose(row: npt.NDArray[np.float32], roi: Roi) -> Pose:
    """Parse one output row: 17 x (y, x, score), then ymin, xmin, ymax, xmax, score, all normalized to the input."""
    keypoints, score = row[:51].reshape(17, 3), float(min(row[55], 1.0))
    y0, x0, y1, x1 = row[51:55]
    box = roi.box_to_frame(Box(float(x0), float(y0), float(x1), float(y1), score))
    xy = roi.to_frame(keypoints[:, 1::-1]).astype(np.float32)
    return Pose(COCO_17, xy, keypoints[:, 2].clip(0, 1), score, box)


def _merged(poses: Sequence[Pose]) -> tuple[Pose, ...]:
    """One pose per person: the network may return somebody twice, each time without another arm or leg."""
    persons: list[Pose] = []
    for pose in sorted(poses, key=lambda pose: -pose.score):
        index = next((index for index, known in enumerate(persons) if _is_same_person(known, pose)), None)
        if index is None:
            persons.append(pose)
        else:
            persons[index] = _best_keypoints(persons[index], pose)
    return tuple(persons)


def _is_same_person(a: Pose, b: Pose) -> bool:
    """Whether most keypoints coincide: both poses take them from the same peaks of the network's heatmaps."""
    compared = (a.scores >= _MIN_SCORE) & (b.scores >= _MIN_SCORE)
    if compared.sum() < _MIN_COMPARED:
        return False
    distances = np.linalg.norm(a.xy - b.xy, axis=1)[compared]
    extent = np.ptp(a.xy[compared], axis=0).max()
    return bool((distances <= _SAME_DISTANCE * extent).mean() >= _SAME_SHARE)


def _best_keypoints(pose: Pose, other: Pose) -> Pose:
    """The pose with each keypoint from the pose that has the higher score for it."""
    better = other.scores > pose.scores
    return replace(
        pose, xy=np.where(better[:, None], other.xy, pose.xy), scores=np.where(better, other.scores, pose.scores)
    )


def _build(options: EstimatorOptions) -> MultiPose:
    return MultiPose(options.threads)


MODELS = (
    ModelInfo(
        name=NAME,
        title="MoveNet MultiPose",
        description="Up to six persons at once, each with a box.",
        weights=(NAME,),
        memory_mb=70,
        skeleton=COCO_17,
        score="person score of the network",
        build=_build,
        load_options=("static_image_mode", "threads"),
        detection_options=("person_confidence", "input_size"),
        output_filter=PERSON_FILTER,
    ),
)
