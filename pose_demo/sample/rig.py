"""3D rig: joint positions from a posture. Trunk and arms use forward kinematics, legs inverse kinematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_demo.sample.body import Body
from pose_demo.sample.posture import Posture, Vector, rotation

# Segment lengths of the reference body in body heights.
# Source: Drillis and Contini, "Body Segment Parameters", 1966. Widths are between joint centers, not between outlines.
TORSO, SHOULDER, HIP = 0.292, 0.104, 0.056
UPPER_ARM, FOREARM = 0.168, 0.148
THIGH, SHIN, ANKLE = 0.235, 0.239, 0.055
NECK = 0.116  # from the midpoint of the shoulders to the center of the head

# Head keypoints relative to the center of the head (x to the dancer's left, y up, z to the front).
HEAD = {
    "nose": (0.0, -0.014, 0.074),
    "left_eye": (0.0205, 0.006, 0.052),
    "right_eye": (-0.0205, 0.006, 0.052),
    "left_ear": (0.0515, -0.006, -0.006),
    "right_ear": (-0.0515, -0.006, -0.006),
}

Joints = dict[str, Vector]  # name -> (3,) world point


@dataclass(frozen=True)
class Rig:
    """A body in a posture.

    Attributes:
        body: proportions and appearance.
        joints: world points (3,) of the 17 COCO keypoints and of pelvis, neck, head, crown, hands, heels and toes.
        pelvis: rotation matrix (3, 3) of the pelvis.
        chest: rotation matrix (3, 3) of the chest.
        head: rotation matrix (3, 3) of the head.
    """

    body: Body
    joints: Joints
    pelvis: Vector
    chest: Vector
    head: Vector


def build_rig(posture: Posture, body: Body, position: tuple[float, float] = (0.0, 0.0)) -> Rig:
    """Compute the joint positions of ``body`` in ``posture``.

    Limbs keep their lengths: a foot position out of reach is moved towards the hip.

    Args:
        posture: joint angles; its lengths are in heights of this body, so that a smaller body takes smaller steps.
        body: proportions.
        position: origin of the posture on the floor (x, z), in heights of the reference body.
    """
    p, size = _scale_to_body(posture, body), body.height
    pelvis_rotation = rotation(p.body_yaw, -p.pelvis_roll)
    chest = rotation(p.body_yaw + p.chest_yaw, p.chest_roll, p.chest_pitch)
    head = rotation(
        p.body_yaw + p.chest_yaw + p.head_yaw, 0.5 * p.chest_roll + p.head_roll, 0.4 * p.chest_pitch + p.head_pitch
    )
    ankles = _target_ankles(p, size)
    pelvis = np.array((p.pelvis_x, _pelvis_height(p, body, ankles), p.pelvis_z))
    neck = pelvis + chest @ (0, TORSO * size, 0)
    joints = {"pelvis": pelvis, "neck": neck} | _head_joints(neck, chest, head, size)
    for side, sign, arm, toe_out in _limbs(p):
        joints |= _arm_joints(side, sign, arm, neck, chest, body)
        joints |= _leg_joints(side, sign, p.body_yaw + sign * toe_out, pelvis, pelvis_rotation, ankles[side], body)
    origin = np.array((position[0], 0.0, position[1]))
    return Rig(body, {name: joint + origin for name, joint in joints.items()}, pelvis_rotation, chest, head)


_ArmAngles = tuple[float, float, float, float]  # elevation and azimuth of the upper arm, then of the forearm


def _limbs(p: Posture) -> tuple[tuple[str, int, _ArmAngles, float], ...]:
    """Side, sign of the side's x axis, arm angles and toe-out of both sides."""
    left = p.left_arm_elevation, p.left_arm_azimuth, p.left_forearm_elevation, p.left_forearm_azimuth
    right = p.right_arm_elevation, p.right_arm_azimuth, p.right_forearm_elevation, p.right_forearm_azimuth
    return ("left", 1, left, p.left_toe_out), ("right", -1, right, p.right_toe_out)


def _scale_to_body(p: Posture, body: Body) -> Posture:
    """Convert lengths from heights of this body to heights of the reference body."""
    size, legs = body.height, body.height * body.legs
    return p._replace(
        pelvis_x=p.pelvis_x * size, pelvis_z=p.pelvis_z * size, pelvis_drop=p.pelvis_drop * legs,
        left_foot_x=p.left_foot_x * size, left_foot_z=p.left_foot_z * size, left_foot_lift=p.left_foot_lift * legs,
        right_foot_x=p.right_foot_x * size, right_foot_z=p.right_foot_z * size,
        right_foot_lift=p.right_foot_lift * legs,
    )  # fmt: skip


def _target_ankles(p: Posture, size: float) -> Joints:
    return {
        "left": np.array((p.left_foot_x, p.left_foot_lift + ANKLE * size, p.left_foot_z)),
        "right": np.array((p.right_foot_x, p.right_foot_lift + ANKLE * size, p.right_foot_z)),
    }


def _pelvis_height(p: Posture, body: Body, ankles: Joints) -> float:
    """Height at which the supporting leg is nearly straight; a lifted foot does not limit it."""
    reach = 0.992 * (THIGH + SHIN) * body.height * body.legs
    heights = []
    for side, sign in (("left", 1), ("right", -1)):
        ankle = ankles[side]
        distance = np.hypot(ankle[0] - p.pelvis_x - sign * HIP * body.height * body.hips, ankle[2] - p.pelvis_z)
        lift = ankle[1] - ANKLE * body.height
        heights.append(ankle[1] + np.sqrt(max(reach**2 - distance**2, 0.1 * reach**2)) + 2 * lift)
    softness = 0.014 * body.height  # a soft minimum, because a hard one jumps when the supporting leg changes
    return float(-softness * np.log(np.exp(-np.array(heights) / softness).sum())) - p.pelvis_drop


def _head_joints(neck: Vector, chest: Vector, head: Vector, size: float) -> Joints:
    center = neck + chest @ (0, 0.3 * NECK * size, 0) + head @ (0, 0.7 * NECK * size, 0.012 * size)
    return {"head": center, "crown": center + head @ (0, 0.015 * size, 0)} | {
        name: center + head @ np.multiply(offset, size) for name, offset in HEAD.items()
    }


def _limb_direction(sign: int, elevation: float, azimuth: float) -> Vector:
    """Unit vector of an arm segment in the chest's frame."""
    e, a = np.radians((elevation, azimuth))
    return np.array((sign * np.sin(e) * np.cos(a), -np.cos(e), np.sin(e) * np.sin(a)))


def _arm_joints(side: str, sign: int, angles: _ArmAngles, neck: Vector, chest: Vector, body: Body) -> Joints:
    """Arm by forward kinematics; the shoulder rises with the elevation of the upper arm."""
    rise = np.radians(16.0) * np.clip((angles[0] - 50) / 130, 0, 1)
    width, length = SHOULDER * body.height * body.shoulders, body.height * body.arms
    shoulder = neck + chest @ (sign * width * np.cos(rise), width * np.sin(rise), 0)
    elbow = shoulder + chest @ _limb_direction(sign, *angles[:2]) * UPPER_ARM * length
    forearm = chest @ _limb_direction(sign, *angles[2:])
    wrist = elbow + forearm * FOREARM * length
    return {
        f"{side}_shoulder": shoulder,
        f"{side}_elbow": elbow,
        f"{side}_wrist": wrist,
        f"{side}_hand": wrist + forearm * 0.1 * length,
    }


def _leg_joints(
    side: str, sign: int, yaw: float, pelvis: Vector, rotation: Vector, target_ankle: Vector, body: Body
) -> Joints:
    """Leg by inverse kinematics; the knee points in the direction of the toes."""
    size, length = body.height, body.height * body.legs
    hip = pelvis + rotation @ (sign * HIP * size * body.hips, 0, 0)
    forward = np.array((np.sin(np.radians(yaw)), 0.0, np.cos(np.radians(yaw))))
    knee, ankle = _two_bone_ik(hip, target_ankle, forward, THIGH * length, SHIN * length)
    lift = np.clip((target_ankle[1] / size - ANKLE) / 0.12, 0, 1)
    sole = ankle - (0, (ANKLE - 0.012) * size, 0)
    toe = sole + forward * 0.105 * size * (1 - 0.25 * lift) - (0, 0.06 * size * lift, 0)
    return {
        f"{side}_hip": hip,
        f"{side}_knee": knee,
        f"{side}_ankle": ankle,
        f"{side}_heel": sole - forward * 0.026 * size,
        f"{side}_toe": toe,
    }


def _two_bone_ik(root: Vector, target: Vector, pole: Vector, upper: float, lower: float) -> tuple[Vector, Vector]:
    """Middle joint and end of a two-bone chain from ``root`` to ``target``, bent in the direction of ``pole``."""
    chain = target - root
    distance = float(np.linalg.norm(chain))
    reach = min(distance, 0.998 * (upper + lower))
    direction = chain / distance
    bend = pole - direction * (pole @ direction)
    bend /= max(float(np.linalg.norm(bend)), 1e-6)
    projected = (upper**2 - lower**2 + reach**2) / (2 * reach)
    middle = root + direction * projected + bend * np.sqrt(max(upper**2 - projected**2, 0.0))
    return middle, root + direction * reach
