"""Where a body is in the picture, as capsules: which points it hides, and the box round it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.sample.rig import Camera, Rig, Vector
from pose_demo.types import Box, Points

# (joint, joint, radius in statures)
_CAPSULES = (
    ("head", "crown", 0.066), ("neck", "head", 0.035), ("neck", "pelvis", 0.088),
    ("left_shoulder", "right_shoulder", 0.034), ("left_hip", "right_hip", 0.048),
    *(
        (f"{side}_{start}", f"{side}_{end}", radius)
        for side in ("left", "right")
        for start, end, radius in (
            ("shoulder", "elbow", 0.032), ("elbow", "wrist", 0.022), ("wrist", "hand", 0.014), ("hip", "knee", 0.048),
            ("knee", "ankle", 0.032), ("heel", "toe", 0.025),
        )
    ),
)  # fmt: skip


def _capsules(rig: Rig, camera: Camera) -> tuple[Vector, Vector, Vector]:
    """Starts (N, 2), ends (N, 2) and radii (N,) in pixels."""
    starts = np.array([rig.joints[start] for start, _, _ in _CAPSULES])
    ends = np.array([rig.joints[end] for _, end, _ in _CAPSULES])
    radii = np.array([radius for _, _, radius in _CAPSULES]) * rig.body.height
    return camera.project(starts), camera.project(ends), radii * camera.scale((starts + ends)[:, 2] / 2)


def covers(rig: Rig, camera: Camera, points: Points) -> npt.NDArray[np.bool_]:
    """Which of the points (N, 2) lie behind this body: bool (N,)."""
    starts, ends, radii = _capsules(rig, camera)
    bones = ends - starts
    away = points[:, None] - starts
    part = (away * bones).sum(axis=2) / np.maximum((bones**2).sum(axis=1), 1e-9)
    gaps = np.linalg.norm(away - np.clip(part, 0, 1)[..., None] * bones, axis=2)
    return np.asarray((gaps < radii).any(axis=1))


def box(rig: Rig, camera: Camera) -> Box:
    """The box round the body, cut at the picture's borders."""
    starts, ends, radii = _capsules(rig, camera)
    reach = radii[:, None]
    low = np.clip(np.minimum(starts, ends) - reach, 0, camera.size).min(axis=0)
    high = np.clip(np.maximum(starts, ends) + reach, 0, camera.size).max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
