"""Rigs as an image with a room, and as the ground truth of that image."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pose_demo.sample.camera import Camera
from pose_demo.sample.dancer import draw_dancer
from pose_demo.sample.occlusion import bounding_box, occluded_by
from pose_demo.sample.rig import Rig
from pose_demo.sample.room import room
from pose_demo.sample.shadow import draw_shadow
from pose_demo.skeletons import COCO_17
from pose_demo.types import Image, Pose

DEFAULT_WIDTH = 1.4  # visible width for one dancer, in body heights
_DEFAULT_HEIGHT = 0.755  # of the reference body, relative to the image


@lru_cache(maxsize=16)
def camera_for(size: tuple[int, int], visible_width: float, body_height: float = _DEFAULT_HEIGHT) -> Camera:
    """The camera that shows a dancer with raised arms and ``visible_width`` body heights of the room.

    Args:
        size: (width, height) of the image in pixels.
        visible_width: in heights of the reference body.
        body_height: the greatest height of the reference body, relative to the image's.
    """
    width, height = size
    return Camera(size, min(body_height * height, width / visible_width))


def render(rigs: list[Rig], camera: Camera) -> Image:
    """Draw the room and the dancers, those nearer to the camera last."""
    image = room(camera).copy()
    for rig in rigs:
        draw_shadow(image, rig, camera)
    for rig in sorted(rigs, key=_depth):
        draw_dancer(image, rig, camera)
    return image


def true_poses(rigs: list[Rig], camera: Camera) -> list[Pose]:
    """Ground-truth poses of the dancers, with track ids 1, 2 ... in the order of the rigs.

    Keypoints outside the image or occluded by another dancer have the score 0, all others 1.
    """
    return [_pose(rig, rigs, camera, track_id) for track_id, rig in enumerate(rigs, start=1)]


def _pose(rig: Rig, rigs: list[Rig], camera: Camera, track_id: int) -> Pose:
    xy = camera.project(np.array([rig.joints[name] for name in COCO_17.keypoints])).astype(np.float32)
    visible = np.all((xy >= 0) & (xy < camera.size), axis=1)
    for other in rigs:
        if _depth(other) > _depth(rig):
            visible = visible & ~occluded_by(other, camera, xy)
    return Pose(COCO_17, xy, np.asarray(visible, np.float32), 1.0, bounding_box(rig, camera), track_id)


def _depth(rig: Rig) -> float:
    """Depth of the pelvis, greater for dancers nearer to the camera."""
    return float(rig.joints["pelvis"][2])
