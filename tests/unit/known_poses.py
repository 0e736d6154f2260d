"""A standing person with known lengths, for measures that are computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

TORSO = 100.0
WIDTH, HEIGHT = 60.0, 245.0  # of the bounding box of all keypoints
SIZE = float(np.hypot(WIDTH, HEIGHT))
AREA = 0.53 * WIDTH * HEIGHT  # see `pose_demo.metrics.alignment.body_area`
NOSE, LEFT_WRIST = COCO_17.index("nose"), COCO_17.index("left_wrist")

_HALF = {
    "eye": (5, -45),
    "ear": (10, -40),
    "shoulder": (20, 0),
    "elbow": (30, 40),
    "wrist": (30, 80),
    "hip": (15, 100),
    "knee": (15, 150),
    "ankle": (15, 200),
}


def _keypoint(name: str) -> tuple[float, float]:
    side, _, part = name.partition("_")
    x, y = _HALF.get(part, (0, -40))
    return (-x if side == "right" else x), y


_XY = np.array([_keypoint(name) for name in COCO_17.keypoints], np.float32)


def standing(x: float = 320.0, y: float = 200.0, track_id: int | None = 1, score: float = 1.0) -> Pose:
    """A person whose shoulders are centered at (x, y)."""
    return Pose(COCO_17, _XY + np.float32((x, y)), np.full(17, score, np.float32), score, track_id=track_id)


def moved(pose: Pose, keypoint: int, dx: float = 0.0, dy: float = 0.0) -> Pose:
    """The pose with one keypoint moved by (dx, dy) pixels."""
    xy = pose.xy.copy()
    xy[keypoint] += (dx, dy)
    return replace(pose, xy=xy)


def scored(pose: Pose, keypoint: int, score: float) -> Pose:
    """The pose with another score of one keypoint."""
    scores = pose.scores.copy()
    scores[keypoint] = score
    return replace(pose, scores=scores)
