"""An estimator that answers what a test tells it to, and results made of given poses."""

from __future__ import annotations

import numpy as np

from pose_demo.estimators import Options
from pose_demo.pipeline import Result
from pose_demo.plan import Loaded, Plan
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17, Skeleton
from pose_demo.types import Estimate, Frame, Pose


def pose_at(*points: tuple[float, float], score: float = 0.9, skeleton: Skeleton = COCO_17, **more: object) -> Pose:
    """A pose whose first keypoints are at ``points``; the others score 0."""
    count = len(skeleton.keypoints)
    xy, scores = np.zeros((count, 2), np.float32), np.zeros(count, np.float32)
    for index, point in enumerate(points):
        xy[index], scores[index] = point, score
    return Pose(skeleton, xy, scores, **more)  # type: ignore[arg-type]


class Scripted:
    """Answers ``estimate``, or raises ``error``; counts what was asked of it."""

    def __init__(self, estimate: Estimate | None = None, error: Exception | None = None) -> None:
        self.answer, self.error = estimate or Estimate(), error
        self.seen: list[Frame] = []
        self.resets = self.closes = 0

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        self.seen.append(frame)
        if self.error:
            raise self.error
        return self.answer

    def bare(self) -> None: ...

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self.closes += 1


def plan_of(estimator: Scripted, live: bool = False, **settings: object) -> Plan:
    """A plan that asks ``estimator``."""
    chosen = Settings.from_dict(settings)
    return Plan(chosen, Loaded(estimator, chosen.model, chosen.detector, Options()), live=live)


def result_of(*poses: Pose, timestamp: float = 0.0, size: tuple[int, int] = (64, 48)) -> Result:
    """What the pipeline would answer had it found ``poses``."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    return Result(image=image, estimate=Estimate(poses), timestamp=timestamp, stages={"pose": 1.0}, model="scripted")
