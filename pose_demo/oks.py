"""Object keypoint similarity (OKS), COCO's measure of agreement between two poses.

Source: cocodataset.org/#keypoints-eval.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

Values = npt.NDArray[np.floating]

_SIGMAS = np.array(COCO_17.sigmas)
_SHOULDERS, _HIPS = [5, 6], [11, 12]


def normalized_errors(a: Values, b: Values, area: Values | float) -> Values:
    """The squared, scale-normalized distance of each keypoint, ``(..., 17)``; exp(-error) is its similarity.

    Args:
        a, b: COCO-17 keypoints ``(..., 17, 2)``.
        area: of the person, in the keypoints' unit squared; its shape broadcasts to ``(..., 17)``.
    """
    return np.asarray(((a - b) ** 2).sum(axis=-1) / (2 * area * (2 * _SIGMAS) ** 2))


def similarity(a: Values, b: Values, area: float, weights: npt.NDArray[Any]) -> float:
    """OKS in [0, 1] of two poses ``(17, 2)`` with keypoint ``weights`` (17,), not all 0."""
    return float((np.exp(-normalized_errors(a, b, area)) * weights).sum() / weights.sum())


def pose_similarity(a: Pose, b: Pose) -> float:
    """OKS in [0, 1] of two estimated poses, each keypoint weighted by the product of its scores.

    The area is that of the larger bounding box of all keypoints.
    """
    a, b = a.as_coco(), b.as_coco()
    area = max(float(np.ptp(a.xy, axis=0).prod()), float(np.ptp(b.xy, axis=0).prod()), 1.0)
    return similarity(a.xy, b.xy, area, a.scores * b.scores + 1e-6)


def torso_length(keypoints: npt.NDArray[np.floating]) -> float:
    """Pixels from mid-shoulder to mid-hip of COCO-17 keypoints ``(17, 2 or more)``."""
    return float(np.linalg.norm(keypoints[_SHOULDERS, :2].mean(axis=0) - keypoints[_HIPS, :2].mean(axis=0)))
