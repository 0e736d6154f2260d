"""Object keypoint similarity, COCO's measure of how well two poses agree.

Source: cocodataset.org/#keypoints-eval.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import COCO_17

Values = npt.NDArray[np.floating]

_SIGMAS = np.array(COCO_17.sigmas)


def errors(a: Values, b: Values, area: Values | float) -> Values:
    """How far each keypoint is off, ``(..., 17)``; exp(-error) is its similarity.

    Args:
        a, b: COCO-17 keypoints ``(..., 17, 2)``.
        area: of the person, in the keypoints' unit squared; its shape fits ``(..., 17)``.
    """
    return np.asarray(((a - b) ** 2).sum(axis=-1) / (2 * area * (2 * _SIGMAS) ** 2))


def similarity(a: Values, b: Values, area: float, weights: npt.NDArray[Any]) -> float:
    """OKS in [0, 1] of two poses ``(17, 2)``; ``weights`` (17,), not all 0, say how much each keypoint counts."""
    return float((np.exp(-errors(a, b, area)) * weights).sum() / weights.sum())
