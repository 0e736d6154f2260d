"""The reference overlay on a person."""

import numpy as np
import pytest
from matching_body import degenerate_poses, mirror_image, reference, rotated, t_pose, transformed, with_score

from pose_demo.matching.ghost import reference_overlay
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import Pose

HIPS = ("left_hip", "right_hip")
ARM_DOWN = rotated(t_pose(), 30, "left_shoulder", "left_elbow", "left_wrist")


def overlay(reference, pose, **options):
    return reference_overlay(reference, pose, 0.3, **options)


def test_it_coincides_with_the_same_pose_at_another_size_and_position():
    person = transformed(ARM_DOWN, 1.7, -40, 90)
    assert overlay(reference(ARM_DOWN), person).xy == pytest.approx(person.xy, abs=1e-3)


def test_it_shows_the_arm_of_the_reference_on_the_hips_of_the_person():
    person = transformed(t_pose(), 0.5, 300, 10)
    drawn = overlay(reference(ARM_DOWN), person)
    assert drawn.skeleton is COCO_17
    assert drawn.xy == pytest.approx(transformed(ARM_DOWN, 0.5, 300, 10).xy, abs=1e-3)
    assert drawn.xy.dtype == np.float32


def test_a_person_without_hips_is_aligned_by_the_shoulders():
    person = transformed(t_pose(), 2, 5, 6)
    person.xy[[COCO_17.index(name) for name in HIPS]] = 9999  # must not be used
    drawn = overlay(reference(ARM_DOWN), with_score(person, 0.1, *HIPS))
    assert drawn.xy == pytest.approx(transformed(ARM_DOWN, 2, 5, 6).xy, abs=1e-3)


def test_a_reference_without_hips_is_aligned_by_the_shoulders():
    without = reference(with_score(ARM_DOWN, 0.1, *HIPS))
    drawn = overlay(without, transformed(t_pose(), 2, 5, 6))
    assert drawn.xy == pytest.approx(transformed(ARM_DOWN, 2, 5, 6).xy, abs=1e-3)
    assert drawn.scores == pytest.approx(without.scores)


@pytest.mark.parametrize("confidence", [0.4, 0.6])
def test_the_confidence_decides_whether_the_hips_are_used(confidence):
    person = with_score(t_pose(), 0.5, *HIPS)
    person.xy[[COCO_17.index(name) for name in HIPS], 1] += 100
    drawn = reference_overlay(reference(), person, confidence)
    assert (drawn.xy[COCO_17.index("left_shoulder")] == pytest.approx((230, 100))) == (confidence == 0.6)


@pytest.mark.parametrize(("height", "uses_torso"), [(0.9, False), (1.1, True)])
def test_a_torso_shorter_than_a_pixel_is_replaced_by_the_shoulders(height, uses_torso):
    bowing = transformed(t_pose(), 1, 0, 0)
    for hip in HIPS:
        bowing.xy[COCO_17.index(hip), 1] = 100 + height
    width = np.ptp(overlay(reference(), bowing).xy[:, 0])
    assert width == pytest.approx(260 * height / 100 if uses_torso else 260, abs=1e-3)


def test_no_overlay_without_a_torso():
    assert overlay(reference(), with_score(t_pose(), 0.1, "left_shoulder")) is None
    assert overlay(reference(), Pose(COCO_17, np.full((17, 2), 5, np.float32), np.ones(17, np.float32))) is None


def test_the_mirrored_overlay():
    person = transformed(mirror_image(ARM_DOWN), 1.2, 3, 4)
    assert overlay(reference(ARM_DOWN), person, mirrored=True).xy == pytest.approx(person.xy, abs=1e-3)


def test_a_blazepose_person():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = t_pose().xy, 1
    assert overlay(reference(), Pose(BLAZEPOSE_33, xy, scores)).xy == pytest.approx(t_pose().xy, abs=1e-3)


@pytest.mark.parametrize("confidence", [0.0, 0.3])
@pytest.mark.filterwarnings("error")
def test_degenerate_poses(confidence):
    for pose in degenerate_poses(np.random.default_rng(0)):
        if np.abs(pose.xy).max() < 1e30:  # scaled beyond float32 otherwise
            drawn = reference_overlay(reference(), pose, confidence)
            assert drawn is None or np.isfinite(drawn.xy).all()
