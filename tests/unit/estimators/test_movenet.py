"""MoveNet's crop rule, against numbers calculated by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from models import needs
from pose_demo import sample, weights
from pose_demo.estimators import DetectionOptions, movenet
from pose_demo.estimators.interpreter_pool import ModelFile, shared_pool
from pose_demo.estimators.movenet import MoveNet, estimate_pose, estimate_pose_mirrored, next_roi
from pose_demo.geometry import Roi
from pose_demo.oks import pose_similarity
from pose_demo.skeletons import COCO_17
from pose_demo.types import Frame, Pose

FRAME_SIZE = (640, 480)
WHOLE_FRAME = Roi.square(320, 240, 640)
TORSO = {"left_shoulder": (340, 100), "right_shoulder": (300, 100), "left_hip": (330, 200), "right_hip": (310, 200)}


def pose_of(points, score=0.9):
    """A pose with these keypoints; the others are far away and score 0."""
    xy, scores = np.full((17, 2), 5000, np.float32), np.zeros(17, np.float32)
    for name, point in points.items():
        xy[COCO_17.index(name)], scores[COCO_17.index(name)] = point, score
    return Pose(COCO_17, xy, scores)


def roi_of(points, score=0.9):
    return next_roi(pose_of(points, score), FRAME_SIZE)


def test_half_the_crop_is_1_9_torsos_around_the_middle_of_the_hips():
    roi = roi_of(TORSO)
    assert (roi.center_x, roi.center_y, roi.width) == pytest.approx((320, 200, 380), abs=0.01)


def test_half_the_crop_is_at_least_1_2_times_the_distance_of_the_farthest_keypoint():
    roi = roi_of(TORSO | {"left_ankle": (320, 450)})
    assert (roi.center_x, roi.center_y, roi.width) == pytest.approx((320, 200, 600), abs=0.01)


@pytest.mark.parametrize(("score", "width"), [(0.2, 380), (0.21, 600)])
def test_only_keypoints_above_the_threshold_influence_the_crop(score, width):
    pose = pose_of(TORSO | {"left_ankle": (320, 450)})
    pose.scores[COCO_17.index("left_ankle")] = score
    assert next_roi(pose, FRAME_SIZE).width == pytest.approx(width, abs=0.01)


def test_the_crop_extends_at_most_to_the_farthest_edge():
    roi = roi_of(TORSO | {"left_ankle": (320, 478)})  # 1.2 * 278 = 333.6, but the border is 320 away
    assert roi.width == pytest.approx(640, abs=0.01)


@pytest.mark.parametrize(
    "points",
    [
        {},
        {name: xy for name, xy in TORSO.items() if "hip" in name},
        {name: xy for name, xy in TORSO.items() if "shoulder" in name},
        dict.fromkeys(TORSO, (320, 200)),
        {name: (x + 200, y) for name, (x, y) in TORSO.items()} | {"nose": (100, 200)},
    ],
    ids=["no keypoints", "no shoulders", "no hips", "all at one point", "wider than the frame"],
)
def test_the_whole_frame_is_used_when_the_keypoints_define_no_crop(points):
    assert roi_of(points) == WHOLE_FRAME


@pytest.mark.parametrize(("score", "visible"), [(0.2, False), (0.21, True)])
def test_the_torso_is_visible_above_the_threshold_only(score, visible):
    assert (roi_of(TORSO, score) != WHOLE_FRAME) == visible


def test_one_hip_and_one_shoulder_are_enough():
    pose = pose_of(TORSO)
    pose.scores[[COCO_17.index("left_hip"), COCO_17.index("left_shoulder")]] = 0.0
    assert next_roi(pose, FRAME_SIZE).width == pytest.approx(380, abs=0.01)


# ---- a person who is lost in a video --------------------------------------------------------------------------------


class Network:
    """Stands for `estimate_pose`: ``score`` gives the score of the person in a ROI; counts the inferences."""

    def __init__(self, score):
        self.score, self.rois, self.shift = score, [], (0, 0)

    def __call__(self, pool, image, roi):
        self.rois.append(roi)
        pose = pose_of(TORSO, 0.9)
        return replace(pose, xy=pose.xy + np.float32(self.shift), score=self.score(roi))


def stream(monkeypatch, score):
    """(network, function that processes a frame and returns its poses)."""
    network, model = Network(score), MoveNet(None, static_image_mode=False)
    monkeypatch.setattr(movenet, "estimate_pose", network)
    frame = Frame(np.zeros((FRAME_SIZE[1], FRAME_SIZE[0], 3), np.uint8))
    return network, lambda: model.estimate(frame, DetectionOptions()).poses


def is_turned(roi, degrees):
    return math.cos(roi.rotation - math.radians(degrees)) > 0.99


def test_a_tracked_person_costs_one_upright_inference_a_frame(monkeypatch):
    network, process = stream(monkeypatch, lambda roi: 0.6)
    assert all(process() for _ in range(30))
    assert len(network.rois) == 30 and all(roi.rotation == 0 for roi in network.rois)
    assert network.rois[0] == WHOLE_FRAME and {roi.width for roi in network.rois[1:]} == {380.0}


def test_the_crop_is_held_until_the_person_has_moved_by_a_tenth_of_it(monkeypatch):
    """It is 380 wide, so by 38 pixels."""
    network, process = stream(monkeypatch, lambda roi: 0.6)
    centers = []
    for network.shift in (0, 0), (0, 0), (37, -37), (-37, 0), (39, 0), (39, 0), (3, 0):
        process()
        centers.append(network.rois[-1].center_x)
    held = centers[1]
    assert centers[1:] == [held, held, held, held, held + 39, held + 39]


def test_a_lost_person_costs_one_inference_a_frame_and_the_first_frame_is_seen_whole(monkeypatch):
    network, process = stream(monkeypatch, lambda roi: 0.1)
    assert not any(process() for _ in range(40))
    assert len(network.rois) == 40 and network.rois[0] == WHOLE_FRAME
    assert sum(roi.rotation == 0 for roi in network.rois[:12]) >= 6  # a person who enters is found at once


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("upright", [0.1, 0.3], ids=["lost", "weak"])
def test_a_person_who_is_upside_down_or_lies_is_found_and_tracked_turned(monkeypatch, degrees, upright):
    network, process = stream(monkeypatch, lambda roi: 0.7 if is_turned(roi, degrees) else upright)
    for _ in range(45):
        poses = process()
    assert poses[0].score == pytest.approx(0.7)
    assert all(is_turned(roi, degrees) for roi in network.rois[-5:])


def test_a_person_who_stands_up_again_is_tracked_upright(monkeypatch):
    network, process = stream(monkeypatch, lambda roi: 0.7 if is_turned(roi, 180) else 0.1)
    for _ in range(20):
        process()
    network.score = lambda roi: 0.7 if is_turned(roi, 0) else 0.1
    for _ in range(20):
        poses = process()
    assert poses and network.rois[-1].rotation == 0


def test_a_far_person_is_found_in_a_tile(monkeypatch):
    network, process = stream(monkeypatch, lambda roi: 0.7 if roi.width < 400 and not roi.rotation else 0.1)
    crop = Roi.square(100, 100, 200)
    monkeypatch.setattr(movenet, "roi_from_keypoints", lambda pose, size: crop if pose.score > 0.5 else None)
    for _ in range(40):
        poses = process()
    assert poses and network.rois[-1] == crop


def test_a_pose_that_its_own_crop_does_not_confirm_is_not_a_person(monkeypatch):
    _, process = stream(monkeypatch, lambda roi: 0.34 if is_turned(roi, 90) else 0.1)
    assert not any(process() for _ in range(60))


# ---- a person who appears in a video --------------------------------------------------------------------------------


def test_a_weak_pose_that_appears_is_looked_at_again_mirrored_in_its_crop(monkeypatch):
    network, process = stream(monkeypatch, lambda roi: 0.3)
    assert all(process() for _ in range(4))
    crop = Roi.square(320, 200, 380)
    assert network.rois == [WHOLE_FRAME, crop.mirrored(), crop, crop, crop]


def test_a_weak_pose_that_the_mirrored_image_does_not_have_is_never_shown(monkeypatch):
    network, process = stream(monkeypatch, lambda roi: 0.05 if roi.width < 0 else 0.35)
    assert not any(process() for _ in range(30))
    assert len(network.rois) < 60


def test_the_weakest_poses_appear_after_two_frames(monkeypatch):
    _, process = stream(monkeypatch, lambda roi: 0.24)
    assert [len(process()) for _ in range(3)] == [0, 1, 1]  # .12, .18; .21


def test_a_person_is_as_doubtful_after_a_reset_as_before(monkeypatch):
    model = MoveNet(None, static_image_mode=False)
    monkeypatch.setattr(movenet, "estimate_pose", Network(lambda roi: 0.24))
    frame = Frame(np.zeros((FRAME_SIZE[1], FRAME_SIZE[0], 3), np.uint8))
    seen = []
    for _ in range(2):
        seen += [len(model.estimate(frame, DetectionOptions()).poses) for _ in range(2)]
        model.reset()
    assert seen == [0, 1, 0, 1]


def test_left_and_right_are_the_persons_in_the_mirrored_crop():
    needs("movenet-lightning")
    pool, image = shared_pool(ModelFile(weights.path("movenet-lightning"))), sample.frame(0).image
    plain, mirrored = (estimate(pool, image, WHOLE_FRAME) for estimate in (estimate_pose, estimate_pose_mirrored))
    assert pose_similarity(plain, mirrored) > 0.9
