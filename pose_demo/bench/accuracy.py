"""How far off the keypoints are that were found while the time was taken."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pose_demo.bench.participants import Keypoints
from pose_demo.offline.evaluate import torso_length
from pose_demo.skeletons import BLAZEPOSE_33, COCO_FROM_BLAZEPOSE
from pose_demo.types import Pose


def error_percent(found: Iterable[Keypoints | None], truths: Iterable[Pose]) -> float | None:
    """The mean distance of a frame's keypoints to the true ones, in % of the torso; the median over all frames.

    Args:
        found: COCO-17 or BlazePose-33 keypoints, frame pixels, one person a frame; None where nobody was found, which
            counts as infinitely far off.
        truths: the true COCO-17 pose of each frame.

    Returns:
        None when nobody was found in half of the frames or more.
    """
    error = float(np.median([_error(xy, truth) for xy, truth in zip(found, truths, strict=True)]))
    return round(error, 2) if np.isfinite(error) else None


def _error(found: Keypoints | None, truth: Pose) -> float:
    if found is None:
        return float("inf")
    xy = np.asarray(found, np.float64)
    if len(xy) == len(BLAZEPOSE_33.keypoints):
        xy = xy[COCO_FROM_BLAZEPOSE]
    distances = np.linalg.norm(xy - truth.xy, axis=1)[truth.scores > 0]
    return float(distances.mean() / torso_length(truth.xy) * 100)
