"""BlazePose on one person's ROI, with fake networks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from blazepose_nets import HIGH_LOGIT, LOW_LOGIT, detector_pool, landmark_pool, landmark_rows, world_rows

from pose_demo.estimators.blazepose.roi_estimator import BlazePoseRoiEstimator
from pose_demo.geometry import Roi
from pose_demo.skeletons import BLAZEPOSE_33

IMAGE = np.zeros((480, 640, 3), np.uint8)
PERSON = (0.5, 0.5), (0.5, 0.3)
ROI = Roi.square(200, 300, 100)


def test_keypoints_are_mapped_from_the_roi_to_frame_pixels():
    landmarks = landmark_pool()
    landmark_rows(landmarks)[0, :2] = (0, 256)
    pose = BlazePoseRoiEstimator(detector_pool(PERSON), landmarks).estimate_roi(IMAGE, ROI)
    # The ROI is 100 wide, so the circle's radius is 20 and the square around the person 50 wide.
    assert pose.skeleton is BLAZEPOSE_33 and pose.score == pytest.approx(0.9)
    assert pose.xy[0] == pytest.approx((175, 325), abs=1e-3) and pose.xy[1] == pytest.approx((200, 300), abs=1e-3)


def test_world_keypoints_do_not_depend_on_the_size_and_position_of_the_roi():
    landmarks = landmark_pool()
    world_rows(landmarks)[0] = 0.1, -0.6, -0.2
    estimator = BlazePoseRoiEstimator(detector_pool(PERSON), landmarks)
    for roi in (ROI, Roi.square(300, 200, 300)):
        assert estimator.estimate_roi(IMAGE, roi).world[0] == pytest.approx((0.1, -0.6, -0.2), abs=1e-6)


def test_only_the_part_of_the_roi_inside_the_frame_is_searched():
    pose = BlazePoseRoiEstimator(detector_pool(PERSON), landmark_pool()).estimate_roi(IMAGE, Roi(20, 150, 160, 100))
    assert pose.xy[1] == pytest.approx((50, 150), abs=1e-3)


def test_no_pose_outside_the_frame_or_without_a_detection_or_with_low_presence():
    outside = Roi.square(-200, 300, 100)
    assert BlazePoseRoiEstimator(detector_pool(PERSON), landmark_pool()).estimate_roi(IMAGE, outside) is None
    assert BlazePoseRoiEstimator(detector_pool(None), landmark_pool()).estimate_roi(IMAGE, ROI) is None
    assert BlazePoseRoiEstimator(detector_pool(PERSON), landmark_pool(presence=0.4)).estimate_roi(IMAGE, ROI) is None


@pytest.mark.parametrize(("score", "detected"), [(0.19, False), (0.21, True)])
def test_a_person_is_detected_with_a_score_of_at_least_a_fifth(score, detected):
    detector = detector_pool(PERSON, math.log(score / (1 - score)))
    pose = BlazePoseRoiEstimator(detector, landmark_pool()).estimate_roi(IMAGE, ROI)
    assert (pose is not None) == detected


def test_calls_are_independent_of_each_other():
    pools = detector_pool(PERSON), landmark_pool()
    estimator = BlazePoseRoiEstimator(*pools)
    for x in (100, 500):
        assert estimator.estimate_roi(IMAGE, Roi.square(x, 200, 100)).xy[1, 0] == pytest.approx(x, abs=1e-3)
    assert [pool.runs for pool in pools] == [2, 2]


def test_invoke_only_runs_the_landmark_network():
    pools = detector_pool(PERSON), landmark_pool()
    BlazePoseRoiEstimator(*pools).invoke_only()
    assert [pool.runs for pool in pools] == [0, 1]


def test_masks_are_merged_by_their_maximum():
    landmarks, mask = landmark_pool(), np.zeros((480, 640), np.uint8)
    mask[300, 200], mask[0, 0] = 7, 9
    estimator = BlazePoseRoiEstimator(detector_pool(PERSON), landmarks)
    landmarks.outputs[3][:] = LOW_LOGIT
    estimator.estimate_roi(IMAGE, ROI, mask)
    assert mask[300, 200] == 7
    landmarks.outputs[3][:] = HIGH_LOGIT
    estimator.estimate_roi(IMAGE, ROI, mask)
    assert mask[300, 200] == 255 and mask[0, 0] == 9 and mask[300, 300] == 0
