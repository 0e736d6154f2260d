"""Postures as data: the named poses, and the keyframes of the endless dance.

A keyframe lists only the fields that change; all others keep the value of the previous keyframe.
"""

from __future__ import annotations

from collections.abc import Iterable

from pose_demo.sample.posture import Posture

STANDING = Posture(pelvis_drop=0.012)

Keyframe = dict[str, float]  # posture field -> value
Arm = tuple[float, float, float, float]  # arm elevation, arm azimuth, forearm elevation, forearm azimuth
Foot = tuple[float, float, float, float]  # x, z, lift, toe-out

_ARM_FIELDS = ("arm_elevation", "arm_azimuth", "forearm_elevation", "forearm_azimuth")
_FOOT_FIELDS = ("foot_x", "foot_z", "foot_lift", "toe_out")


def keyframe(
    *,
    both_arms: Arm | None = None,
    left_arm: Arm | None = None,
    right_arm: Arm | None = None,
    left_foot: Foot | None = None,
    right_foot: Foot | None = None,
    **trunk: float,
) -> Keyframe:
    """A keyframe from the values of whole limbs and single fields of trunk and head."""
    return {
        **_limb("left", _ARM_FIELDS, left_arm or both_arms),
        **_limb("right", _ARM_FIELDS, right_arm or both_arms),
        **_limb("left", _FOOT_FIELDS, left_foot),
        **_limb("right", _FOOT_FIELDS, right_foot),
        **trunk,
    }


def _limb(side: str, fields: tuple[str, ...], values: Arm | Foot | None) -> Keyframe:
    if values is None:
        return {}
    return {f"{side}_{field}": value for field, value in zip(fields, values, strict=True)}


def accumulate(sequence: Iterable[Keyframe]) -> list[Posture]:
    """Postures of a sequence of keyframes, each of which changes the one before; the first changes ``STANDING``."""
    postures = [STANDING]
    for changes in sequence:
        postures.append(postures[-1]._replace(**changes))
    return postures[1:]


FEET_APART = keyframe(left_foot=(0.11, 0, 0, 20), right_foot=(-0.11, 0, 0, 20))
NEUTRAL = FEET_APART | keyframe(
    pelvis_x=0, pelvis_roll=0, body_yaw=0, chest_roll=0, chest_pitch=0, chest_yaw=0, head_yaw=0, head_roll=0
)

POSES: dict[str, Posture] = {
    name: STANDING._replace(**changes)
    for name, changes in {
        "stand": keyframe(),
        "arms-up": keyframe(both_arms=(160, 0, 172, 10)),
        "t-pose": keyframe(both_arms=(90, 0, 90, 0)),
        "star": keyframe(both_arms=(128, 0, 130, 0), left_foot=(0.26, 0, 0, 20), right_foot=(-0.26, 0, 0, 20)),
        "cactus": keyframe(both_arms=(90, 0, 178, 0)),
        "hands-on-hips": keyframe(
            both_arms=(52, -20, 33, 168), left_foot=(0.14, 0, 0, 20), right_foot=(-0.14, 0, 0, 20)
        ),
        "side-bend": keyframe(
            left_arm=(165, 0, 185, 10), right_arm=(52, -20, 33, 168),
            left_foot=(0.17, 0, 0, 20), right_foot=(-0.17, 0, 0, 20), pelvis_x=0.02, chest_roll=-20, head_roll=-6,
        ),
        "warrior": keyframe(
            both_arms=(90, 0, 90, 0), left_foot=(0.36, 0.03, 0, 70), right_foot=(-0.3, -0.03, 0, 10),
            pelvis_x=0.1, pelvis_drop=0.1, head_yaw=28,
        ),
        "lunge": keyframe(
            left_arm=(60, 0, 62, 0), right_arm=(120, 0, 118, 0),
            left_foot=(0.28, 0.03, 0, 45), right_foot=(-0.26, 0, 0, 20),
            pelvis_x=0.16, pelvis_drop=0.06, chest_roll=10, body_yaw=12,
        ),
        "tree": keyframe(
            both_arms=(146, 0, 210, 15), left_foot=(-0.02, 0.03, 0.23, 80), right_foot=(-0.05, 0, 0, 20),
            pelvis_x=-0.05,
        ),
        "disco": keyframe(
            left_arm=(128, 0, 132, 0), right_arm=(40, 20, 50, 150),
            left_foot=(0.2, 0.02, 0, 35), right_foot=(-0.12, 0, 0, 20),
            pelvis_x=-0.03, pelvis_roll=7, chest_roll=-6, head_yaw=18,
        ),
        "side-kick": keyframe(
            left_arm=(75, 0, 95, 10), right_arm=(80, 0, 110, 10),
            left_foot=(0.36, 0.05, 0.25, 40), right_foot=(-0.09, 0, 0, 20), pelvis_x=-0.07, chest_roll=-9,
        ),
    }.items()
}  # fmt: skip

# One keyframe per beat. Every sequence begins in the neutral posture, so that the sequences can follow in any order.
_SIDE_STEP = (
    NEUTRAL | keyframe(both_arms=(22, 20, 40, 60), pelvis_drop=0.012),
    keyframe(left_arm=(55, 10, 80, 30), right_arm=(35, 30, 60, 110), left_foot=(0.27, 0, 0, 20),
         right_foot=(-0.09, 0, 0, 20), pelvis_x=0.13, pelvis_roll=4, chest_roll=4, head_yaw=10, body_yaw=12),
    keyframe(both_arms=(18, 30, 30, 60), right_foot=(0.1, 0.02, 0, 20),
         pelvis_x=0.18, pelvis_roll=-3, chest_roll=0, chest_yaw=6, body_yaw=4),
    keyframe(left_arm=(35, 30, 60, 110), right_arm=(55, 10, 80, 30), right_foot=(-0.11, 0, 0, 20),
         pelvis_x=0.04, pelvis_roll=-4, chest_roll=-3, head_yaw=-8, chest_yaw=-4, body_yaw=-8),
)  # fmt: skip
_ARM_WAVE = (
    NEUTRAL | keyframe(both_arms=(80, 0, 70, 0), pelvis_drop=0.015),
    keyframe(left_arm=(105, 0, 120, 0), right_arm=(72, 0, 60, 0),
         pelvis_x=0.035, pelvis_roll=5, chest_roll=5, head_roll=5, head_yaw=14),
    keyframe(left_arm=(84, 0, 62, 0), right_arm=(98, 0, 122, 0),
         pelvis_x=-0.02, pelvis_roll=-4, chest_roll=-3, head_roll=-3, head_yaw=0),
    keyframe(left_arm=(70, 0, 88, 0), right_arm=(108, 0, 92, 0),
         pelvis_x=-0.035, pelvis_roll=-5, chest_roll=-5, head_roll=-5, head_yaw=-14),
)  # fmt: skip
_DISCO = (
    NEUTRAL | keyframe(both_arms=(30, 30, 50, 90), pelvis_drop=0.02),
    keyframe(left_arm=(132, 0, 138, 0), right_arm=(36, 0, 62, 140), left_foot=(0.22, 0.02, 0, 35),
         pelvis_x=-0.04, pelvis_roll=6, chest_roll=-5, head_yaw=20, body_yaw=6),
    keyframe(left_arm=(42, 55, 50, 120),
         pelvis_x=0.02, pelvis_drop=0.045, pelvis_roll=-3, chest_roll=3, head_yaw=-6, body_yaw=-5),
    keyframe(left_arm=(136, 0, 140, 0),
         pelvis_x=-0.04, pelvis_drop=0.02, pelvis_roll=6, chest_roll=-6, head_yaw=20, body_yaw=6),
)  # fmt: skip
_KICK = (
    NEUTRAL | keyframe(both_arms=(40, 20, 90, 70), pelvis_drop=0.03),
    keyframe(left_arm=(80, 0, 100, 10), right_arm=(62, 0, 70, 10), right_foot=(-0.34, 0.06, 0.17, 35),
         pelvis_x=0.08, pelvis_drop=0.01, pelvis_roll=-3, chest_roll=6),
    keyframe(both_arms=(45, 30, 100, 80), right_foot=(-0.13, 0.02, 0, 20),
         pelvis_x=0, pelvis_drop=0.035, pelvis_roll=0, chest_roll=0),
    keyframe(left_arm=(60, 50, 100, 80), right_arm=(30, -20, 45, -10), right_foot=(-0.12, 0.28, 0.12, 12),
         pelvis_x=0.07, pelvis_drop=0.01, chest_pitch=-4),
)  # fmt: skip
_REACH_UP = (
    NEUTRAL | keyframe(both_arms=(60, 0, 120, 20), pelvis_drop=0.04),
    keyframe(left_arm=(150, 0, 165, 0), right_arm=(140, 0, 160, 0), left_foot=(0.2, 0, 0, 20),
         pelvis_x=0.06, pelvis_drop=0.01, pelvis_roll=4, chest_roll=7),
    keyframe(both_arms=(140, 10, 190, 20), pelvis_x=0, pelvis_drop=0.04, pelvis_roll=0, chest_roll=0),
    keyframe(left_arm=(140, 0, 160, 0), right_arm=(152, 0, 168, 0),
         pelvis_x=-0.05, pelvis_drop=0.01, pelvis_roll=-4, chest_roll=-7),
)  # fmt: skip
STEP_SEQUENCES: tuple[tuple[Keyframe, ...], ...] = (_SIDE_STEP, _ARM_WAVE, _DISCO, _KICK, _REACH_UP)
