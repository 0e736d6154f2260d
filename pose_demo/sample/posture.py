"""Posture of the 3D rig: joint angles and foot positions.

World coordinates are right-handed and measured in body heights of the reference body: x to the right of the image, y up
from the floor, z towards the camera. A dancer who faces the camera has the left hand at +x.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


class Posture(NamedTuple):
    """Joint angles in degrees and positions in body heights; the default is a relaxed standing posture.

    Attributes:
        pelvis_x: horizontal position of the pelvis, positive to the right of the image.
        pelvis_z: depth of the pelvis, positive towards the camera.
        pelvis_drop: how far the pelvis is lowered below the height at which the legs are nearly straight.
        pelvis_roll: rotation of the pelvis about the front axis, positive with the left hip raised.
        body_yaw: rotation of the whole body about the vertical axis, positive to the dancer's left.
        chest_roll: sideways bend of the chest, positive to the dancer's left.
        chest_pitch: forward bend of the chest.
        chest_yaw: rotation of the chest relative to the pelvis, positive to the dancer's left.
        head_yaw: rotation of the head relative to the chest, positive to the dancer's left.
        head_roll: sideways tilt of the head, positive to the dancer's left; half of ``chest_roll`` is added.
        head_pitch: forward tilt of the head; 40 percent of ``chest_pitch`` is added.
        left_arm_elevation: angle of the upper arm from hanging down, in the chest's frame: 90 horizontal, 180 up.
        left_arm_azimuth: vertical plane of that angle: 0 sideways, 90 to the front, above 90 across the chest.
        left_forearm_elevation: the forearm's elevation, also in the chest's frame, not relative to the upper arm.
        left_forearm_azimuth: the forearm's azimuth, also in the chest's frame.
        left_foot_x: horizontal position of the foot.
        left_foot_z: depth of the foot.
        left_foot_lift: height of the foot above the floor.
        left_toe_out: rotation of the foot about the vertical axis relative to the body, positive outwards.
        right_arm_elevation, right_arm_azimuth: as for the left arm.
        right_forearm_elevation, right_forearm_azimuth: as for the left forearm.
        right_foot_x, right_foot_z, right_foot_lift, right_toe_out: as for the left foot.
    """

    pelvis_x: float = 0.0
    pelvis_z: float = 0.0
    pelvis_drop: float = 0.0
    pelvis_roll: float = 0.0
    body_yaw: float = 0.0
    chest_roll: float = 0.0
    chest_pitch: float = 0.0
    chest_yaw: float = 0.0
    head_yaw: float = 0.0
    head_roll: float = 0.0
    head_pitch: float = 0.0
    left_arm_elevation: float = 14.0
    left_arm_azimuth: float = 0.0
    left_forearm_elevation: float = 12.0
    left_forearm_azimuth: float = 20.0
    left_foot_x: float = 0.09
    left_foot_z: float = 0.0
    left_foot_lift: float = 0.0
    left_toe_out: float = 20.0
    right_arm_elevation: float = 14.0
    right_arm_azimuth: float = 0.0
    right_forearm_elevation: float = 12.0
    right_forearm_azimuth: float = 20.0
    right_foot_x: float = -0.09
    right_foot_z: float = 0.0
    right_foot_lift: float = 0.0
    right_toe_out: float = 20.0

    def mirrored(self) -> Posture:
        """Reflect the posture at the plane x = 0, which swaps the left and the right limbs."""
        return Posture(**mirrored(self._asdict()))


# Fields whose sign changes in a mirror.
_ANTISYMMETRIC = {
    "pelvis_x", "pelvis_roll", "body_yaw", "chest_roll", "chest_yaw", "head_yaw", "head_roll", "left_foot_x",
    "right_foot_x",
}  # fmt: skip


def mirrored(values: Mapping[str, float]) -> dict[str, float]:
    """Reflect the values of some fields of a posture, which swaps the left and the right limbs."""
    return {_opposite_side(name): -value if name in _ANTISYMMETRIC else value for name, value in values.items()}


def _opposite_side(name: str) -> str:
    side, _, field = name.partition("_")
    return {"left": f"right_{field}", "right": f"left_{field}"}.get(side, name)


def interpolate(first: Posture, second: Posture, weight: float) -> Posture:
    """Interpolate linearly between two postures; ``weight`` 0 is the first, 1 the second."""
    return Posture(*(a + (b - a) * weight for a, b in zip(first, second, strict=True)))


def lower_arm(posture: Posture, side: str, degrees: float) -> Posture:
    """Rotate a whole arm at the shoulder, in the vertical plane of the upper arm, at most until that hangs."""
    elevation, azimuth, forearm_elevation, forearm_azimuth = (
        float(np.radians(getattr(posture, f"{side}_{name}")))
        for name in ("arm_elevation", "arm_azimuth", "forearm_elevation", "forearm_azimuth")
    )
    angle = min(float(np.radians(degrees)), max(elevation, 0.0))
    # The forearm relative to that plane: outwards in it, to the front of it, and down.
    outwards = np.sin(forearm_elevation) * np.cos(forearm_azimuth - azimuth)
    front = np.sin(forearm_elevation) * np.sin(forearm_azimuth - azimuth)
    down = np.cos(forearm_elevation)
    outwards, down = outwards * np.cos(angle) - down * np.sin(angle), down * np.cos(angle) + outwards * np.sin(angle)
    lowered = {
        "arm_elevation": elevation - angle,
        "forearm_elevation": np.arccos(np.clip(down, -1, 1)),
        "forearm_azimuth": azimuth + np.arctan2(front, outwards),
    }
    return posture._replace(**{f"{side}_{name}": float(np.degrees(value)) for name, value in lowered.items()})


def rotation(yaw: float, roll: float = 0.0, pitch: float = 0.0) -> Vector:
    """Rotation matrix (3, 3) of angles in degrees: pitch forwards, then roll to the left, then yaw to the left."""
    (sy, sr, sp), (cy, cr, cp) = np.sin(np.radians((yaw, roll, pitch))), np.cos(np.radians((yaw, roll, pitch)))
    pitch_matrix = np.array(((1, 0, 0), (0, cp, -sp), (0, sp, cp)))
    roll_matrix = np.array(((cr, sr, 0), (-sr, cr, 0), (0, 0, 1)))
    yaw_matrix = np.array(((cy, 0, sy), (0, 1, 0), (-sy, 0, cy)))
    result: Vector = yaw_matrix @ roll_matrix @ pitch_matrix
    return result
