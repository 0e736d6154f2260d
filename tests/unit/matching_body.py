"""A body with simple coordinates for the matching tests: a T pose with straight legs, front view."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from pose_demo.matching.reference import Reference
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

SIZE = (400, 400)

# The person's left is on the image's right.
_T = {
    "nose": (200, 60), "left_eye": (206, 54), "right_eye": (194, 54), "left_ear": (214, 58), "right_ear": (186, 58),
    "left_shoulder": (230, 100), "left_elbow": (280, 100), "left_wrist": (330, 100),
    "right_shoulder": (170, 100), "right_elbow": (120, 100), "right_wrist": (70, 100),
    "left_hip": (220, 200), "left_knee": (220, 270), "left_ankle": (220, 340),
    "right_hip": (180, 200), "right_knee": (180, 270), "right_ankle": (180, 340),
}  # fmt: skip


def t_pose() -> Pose:
    xy = np.array([_T[name] for name in COCO_17.keypoints], np.float32)
    return Pose(COCO_17, xy, np.ones(17, np.float32))


def rotated(pose: Pose, degrees: float, center: str, *moved: str) -> Pose:
    """The pose with the keypoints ``moved`` rotated clockwise in the image around the keypoint ``center``."""
    xy = pose.xy.astype(np.float64)
    origin = xy[COCO_17.index(center)].copy()
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for name in moved:
        x, y = xy[COCO_17.index(name)] - origin
        xy[COCO_17.index(name)] = origin + np.array((x * cos - y * sin, x * sin + y * cos))
    return replace(pose, xy=xy.astype(np.float32))


def with_score(pose: Pose, score: float, *names: str) -> Pose:
    """The pose with another score for the keypoints ``names``."""
    scores = pose.scores.copy()
    scores[[COCO_17.index(name) for name in names]] = score
    return replace(pose, scores=scores)


def mirror_image(pose: Pose) -> Pose:
    """The pose of the person's mirror image: flipped, with left and right keypoints exchanged."""
    flipped = pose.mirrored(SIZE[0])
    return replace(flipped, xy=flipped.xy[COCO_17.flip], scores=pose.scores[COCO_17.flip])


def transformed(pose: Pose, scale: float, x: float, y: float) -> Pose:
    """The pose at another size and position."""
    return replace(pose, xy=pose.xy * np.float32(scale) + np.array((x, y), np.float32))


def reference(pose: Pose | None = None) -> Reference:
    return Reference.from_pose(pose or t_pose(), SIZE, "T")


def degenerate_poses(rng):
    """Poses with coincident keypoints, zero scores, the size of a pixel, or extreme coordinates."""
    for _ in range(200):
        xy = rng.normal(200, 10 ** rng.uniform(-3, 6), (17, 2))
        coincident = rng.integers(0, 17, rng.integers(0, 17))
        xy[coincident] = xy[0]
        yield Pose(COCO_17, xy.astype(np.float32), rng.choice([0, 0.3, 1], 17).astype(np.float32))
    for score in (0, 1):
        yield Pose(COCO_17, np.full((17, 2), 7.5, np.float32), np.full(17, score, np.float32))
        yield with_score(t_pose(), score, *COCO_17.keypoints)
        yield Pose(COCO_17, rng.choice([-3e38, 0, 3e38], (17, 2)).astype(np.float32), np.full(17, score, np.float32))
