"""The reference laid over a person."""

import numpy as np
import pytest
from matching_body import in_a_mirror, placed, reference, scored, strange_poses, t_pose, turned

from pose_demo.matching.ghost import ghost
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import Pose

HIPS = ("left_hip", "right_hip")
SHOULDERS = ("left_shoulder", "right_shoulder")
ARM_DOWN = turned(t_pose(), 30, "left_shoulder", "left_elbow", "left_wrist")


def test_it_lies_on_the_same_pose_at_another_size_and_place():
    person = placed(ARM_DOWN, 1.7, -40, 90)
    assert ghost(reference(ARM_DOWN), person).xy == pytest.approx(person.xy, abs=1e-3)


def test_it_shows_the_references_arm_on_the_persons_hips():
    person = placed(t_pose(), 0.5, 300, 10)
    laid = ghost(reference(ARM_DOWN), person)
    assert laid.skeleton is COCO_17
    assert laid.xy == pytest.approx(placed(ARM_DOWN, 0.5, 300, 10).xy, abs=1e-3)
    assert laid.xy.dtype == np.float32


def test_without_hips_it_hangs_on_the_shoulders():
    person = placed(t_pose(), 2, 5, 6)
    person.xy[[COCO_17.index(name) for name in HIPS]] = 9999  # a guess that nobody should use
    laid = ghost(reference(ARM_DOWN), scored(person, 0.1, *HIPS))
    assert laid.xy == pytest.approx(placed(ARM_DOWN, 2, 5, 6).xy, abs=1e-3)


def test_a_reference_without_hips_hangs_on_the_shoulders_too():
    without = reference(scored(ARM_DOWN, 0.1, *HIPS))
    laid = ghost(without, placed(t_pose(), 2, 5, 6))
    assert laid.xy == pytest.approx(placed(ARM_DOWN, 2, 5, 6).xy, abs=1e-3)
    assert laid.scores == pytest.approx(without.scores)


def test_a_torso_without_height_gives_way_to_the_shoulders():
    bowing = placed(t_pose(), 1, 0, 0)
    for hip, shoulder in zip(HIPS, SHOULDERS, strict=True):
        bowing.xy[COCO_17.index(hip)] = bowing.xy[COCO_17.index(shoulder)]
    laid = ghost(reference(), bowing)
    assert laid.xy == pytest.approx(t_pose().xy, abs=1e-3)


def test_no_torso_no_ghost():
    assert ghost(reference(), scored(t_pose(), 0.1, "left_shoulder")) is None
    assert ghost(reference(), Pose(COCO_17, np.full((17, 2), 5, np.float32), np.ones(17, np.float32))) is None


def test_the_mirrored_ghost():
    person = placed(in_a_mirror(ARM_DOWN), 1.2, 3, 4)
    assert ghost(reference(ARM_DOWN), person, mirrored=True).xy == pytest.approx(person.xy, abs=1e-3)


def test_a_blazepose_person():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = t_pose().xy, 1
    assert ghost(reference(), Pose(BLAZEPOSE_33, xy, scores)).xy == pytest.approx(t_pose().xy, abs=1e-3)


@pytest.mark.parametrize("confidence", [0.0, 0.3])
@pytest.mark.filterwarnings("error")
def test_no_body_is_too_strange(confidence):
    for pose in strange_poses(np.random.default_rng(0)):
        if np.abs(pose.xy).max() < 1e30:  # scaled beyond float32 otherwise
            laid = ghost(reference(), pose, confidence=confidence)
            assert laid is None or np.isfinite(laid.xy).all()
