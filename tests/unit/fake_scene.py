"""A simulated scene for top-down estimation: persons, a detector and a pose model."""

from __future__ import annotations

import numpy as np

from pose_demo.estimators import DetectionOptions
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, Pose

WIDTH, HEIGHT = 640, 480
OPTIONS = DetectionOptions(detect_every=5, person_confidence=0.2, max_people=6)
BODY = np.random.default_rng(0).uniform((-20, -50), (20, 50), (17, 2))
BODY[:4] = (-20, -50), (20, -50), (-20, 50), (20, 50)  # so that its bounding box is 40 x 100


def pose_at(x, y=240.0, score=0.8):
    return Pose(COCO_17, (BODY + np.array((x, y))).astype(np.float32), np.full(17, score, np.float32), score)


def box_at(x, y=240.0, score=0.8):
    return Box(x - 20, y - 50, x + 20, y + 50, score)


def gray_frame(size=(WIDTH, HEIGHT)):
    return Frame(np.full((size[1], size[0], 3), 90, np.uint8))


class FakeScene:
    """A scene with persons, which also is the detector and the pose model.

    The detector returns ``detections``. The pose model returns the first person inside the crop who is not blacked out,
    even when the crop was meant for another one.

    Attributes:
        persons: x of each person -> their score, in the order in which the pose model prefers them.
        detections: boxes, and poses with boxes.
        crops, images: the pose model's inputs in the last frame.
        detector_options: the options of each call of the detector.
        custom_roi: what `roi_from_keypoints` returns for a pose.
        resets, closes: how often the detector was reset, and either model closed.
    """

    def __init__(self):
        self.persons, self.detections = {}, []
        self.crops, self.images, self.detector_options = [], [], []
        self.custom_roi = None
        self.resets = self.closes = 0

    # ---- the detector

    def estimate(self, frame, options):
        self.detector_options.append(options)
        boxes = tuple(found for found in self.detections if isinstance(found, Box))
        poses = tuple(found for found in self.detections if isinstance(found, Pose))
        return Estimate(poses, boxes)

    def reset(self):
        self.resets += 1

    # ---- the pose model

    def estimate_roi(self, image, roi, mask=None):
        self.crops.append(roi)
        self.images.append(image)
        for x, score in self.persons.items():
            inside = abs(x - roi.center_x) <= roi.width / 2
            if inside and image[240, min(int(x), WIDTH - 1)].any():
                if mask is not None:
                    part = mask[190:290, int(x) - 20 : int(x) + 20]
                    np.maximum(part, int(score * 100), out=part)
                return pose_at(x, score=score)
        return None

    def roi_from_keypoints(self, pose, frame_size):
        return self.custom_roi and self.custom_roi(pose)

    # ---- both

    def invoke_only(self): ...

    def close(self):
        self.closes += 1

    # ---- the test

    @property
    def detector_calls(self):
        return len(self.detector_options)

    def process(self, estimator, persons, detections, options=OPTIONS, size=(WIDTH, HEIGHT)):
        """The estimate of one frame with ``persons``, of whom the detector finds ``detections``."""
        self.persons, self.detections, self.crops, self.images = persons, detections, [], []
        return estimator.estimate(gray_frame(size), options)

    def found(self, estimator, *xs, score=0.8, detections=None, **options):
        """The x of the persons found in a frame with persons at ``xs``, all of whom the detector finds by default."""
        detections = [box_at(x) for x in xs] if detections is None else detections
        poses = self.process(estimator, dict.fromkeys(xs, score), detections, **options).poses
        return [round(float(pose.xy[:4, 0].mean())) for pose in poses]
