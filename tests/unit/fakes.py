"""A fake clock, a fake catalogue, a fake estimator with predefined results, and results made of given poses."""

from __future__ import annotations

import gettext

import numpy as np

from pose_demo.estimators import DetectionOptions, EstimatorOptions
from pose_demo.pipeline import Result
from pose_demo.plan import LoadedModel, Plan
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


class FakeClock:
    """A clock that is set by the test."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeEstimator:
    """Returns ``result``, or raises ``error``; records its ``frames`` and counts resets and closes."""

    def __init__(self, estimate: Estimate | None = None, error: Exception | None = None) -> None:
        self.result, self.error = estimate or Estimate(), error
        self.frames: list[Frame] = []
        self.resets = self.closes = 0

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        self.frames.append(frame)
        if self.error:
            raise self.error
        return self.result

    def invoke_only(self) -> None: ...

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self.closes += 1


def plan_of(estimator: FakeEstimator, live: bool = False, **settings: object) -> Plan:
    """A plan with ``estimator`` as its pose model."""
    chosen = Settings.from_dict(settings)
    loaded = LoadedModel(estimator=estimator, model=chosen.model, detector=chosen.detector, options=EstimatorOptions())
    return Plan(settings=chosen, pose=loaded, live=live)


def result_of(*poses: Pose, timestamp: float = 0.0, size: tuple[int, int] = (64, 48)) -> Result:
    """The pipeline's result for a frame with ``poses``."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    return Result(image=image, estimate=Estimate(poses), timestamp=timestamp, stage_ms={"pose": 1.0}, model="fake")


class Catalogue(gettext.NullTranslations):
    """A catalogue with a few texts, which have no plural."""

    def __init__(self, texts):
        super().__init__()
        self.texts = texts

    def gettext(self, message):
        return self.texts.get(message, message)

    def ngettext(self, singular, plural, count):
        return self.texts.get(singular, singular if count == 1 else plural)
