"""The drawn library through a real model: the same pose by other bodies against every other pose."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from models import needs
from pose_demo import sample
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.offline.compare import find_pose
from pose_demo.settings import Settings

POSES = list(sample.POSES)[:8]
VARIANTS = [("a", 1.0, False), ("b", 0.8, True), ("c", 0.9, False), ("d", 0.7, True), ("e", 1.0, False)]
SIZE = (640, 480)


def test_same_and_different_poses_are_told_apart_by_what_a_model_sees():
    needs("movenet-thunder")
    settings = Settings(model="movenet-thunder")
    seen = []
    for name in POSES:
        for body, scale, mirrored in VARIANTS:
            picture, _ = sample.still(name, size=SIZE, body=body, scale=scale, mirrored=mirrored)
            seen.append((name, find_pose(picture, name, settings)))
    references = [Reference.from_pose(pose, SIZE, name) for name, pose in seen]
    same, different = [], []
    for a, b in combinations(range(len(seen)), 2):
        score = match(references[a], seen[b][1]).score or 0.0
        (same if seen[a][0] == seen[b][0] else different).append(score)
    gaps = np.array(same)[:, None] - np.array(different)[None, :]
    area_under_curve = (gaps > 0).mean() + (gaps == 0).mean() / 2
    assert area_under_curve >= 0.99, f"{area_under_curve:.4f}"
