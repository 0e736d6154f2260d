"""Joint angles of a pose in degrees, by the neutral-zero method of goniometry.

All are 0 in the neutral position: a person stands upright, with hanging arms, straight elbows and knees, and feet at
right angles to the shins.

=========  =====================================================  =====================================================
joint      angle between                                          values
=========  =====================================================  =====================================================
shoulder   side of the trunk (shoulder to hip) and upper arm      0 hanging, 90 horizontal, 180 overhead
elbow      upper arm and forearm                                  0 straight; flexion
hip        side of the trunk (shoulder to hip) and thigh          0 standing, 90 sitting
knee       thigh and shin                                         0 straight; flexion
ankle      shin and sole (heel to foot index), less 90            dorsiflexion, negative in plantarflexion
=========  =====================================================  =====================================================

Shoulder and hip angles are without direction: flexion, extension and abduction are all positive. From keypoints they
are those between the limbs in the image, which are correct for limbs that are parallel to it. With world keypoints
(`Pose.world`) they are those between the limbs in space: a limb has the length and the depth of its world keypoints,
but the direction that its keypoints have in the image, which is more accurate. The errors that BlazePose always makes
in the depth are corrected (`pose_demo.limb_depth`). Median error in degrees on the drawn dancer, 12 scenes of 7 to 15 s
with five bodies; in brackets without the correction, and of the world keypoints alone:

===============  ===============  ===============  ===============
joints           blazepose-lite   blazepose-full   blazepose-heavy
===============  ===============  ===============  ===============
all              4.8 (6.8, 9.3)   4.9 (6.8, 9.3)   3.9 (6.3, 9.5)
shoulders        2.5 (2.9, 5.5)   2.4 (3.2, 4.4)   2.1 (3.0, 9.4)
elbows           5.1 (7.1, 11.2)  4.9 (7.0, 12.0)  4.9 (5.0, 12.2)
hips             4.2 (5.8, 5.9)   3.8 (5.0, 5.2)   4.2 (6.9, 7.8)
knees            6.7 (6.7, 7.6)   7.3 (7.3, 9.6)   5.6 (5.6, 6.4)
ankles           7.3 (14.5, 21)   8.9 (17.7, 22)   4.0 (16.9, 14)
===============  ===============  ===============  ===============

Source: American Academy of Orthopaedic Surgeons, "Joint Motion: Method of Measuring and Recording", 1965. Sports2D
(github.com/davidpagnon/Sports2D), which has signed angles of the side view, has the same neutral position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from pose_demo import limb_depth
from pose_demo.limb_depth import FOOT, FOREARM, SHIN, THIGH, TRUNK, UPPER_ARM
from pose_demo.skeletons import Skeleton
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Points, Pose

KEYPOINTS, WORLD_KEYPOINTS = "keypoints", "world_keypoints"  # what angles are computed from

# The two lines of a joint, from keypoint to keypoint.
_LINES = {
    "shoulder": ("shoulder", "hip", "shoulder", "elbow"),
    "elbow": ("shoulder", "elbow", "elbow", "wrist"),
    "hip": ("shoulder", "hip", "hip", "knee"),
    "knee": ("hip", "knee", "knee", "ankle"),
    "ankle": ("knee", "ankle", "heel", "foot_index"),
}
_LIMBS = {
    "shoulder": (TRUNK, UPPER_ARM),
    "elbow": (UPPER_ARM, FOREARM),
    "hip": (TRUNK, THIGH),
    "knee": (THIGH, SHIN),
    "ankle": (SHIN, FOOT),
}
JOINT_PAIRS: dict[str, tuple[str, str]] = {f"{joint}s": (f"left_{joint}", f"right_{joint}") for joint in _LINES}
_KEYPOINTS = {
    f"{side}_{joint}": [f"{side}_{keypoint}" for keypoint in keypoints]
    for joint, keypoints in _LINES.items()
    for side in ("left", "right")
}
JOINTS: tuple[str, ...] = tuple(_KEYPOINTS)


@dataclass(frozen=True)
class JointAngles:
    """The joint angles of one pose.

    Attributes:
        degrees: joint -> angle; None where one of its keypoints is not visible.
        source: `WORLD_KEYPOINTS` or `KEYPOINTS`.
    """

    degrees: Mapping[str, float | None]
    source: str


@dataclass(frozen=True)
class AngleRange:
    """The smallest and the largest angle of a joint over some frames, in degrees."""

    minimum: float
    maximum: float

    @property
    def range(self) -> float:
        """The range of motion, in degrees."""
        return self.maximum - self.minimum


def joint_angles(
    pose: Pose,
    confidence: float = DEFAULT_KEYPOINT_CONFIDENCE,
    *,
    from_world: bool = True,
    corrects_depth: bool = False,
) -> JointAngles:
    """The joint angles of a pose; see the module for their definition.

    They have the names of the keypoints at the joints: shoulders, elbows, hips, knees, and ankles if the skeleton has
    feet.

    Args:
        pose: in either skeleton. Its mirror image has the same angles.
        confidence: keypoints with a lower score are not visible.
        from_world: compute them in space where there are world keypoints.
        corrects_depth: the world keypoints are BlazePose's, whose known errors are corrected; else they are exact.
    """
    names, indices, limb_names, neutral = _joints(pose.skeleton)
    world = pose.world if from_world else None
    limbs = _vectors(pose.xy, indices)
    if world is not None:
        limbs = _in_space(limbs, _vectors(world, indices))
        if corrects_depth:
            limbs = limb_depth.corrected(limbs.reshape(-1, 3), limb_names).reshape(limbs.shape)
    degrees = _angles_between(*limbs) - neutral
    visible = (pose.scores[indices] >= confidence).all(axis=1) & np.isfinite(degrees)
    angles = {name: angle if seen else None for name, angle, seen in zip(names, degrees.tolist(), visible, strict=True)}
    return JointAngles(angles, KEYPOINTS if world is None else WORLD_KEYPOINTS)


def widen(ranges: Mapping[str, AngleRange], degrees: Mapping[str, float | None]) -> dict[str, AngleRange]:
    """The ranges with the angles of one more frame."""
    measured = {joint: angle for joint, angle in degrees.items() if angle is not None}
    at = {joint: ranges.get(joint, AngleRange(angle, angle)) for joint, angle in measured.items()}
    wider = {j: AngleRange(min(at[j].minimum, angle), max(at[j].maximum, angle)) for j, angle in measured.items()}
    return {**ranges, **wider}


_Values = npt.NDArray[np.float64]


@cache
def _joints(
    skeleton: Skeleton,
) -> tuple[tuple[str, ...], npt.NDArray[np.intp], tuple[str, ...], _Values]:
    """The joints that a skeleton has.

    Returns:
        names; keypoint indices ``(J, 4)``; the limbs of all first lines, then of all second ones; and the angles
        ``(J,)`` in the neutral position.
    """
    names = tuple(name for name, keypoints in _KEYPOINTS.items() if set(keypoints) <= set(skeleton.keypoints))
    indices = np.array([[skeleton.index(keypoint) for keypoint in _KEYPOINTS[name]] for name in names])
    limbs = tuple(_LIMBS[name.split("_")[1]][line] for line in (0, 1) for name in names)
    return names, indices, limbs, np.array([90.0 if name.endswith("ankle") else 0.0 for name in names])


def _vectors(points: Points, indices: npt.NDArray[np.intp]) -> _Values:
    """``(2, J, 2 or 3)``: the two lines of each joint, from keypoint to keypoint."""
    ends = points[indices].astype(np.float64)
    return np.stack((ends[:, 1] - ends[:, 0], ends[:, 3] - ends[:, 2]))


def _in_space(image: _Values, world: _Values) -> _Values:
    """The lines of the world keypoints, turned about the camera's axis into their direction in the image."""
    in_image, in_world = (np.linalg.norm(lines[..., :2], axis=-1, keepdims=True) for lines in (image, world))
    turned = np.divide(image * in_world, in_image, out=world[..., :2].copy(), where=in_image > 0)
    return np.concatenate((turned, world[..., 2:]), axis=-1)


def _angles_between(a: _Values, b: _Values) -> _Values:
    """Degrees in [0, 180] between vectors, rows of ``a`` and ``b``; NaN where one has no length.

    Unlike the arc cosine it is accurate for nearly parallel vectors.

    Source: W. Kahan, "How Futile are Mindless Assessments of Roundoff in Floating-Point Computation?", 2006, sec. 12.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in (a, b))
    half = np.arctan2(np.linalg.norm(a - b, axis=1), np.linalg.norm(a + b, axis=1))
    return np.asarray(np.degrees(2 * half))
