"""Detected persons with boxes, and a detector that a test decides about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from fakes import FakeEstimator

from pose_demo.estimators import DetectionOptions
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, Image, Pose


def person(x: float, y: float, width: float, height: float, score: float = 0.8) -> Pose:
    """A pose whose keypoints are spread over a box with the upper left corner (x, y)."""
    along = np.linspace(0, 1, len(COCO_17.keypoints), dtype=np.float32)[:, None]
    xy = np.float32((x, y)) + along * np.float32((width, height))
    scores = np.full(len(along), 0.9, np.float32)
    return Pose(COCO_17, xy, scores, score, Box(x, y, x + width, y + height, score))


class FakeDetector(FakeEstimator):
    """Finds what ``persons`` returns for an image, from the requested confidence on; keeps no image."""

    def __init__(self, persons: Callable[[Image], tuple[Pose, ...]]) -> None:
        super().__init__()
        self.persons, self.looks = persons, 0

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        self.looks += 1
        found = self.persons(frame.image)
        return Estimate(tuple(pose for pose in found if pose.score >= options.person_confidence))
