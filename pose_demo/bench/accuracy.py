"""Keypoint errors of the frames that were timed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pose_demo.bench.case import Keypoints
from pose_demo.oks import torso_length
from pose_demo.skeletons import BLAZEPOSE_33, COCO_FROM_BLAZEPOSE
from pose_demo.types import Pose


def error_percent(keypoints: Iterable[Keypoints | None], ground_truth: Iterable[Pose]) -> float | None:
    """Mean distance of a frame's keypoints to the ground truth, in % of the torso length; the median over all frames.

    Args:
        keypoints: for each frame COCO-17 or BlazePose-33 keypoints of one person, in frame pixels; None where no
            person was detected, which counts as an infinite error.
        ground_truth: the COCO-17 pose of each frame.

    Returns:
        None when no person was detected in half of the frames or more.
    """
    error = float(np.median([_error(xy, truth) for xy, truth in zip(keypoints, ground_truth, strict=True)]))
    return round(error, 2) if np.isfinite(error) else None


def _error(keypoints: Keypoints | None, truth: Pose) -> float:
    if keypoints is None:
        return float("inf")
    xy = np.asarray(keypoints, np.float64)
    if len(xy) == len(BLAZEPOSE_33.keypoints):
        xy = xy[COCO_FROM_BLAZEPOSE]
    distances = np.linalg.norm(xy - truth.xy, axis=1)[truth.scores > 0]
    return float(distances.mean() / torso_length(truth.xy) * 100)
