"""Joint angles: hand-computed ones, in the image and in space."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from matching_body import mirror_image, rotated, t_pose, with_score

from pose_demo.joint_angles import JOINT_PAIRS, JOINTS, AngleRange, joint_angles, widen
from pose_demo.matching.limb_angles import limb_angles_of
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Pose

# In meters, x to the image's right, y down, z away from the camera; the person faces the camera.
_STANDING = {
    "shoulder": (0.15, -0.5, 0.0),
    "elbow": (0.15, -0.2, 0.0),
    "wrist": (0.15, 0.1, 0.0),
    "hip": (0.15, 0.0, 0.0),
    "knee": (0.15, 0.4, 0.0),
    "ankle": (0.15, 0.8, 0.0),
    "heel": (0.15, 0.85, 0.05),
    "foot_index": (0.15, 0.85, -0.15),
}


def in_space(**left: tuple[float, float, float]) -> Pose:
    """A standing person with world keypoints, whose image is empty; ``left`` moves keypoints of the left side."""
    world = np.zeros((33, 3), np.float32)
    for name, (x, y, z) in _STANDING.items():
        world[BLAZEPOSE_33.index(f"left_{name}")] = left.get(name, (x, y, z))
        world[BLAZEPOSE_33.index(f"right_{name}")] = -x, y, z
    return Pose(BLAZEPOSE_33, np.zeros((33, 2), np.float32), np.ones(33, np.float32), world=world)


def degrees(pose: Pose, **options: object) -> dict[str, float | None]:
    return dict(joint_angles(pose, **options).degrees)


def test_a_standing_person_is_in_the_neutral_position():
    angles = joint_angles(in_space())
    assert list(angles.degrees) == list(JOINTS) and len(JOINTS) == 10
    assert angles.degrees == pytest.approx(dict.fromkeys(JOINTS, 0.0), abs=1e-4)
    assert angles.source == "world_keypoints"


@pytest.mark.parametrize(
    ("joint", "moved", "expected"),
    [
        ("shoulder", {"elbow": (0.45, -0.5, 0)}, 90),  # to the side
        ("shoulder", {"elbow": (0.15, -0.5, -0.3)}, 90),  # to the front: not visible in the image
        ("shoulder", {"elbow": (0.15, -0.8, 0)}, 180),  # overhead
        ("elbow", {"wrist": (0.15, -0.2, -0.3)}, 90),
        ("elbow", {"wrist": (0.15, -0.5, 0)}, 180),  # the forearm lies on the upper arm
        ("hip", {"knee": (0.15, 0, -0.4)}, 90),  # sits
        ("hip", {"knee": (0.55, 0.4, 0)}, 45),  # abduction
        ("knee", {"ankle": (0.15, 0.4 + 0.2 * math.sqrt(3), 0.2)}, 30),
        ("ankle", {"foot_index": (0.15, 0.65, -0.15)}, 45),  # the toes are raised
        ("ankle", {"foot_index": (0.15, 1.05, -0.15)}, -45),  # on tiptoe
    ],
)
def test_angle_in_space(joint, moved, expected):
    angles = degrees(in_space(**moved))
    assert angles[f"left_{joint}"] == pytest.approx(expected, abs=1e-3)
    assert angles[f"right_{joint}"] == pytest.approx(0, abs=1e-3)


def test_angles_in_the_image():
    """A T pose, whose trunk is 100 px high and narrows by 10 px on each side, with a bent elbow and knee."""
    pose = rotated(t_pose(), -60, "left_elbow", "left_wrist")
    angles = joint_angles(rotated(pose, 50, "right_knee", "right_ankle"))
    trunk = math.degrees(math.atan(10 / 100))
    assert angles.source == "keypoints"
    assert angles.degrees == pytest.approx(
        {
            "left_shoulder": 90 + trunk,
            "right_shoulder": 90 + trunk,
            "left_elbow": 60,
            "right_elbow": 0,
            "left_hip": trunk,
            "right_hip": trunk,
            "left_knee": 0,
            "right_knee": 50,
        },
        abs=1e-3,
    )


def test_the_image_is_used_on_request_though_there_are_world_keypoints():
    pose = in_space(elbow=(0.15, -0.5, -0.3), wrist=(0.15, -0.5, -0.6))
    image = replace(pose, xy=(100 * pose.world[:, :2] + 200).astype(np.float32))
    assert degrees(image)["left_shoulder"] == pytest.approx(90, abs=1e-3)
    flat = joint_angles(image, from_world=False)
    assert flat.source == "keypoints" and flat.degrees["left_shoulder"] is None  # the upper arm has no length there
    assert flat.degrees["right_shoulder"] == pytest.approx(0, abs=1e-3)


def test_in_space_a_limb_has_the_direction_that_it_has_in_the_image():
    """World keypoints have the upper arm 37 degrees below the horizontal, the image 45; it is 45 towards the camera."""
    pose = in_space(elbow=(0.15 + 0.24, -0.5 + 0.18, -0.3), wrist=(0.15 + 0.24, -0.5 + 0.48, -0.3))
    xy = 100 * pose.world[:, :2]
    shoulder, elbow, wrist = (BLAZEPOSE_33.index(f"left_{name}") for name in ("shoulder", "elbow", "wrist"))
    xy[elbow] = xy[shoulder] + (50, 50)
    xy[wrist] = xy[elbow] + (0, 80)
    angles = degrees(replace(pose, xy=xy.astype(np.float32)))
    assert angles["left_shoulder"] == pytest.approx(60, abs=1e-3)  # its cosine is that of 45 degrees twice, 1/2
    assert angles["left_elbow"] == pytest.approx(60, abs=1e-3)


@pytest.mark.parametrize("pose", [rotated(t_pose(), 70, "left_elbow", "left_wrist"), in_space(wrist=(0.4, 0, -0.2))])
def test_the_mirrored_image_has_the_same_angles(pose):
    assert degrees(pose.mirrored(400)) == pytest.approx(degrees(pose), abs=1e-3)


def test_a_mirror_image_exchanges_the_sides():
    pose = rotated(t_pose(), 70, "left_elbow", "left_wrist")
    angles, mirrored = degrees(pose), degrees(mirror_image(pose))
    for left, right in JOINT_PAIRS.values():
        if left in angles:
            assert (mirrored[left], mirrored[right]) == pytest.approx((angles[right], angles[left]), abs=1e-3)


def test_size_and_position_do_not_matter():
    pose = rotated(t_pose(), 70, "left_elbow", "left_wrist")
    other = replace(pose, xy=pose.xy * np.float32(3.7) - np.float32(900))
    assert degrees(other) == pytest.approx(degrees(pose), abs=1e-2)


def test_a_joint_whose_keypoint_scores_too_low_has_no_angle():
    angles = degrees(with_score(t_pose(), 0.29, "left_wrist"), confidence=0.3)
    assert [joint for joint, angle in angles.items() if angle is None] == ["left_elbow"]
    assert None not in degrees(with_score(t_pose(), 0.3, "left_wrist"), confidence=0.3).values()


def test_matching_has_the_same_angles():
    pose = rotated(rotated(t_pose(), -60, "left_elbow", "left_wrist"), 50, "right_knee", "right_ankle")
    measured = degrees(pose)
    order = [f"{side}_{joint}" for side in ("left", "right") for joint in ("elbow", "shoulder", "hip", "knee")]
    assert limb_angles_of(pose).joint_angles == pytest.approx([measured[joint] for joint in order], abs=1e-3)


def test_every_joint_is_at_a_keypoint_of_its_name():
    assert set(JOINTS) <= set(BLAZEPOSE_33.keypoints) and set(JOINTS) <= set(COCO_17.keypoints)


def test_the_range_of_motion_grows_with_every_visible_angle():
    ranges = {}
    for angle in (40.0, None, 10.0, 25.0):
        ranges = widen(ranges, {"left_knee": angle, "right_knee": None})
    assert ranges == {"left_knee": AngleRange(10.0, 40.0)}
    assert ranges["left_knee"].range == 30.0
