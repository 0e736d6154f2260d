"""The options that estimators read for every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pose_demo import fields
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Estimate

PERSON_CONFIDENCE = 0.2
DETECTOR_CONFIDENCE = 0.05  # in front of a pose model: low, because the score of the pose decides about a person


@dataclass(frozen=True)
class DetectionOptions:
    """What may change from one frame to the next without loading a model again; `Settings` extends it."""

    confidence: float = fields.number(
        DEFAULT_KEYPOINT_CONFIDENCE,
        0,
        1,
        "Keypoint confidence",
        "Keypoints with a lower score are neither drawn nor matched. Raise it when false limbs appear; lower it when "
        "limbs are missing.",
        section="Model",
    )
    person_confidence: float = fields.number(
        PERSON_CONFIDENCE,
        0,
        1,
        "Person confidence",
        "Persons (with YOLO and NanoDet: objects) with a lower score are left out.",
        section="Model",
    )
    all_classes: bool = fields.switch(
        False,
        "All 80 COCO classes",
        "YOLO and NanoDet also detect chairs, dogs and cups, not only persons.",
        section="Model",
    )
    nms_iou_threshold: float = fields.number(
        0.3,
        0,
        1,
        "NMS IoU threshold",
        "YOLO and NanoDet: of two boxes of one class whose intersection over union is higher, the one with the lower "
        "score is removed (non-maximum suppression).",
        section="Model",
    )
    detect_every: int = fields.integer(
        5,
        1,
        30,
        "Run detector every N frames",
        "Between detections each person is tracked by their keypoints. Higher is faster; new persons appear later.",
        section="Model",
    )
    max_people: int = fields.integer(
        6,
        1,
        10,
        "Max people",
        "The pose model runs once for each person, so each costs its full time. Video only: in photos "
        "there is no limit.",
        section="Model",
    )
    input_size: float = fields.number(
        1.0,
        0.5,
        1,
        "Input size",
        "Input resolution of MoveNet MultiPose and YOLO relative to their default: smaller is faster, and misses "
        "small persons.",
        section="Model",
    )


@dataclass(frozen=True)
class OutputFilter:
    """The options that only select from a model's output, so that other values of them need no further inference.

    ``select(estimate(lenient(options)), options)`` equals ``estimate(options)``.

    Attributes:
        lenient: options with which the output contains that for the given options.
        select: selects the part of such an output that the given options let through.
    """

    lenient: Callable[[DetectionOptions], DetectionOptions]
    select: Callable[[Estimate, DetectionOptions], Estimate]


def _confident_persons(estimate: Estimate, options: DetectionOptions) -> Estimate:
    """The persons with a sufficient score; without one the mask, which is of these persons, is empty."""
    poses = tuple(pose for pose in estimate.poses if pose.score >= options.person_confidence)
    mask = estimate.mask if poses or estimate.mask is None else np.zeros_like(estimate.mask)
    return replace(estimate, poses=poses, mask=mask)


NO_FILTER = OutputFilter(lambda options: options, lambda estimate, options: estimate)
PERSON_FILTER = OutputFilter(lambda options: replace(options, person_confidence=0.0), _confident_persons)
