"""The built-in reference poses with a real model: the same pose by other bodies against all other poses."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from models import needs
from pose_demo import sample
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.offline.still import estimate_pose
from pose_demo.settings import Settings

POSES = list(sample.POSES)[:8]
VARIANTS = [("a", 1.0, False), ("b", 0.8, True), ("c", 0.9, False), ("d", 0.7, True), ("e", 1.0, False)]
SIZE = (640, 480)


def test_estimated_poses_distinguish_the_references():
    needs("movenet-thunder")
    settings = Settings(model="movenet-thunder")
    estimated = []
    for name in POSES:
        for body, scale, mirrored in VARIANTS:
            image, _ = sample.still(name, size=SIZE, body=body, scale=scale, mirrored=mirrored)
            estimated.append((name, estimate_pose(image, name, settings)))
    references = [Reference.from_pose(pose, SIZE, name) for name, pose in estimated]
    same, different = [], []
    for a, b in combinations(range(len(estimated)), 2):
        score = match(references[a], estimated[b][1]).score or 0.0
        (same if estimated[a][0] == estimated[b][0] else different).append(score)
    gaps = np.array(same)[:, None] - np.array(different)[None, :]
    area_under_curve = (gaps > 0).mean() + (gaps == 0).mean() / 2
    assert area_under_curve >= 0.99, f"{area_under_curve:.4f}"
