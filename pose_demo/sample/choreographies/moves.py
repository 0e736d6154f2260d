"""The vocabulary of the choreographies: positions of the arms, steps and jumps."""

from __future__ import annotations

from pose_demo.sample.choreography import JUMP
from pose_demo.sample.keyframes import NEUTRAL, Keyframe, keyframe
from pose_demo.sample.posture import mirrored

Arm = tuple[float, float, float, float]  # arm elevation, arm azimuth, forearm elevation, forearm azimuth

DOWN: Arm = (16, 0, 14, 20)
LOW: Arm = (50, 0, 54, 0)
OUT: Arm = (88, 0, 90, 0)
HIGH: Arm = (130, 0, 134, 0)
UP: Arm = (158, 0, 168, 0)
GOALPOST: Arm = (88, 0, 176, 0)
HIPS: Arm = (52, -20, 33, 168)
CLAP: Arm = (55, 50, 100, 155)
CLAP_HIGH: Arm = (158, 0, 228, 0)

# Steps to the left and back, one foot at a time: HOME, STEP_LEFT, CLOSE_RIGHT, BACK_RIGHT, HOME.
HOME: Keyframe = NEUTRAL | keyframe(pelvis_drop=0.012)
STEP_LEFT: Keyframe = keyframe(
    left_foot=(0.25, 0, 0, 20), right_foot=(-0.11, 0, 0, 20), pelvis_x=0.11, pelvis_roll=4, chest_roll=3, body_yaw=0
)
CLOSE_RIGHT: Keyframe = keyframe(
    left_foot=(0.25, 0, 0, 20), right_foot=(0.08, 0.02, 0, 20), pelvis_x=0.16, pelvis_roll=-2, chest_roll=0
)
BACK_RIGHT: Keyframe = STEP_LEFT | keyframe(pelvis_x=0.03, pelvis_roll=-4, chest_roll=-3)
STEP_RIGHT: Keyframe = mirrored(STEP_LEFT)
CLOSE_LEFT: Keyframe = mirrored(CLOSE_RIGHT)
BACK_LEFT: Keyframe = mirrored(BACK_RIGHT)
CROUCH: Keyframe = keyframe(pelvis_drop=0.07, chest_pitch=8)


def both(arm: Arm) -> Keyframe:
    """Both arms in one position."""
    return keyframe(both_arms=arm)


def left(arm: Arm) -> Keyframe:
    """The left arm in a position."""
    return keyframe(left_arm=arm)


def right(arm: Arm) -> Keyframe:
    """The right arm in a position."""
    return keyframe(right_arm=arm)


def arms(left_arm: Arm, right_arm: Arm) -> Keyframe:
    """Both arms in different positions."""
    return keyframe(left_arm=left_arm, right_arm=right_arm)


def jump(height: float) -> Keyframe:
    """A jump of ``height`` body heights that lands here."""
    return {JUMP: height}
