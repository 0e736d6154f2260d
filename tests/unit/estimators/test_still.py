"""Still images: where persons are searched whom a model misses in the whole image. The networks are fakes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from pose_demo.estimators import DetectionOptions
from pose_demo.estimators.still import FirstToFind, MultiPersonStill, SinglePersonStill
from pose_demo.geometry import Roi
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, Pose

SIZE = (1920, 1080)
FRAME = Frame(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
OPTIONS = DetectionOptions()
BODY = np.random.default_rng(0).uniform((-20, -50), (20, 50), (17, 2))


def pose_at(x, y, score, size=1.0):
    xy = (BODY * size + (x, y)).astype(np.float32)
    (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
    box = Box(float(x0), float(y0), float(x1), float(y1), score)
    return Pose(COCO_17, xy, np.full(17, score, np.float32), score, box)


class Model:
    """A person at (``x``, ``y``), turned by ``rotation``; ``visible`` maps the side of a ROI to the score in it."""

    def __init__(self, x, y, visible, rotation=0.0):
        self.x, self.y, self.visible, self.rotation = x, y, visible, rotation
        self.rois, self.closes = [], 0

    def estimate_roi(self, image, roi, mask=None):
        self.rois.append(roi)
        inside = abs(self.x - roi.center_x) < roi.width / 2 and abs(self.y - roi.center_y) < roi.width / 2
        upright = math.isclose(math.cos(roi.rotation - self.rotation), 1, abs_tol=0.01)
        score = self.visible(roi.width) if inside and upright else 0.05
        return pose_at(self.x, self.y, score)

    def roi_from_keypoints(self, pose, frame_size):
        return Roi.square(self.x, self.y, 200)

    def detect(self, frame, roi, options):
        pose = self.estimate_roi(frame.image, roi)
        return Estimate((pose,) if pose.score >= options.person_confidence else ())

    def estimate(self, frame, options):
        return self.detect(frame, Roi.letterbox(frame.size), options)

    def invoke_only(self): ...

    def reset(self): ...

    def close(self):
        self.closes += 1


def near(side):
    """The score of a person who is seen in a ROI of 1000 pixels or less."""
    return 0.8 if side <= 1000 else 0.1


def test_a_person_who_is_too_small_in_the_whole_image_is_found_in_a_tile():
    model = Model(1500, 600, near)
    (pose,) = SinglePersonStill(model, model).estimate(FRAME, OPTIONS).poses
    assert pose.score == pytest.approx(0.8) and model.rois[-1] == Roi.square(1500, 600, 200)  # again in its own crop


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_person_who_is_not_upright_is_found_in_the_turned_image(degrees):
    model = Model(900, 500, lambda side: 0.6, rotation=math.radians(degrees))
    (pose,) = SinglePersonStill(model, model).estimate(FRAME, OPTIONS).poses
    assert pose.score == pytest.approx(0.6)
    assert math.cos(model.rois[-1].rotation - model.rotation) == pytest.approx(1)


def test_a_confident_pose_of_the_whole_image_needs_no_search():
    model = Model(900, 500, lambda side: 0.6)
    SinglePersonStill(model, model).estimate(FRAME, OPTIONS)
    assert model.rois == [Roi.letterbox(SIZE)]


def test_a_weak_upright_pose_is_kept_where_nothing_is_better():
    model = Model(900, 500, lambda side: 0.3)
    (pose,) = SinglePersonStill(model, model).estimate(FRAME, OPTIONS).poses
    assert pose.score == pytest.approx(0.3)


def test_nobody_is_found_below_the_person_confidence():
    model = Model(1500, 600, near)
    assert not SinglePersonStill(model, model).estimate(FRAME, DetectionOptions(person_confidence=0.9)).poses


class Crowd:
    """Detects those of ``persons`` (x, y, height) who are large enough in a ROI, and parts of those cut off."""

    def __init__(self, persons, smallest=0.2):
        self.persons, self.smallest, self.runs = persons, smallest, 0

    def detect(self, frame, roi, options):
        self.runs += 1
        area, found = roi.bounding_box(), []
        for x, y, height in self.persons:
            box = Box(x - height / 4, y - height / 2, x + height / 4, y + height / 2, 0.6)
            if box.intersection(area) > 0.3 * box.area and height >= self.smallest * roi.width and not roi.rotation:
                found.append(
                    Box(
                        max(box.x0, area.x0),
                        max(box.y0, area.y0),
                        min(box.x1, area.x1),
                        min(box.y1, area.y1),
                        box.score,
                    )
                )
        return Estimate(boxes=tuple(found))

    def estimate(self, frame, options):
        return self.detect(frame, Roi.letterbox(frame.size), options)

    def invoke_only(self): ...

    def reset(self): ...

    def close(self): ...


def test_small_persons_are_found_in_tiles_once_each():
    persons = [(200, 300, 240), (900, 500, 230), (960, 800, 220), (1700, 700, 210)]
    boxes = MultiPersonStill(Crowd(persons)).estimate(FRAME, OPTIONS).boxes
    assert sorted((box.x0 + box.x1) / 2 for box in boxes) == pytest.approx([200, 900, 960, 1700])
    assert all(200 < box.height < 250 for box in boxes)  # none is cut off by the edge of a tile


def test_large_persons_need_no_tiles():
    crowd = Crowd([(600, 540, 900), (1300, 540, 900)])
    assert len(MultiPersonStill(crowd).estimate(FRAME, OPTIONS).boxes) == 2 and crowd.runs == 1


def test_of_two_poses_of_a_person_the_one_with_the_higher_keypoint_scores_is_kept():
    def estimate(part):
        """In a tile the network is surer of the person, and less sure of the keypoints."""
        pose = pose_at(900, 500, 0.3)
        return pose if part.width > SIZE[0] - 1 else replace(pose, score=0.5, scores=np.full(17, 0.2, np.float32))

    detector = Model(900, 500, near)
    detector.detect = lambda frame, roi, options: Estimate((estimate(roi),))
    (pose,) = MultiPersonStill(detector).estimate(FRAME, OPTIONS).poses
    assert pose.score == pytest.approx(0.3)


def test_the_model_alone_runs_where_the_detector_finds_nobody():
    nobody, alone = Model(0, 0, lambda side: 0.0), Model(900, 500, lambda side: 0.6)
    loads = []
    estimator = FirstToFind(nobody, lambda: loads.append(1) or alone)
    for _ in range(2):
        assert estimator.estimate(FRAME, OPTIONS).poses[0].score == pytest.approx(0.6)
    estimator.close()
    assert len(loads) == 1 and nobody.closes == alone.closes == 1


def test_a_person_whom_the_detector_does_not_find_needs_a_higher_score():
    nobody = Model(0, 0, lambda side: 0.0)
    for score, count in (0.29, 0), (0.31, 1):
        alone = Model(900, 500, lambda side, score=score: score)
        assert len(FirstToFind(nobody, lambda alone=alone: alone).estimate(FRAME, OPTIONS).poses) == count
