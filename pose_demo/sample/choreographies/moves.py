"""The vocabulary of the choreographies: positions of the arms, steps and jumps."""

from __future__ import annotations

from pose_demo.sample.choreography import JUMP
from pose_demo.sample.keyframes import NEUTRAL, Arm, Keyframe, keyframe
from pose_demo.sample.posture import mirrored

# Elevation and azimuth of the upper arm, then of the forearm.
DOWN: Arm = (16, 0, 14, 20)
LOW: Arm = (50, 0, 54, 0)
OUT: Arm = (88, 0, 90, 0)
HIGH: Arm = (130, 0, 134, 0)
UP: Arm = (158, 0, 168, 0)
GOALPOST: Arm = (88, 0, 176, 0)
SCARECROW: Arm = (84, 0, 6, 0)
FOLDED: Arm = (66, 20, 96, 168)
POINT_DOWN: Arm = (30, 60, 42, 140)
HIPS: Arm = (52, -20, 33, 168)
CLAP: Arm = (55, 50, 100, 155)
CLAP_HIGH: Arm = (158, 0, 228, 0)

# Steps to the left and back, one foot at a time: HOME, STEP_LEFT, CLOSE_RIGHT, BACK_RIGHT, HOME.
HOME: Keyframe = NEUTRAL | keyframe(pelvis_drop=0.012)
STEP_LEFT: Keyframe = keyframe(
    left_foot=(0.25, 0, 0, 20),
    right_foot=(-0.11, 0, 0, 20),
    pelvis_x=0.11,
    pelvis_roll=4,
    chest_roll=3,
    pelvis_drop=0.02,
)
CLOSE_RIGHT: Keyframe = keyframe(
    left_foot=(0.25, 0, 0, 20), right_foot=(0.08, 0.02, 0, 20), pelvis_x=0.16, pelvis_roll=-2, chest_roll=0
)
BACK_RIGHT: Keyframe = STEP_LEFT | keyframe(pelvis_x=0.03, pelvis_roll=-4, chest_roll=-3)
STEP_RIGHT: Keyframe = mirrored(STEP_LEFT)
CLOSE_LEFT: Keyframe = mirrored(CLOSE_RIGHT)
BACK_LEFT: Keyframe = mirrored(BACK_RIGHT)
SWAY_LEFT: Keyframe = keyframe(pelvis_x=0.05, pelvis_roll=7, chest_roll=-6, head_yaw=12)
SWAY_RIGHT: Keyframe = mirrored(SWAY_LEFT)
BEND_LEFT: Keyframe = keyframe(pelvis_x=-0.03, chest_roll=20, head_roll=4)
BEND_RIGHT: Keyframe = mirrored(BEND_LEFT)
SQUAT: Keyframe = keyframe(pelvis_drop=0.1)
WIDE: Keyframe = keyframe(left_foot=(0.24, 0, 0, 30), right_foot=(-0.24, 0, 0, 30))
LEFT_KNEE: Keyframe = keyframe(left_foot=(0.14, 0.04, 0.2, 50), pelvis_x=-0.05, pelvis_drop=0.01, chest_pitch=0)
RIGHT_KNEE: Keyframe = mirrored(LEFT_KNEE)
LEFT_KICK: Keyframe = keyframe(left_foot=(0.36, 0.04, 0.18, 35), pelvis_x=-0.07, pelvis_drop=0.01, chest_roll=-7)
RIGHT_KICK: Keyframe = mirrored(LEFT_KICK)
LUNGE_LEFT: Keyframe = keyframe(left_foot=(0.36, 0.02, 0, 45), pelvis_x=0.18, pelvis_drop=0.03, chest_roll=8)
LUNGE_RIGHT: Keyframe = mirrored(LUNGE_LEFT)
CROUCH: Keyframe = keyframe(pelvis_drop=0.07, chest_pitch=8)


def both(arm: Arm) -> Keyframe:
    """Both arms in one position."""
    return keyframe(both_arms=arm)


def arms(left_arm: Arm, right_arm: Arm) -> Keyframe:
    """Both arms in different positions."""
    return keyframe(left_arm=left_arm, right_arm=right_arm)


def shifted(x: float) -> Keyframe:
    """``HOME``, moved by ``x`` body heights to the dancer's left."""
    return HOME | {name: HOME[name] + x for name in ("pelvis_x", "left_foot_x", "right_foot_x")}


def jump(height: float) -> Keyframe:
    """A jump of ``height`` body heights that lands here."""
    return {JUMP: height}
