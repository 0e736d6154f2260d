"""Resampled keypoints: interpolation, gaps, and the same limbs as in matching."""

from dataclasses import replace

import numpy as np
import pytest
from matching_body import degenerate_poses
from moving_body import dance, frame_times, hidden

from pose_demo.dance.grid import resample
from pose_demo.matching.limb_angles import LIMBS, limb_angles_of, limb_vectors
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose


def test_keypoints_are_interpolated_between_frames():
    two = dance(np.array([0.0, 0.2]))
    xy = two.xy.copy()
    left_wrist, left_elbow = COCO_17.index("left_wrist"), COCO_17.index("left_elbow")
    xy[:, left_elbow] = (300, 200)
    xy[0, left_wrist], xy[1, left_wrist] = (350, 200), (300, 250)  # it points right, then down: in between both
    limbs = resample(replace(two, xy=xy), np.array([0.0, 0.1, 0.2]), 0.3)
    degrees = np.degrees(np.angle(limbs.directions[:, LIMBS.index("left forearm")]))
    assert degrees == pytest.approx([0, 45, 90], abs=1e-4)


def test_a_keypoint_is_not_visible_outside_its_frames_and_in_long_gaps():
    sequence = hidden(dance(frame_times(3, 10)), 1.05, 1.35, "left_wrist")  # visible at 1.0 and 1.4
    sequence = hidden(sequence, 2.05, 2.25, "left_wrist")  # visible at 2.0 and 2.3
    times = np.array([-0.01, 0.0, 1.0, 1.2, 1.4, 2.1, 2.9, 2.91])
    scores = resample(sequence, times, 0.3).scores[:, LIMBS.index("left forearm")]
    assert scores.tolist() == [0, 1, 1, 0, 1, 1, 1, 0]


def test_without_frames_nothing_is_visible():
    sequence = dance(frame_times(1, 10))
    nobody = replace(sequence, scores=np.zeros_like(sequence.scores))
    assert not resample(nobody, np.linspace(0, 1, 5), 0.0).scores.any()


def test_limb_vectors_are_the_limb_angles_of_each_pose():
    poses = list(degenerate_poses(np.random.default_rng(0)))
    limbs = limb_vectors(np.array([pose.xy for pose in poses]), np.array([pose.scores for pose in poses]))
    for index, pose in enumerate(poses):
        expected = limb_angles_of(Pose(COCO_17, pose.xy, pose.scores))
        visible = expected.visible(0.3)
        assert limbs.facing[index] == expected.facing and (limbs.scores[index] == expected.scores).all()
        assert np.allclose(limbs.lengths[index], expected.lengths)
        turned = np.degrees(np.angle(limbs.directions[index] * np.exp(-1j * np.radians(expected.angles))))
        assert np.abs(turned[visible]).max(initial=0) < 1e-6
        assert (limbs.visible(0.3)[index] == visible).all()
        assert np.allclose(limbs.reliability(0.3)[index], expected.reliability(0.3))
