"""Occlusion test and bounding box of a rig approximated by capsules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.sample.camera import Camera
from pose_demo.sample.posture import Vector
from pose_demo.sample.rig import Rig
from pose_demo.types import Box, Points

# (first joint, second joint, radius in body heights)
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
    """Starts (N, 2), ends (N, 2) and radii (N,) of the capsules in pixels."""
    starts = np.array([rig.joints[start] for start, _, _ in _CAPSULES])
    ends = np.array([rig.joints[end] for _, end, _ in _CAPSULES])
    radii = np.array([radius for _, _, radius in _CAPSULES]) * rig.body.height
    return camera.project(starts), camera.project(ends), radii * camera.scale_at((starts + ends)[:, 2] / 2)


def occluded_by(rig: Rig, camera: Camera, points: Points) -> npt.NDArray[np.bool_]:
    """Whether each of the pixels ``points`` (N, 2) lies inside the silhouette of ``rig``: bool (N,)."""
    starts, ends, radii = _capsules(rig, camera)
    axes = ends - starts
    offsets = points[:, None] - starts
    t = np.clip((offsets * axes).sum(axis=2) / np.maximum((axes**2).sum(axis=1), 1e-9), 0, 1)
    distances = np.linalg.norm(offsets - t[..., None] * axes, axis=2)
    return np.asarray((distances < radii).any(axis=1))


def bounding_box(rig: Rig, camera: Camera) -> Box:
    """Bounding box of the silhouette in pixels, clipped to the image."""
    starts, ends, radii = _capsules(rig, camera)
    margin = radii[:, None]
    low = np.clip(np.minimum(starts, ends) - margin, 0, camera.size).min(axis=0)
    high = np.clip(np.maximum(starts, ends) + margin, 0, camera.size).max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
