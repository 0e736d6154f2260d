"""The regions of interest of hands and faces: from the body's keypoints, and from their own in the frame before.

Source: MediaPipe's holistic_hand_tracking.cc, holistic_face_tracking.cc and HandLandmarksToRectCalculator.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from pose_demo.geometry import Roi, upright_rotation
from pose_demo.skeletons import HAND_21
from pose_demo.types import Points, Pose

Point = npt.NDArray[np.floating]

_MIN_SCORE = 0.1  # of the body's keypoints that a ROI is derived from

_HAND_SCALE = 3.0  # side of the ROI relative to the distance from the wrist to the middle finger's knuckle
_HAND_TO_FOREARM = 1 / 3  # that distance relative to the forearm
_HAND_MARGIN, _HAND_SHIFT = 2.0, 0.1  # of the ROI relative to the box of the palm: towards the fingers
_PALM = [k for k, name in enumerate(HAND_21.keypoints) if not name.endswith(("dip", "tip"))]
_KNUCKLES = [HAND_21.index(f"{finger}_finger_mcp") for finger in ("index", "middle", "ring")]

_FACE_SCALE = 2.0  # side of the ROI relative to the box of eyes, ears, nose and mouth
_FACE_MARGIN = 1.5  # the same for the box of the mesh
_MESH_EYES = 33, 263  # outer corners of the right and the left eye


def hand_roi_from_body(pose: Pose, side: str) -> Roi | None:
    """The ROI of the ``left`` or ``right`` hand, fingers upwards; None when the wrist is not visible."""

    def keypoint(joint: str) -> Point:
        return np.asarray(pose.xy[pose.skeleton.index(f"{side}_{joint}")])

    if pose.scores[pose.skeleton.index(f"{side}_wrist")] < _MIN_SCORE:
        return None
    wrist = keypoint("wrist")
    if f"{side}_index" in pose.skeleton.keypoints:
        knuckle = (2 * keypoint("index") + keypoint("pinky")) / 3
    else:  # in the extension of the forearm
        knuckle = wrist + _HAND_TO_FOREARM * (wrist - keypoint("elbow"))
    length = math.hypot(*(knuckle - wrist))
    return _square(knuckle, _HAND_SCALE * length, upright_rotation(wrist, knuckle))


def hand_roi_from_keypoints(xy: Points) -> Roi:
    """The ROI around a hand with keypoints ``(21, 2)``, by its palm: the outer joints of the fingers move too much."""
    index, middle, ring = xy[_KNUCKLES]
    rotation = upright_rotation(xy[0], ((index + ring) / 2 + middle) / 2)
    cos, sin = math.cos(rotation), math.sin(rotation)
    axes = np.array(((cos, sin), (-sin, cos)))  # of the hand, in the frame: to its right, and down to the wrist
    palm = xy[_PALM] @ axes.T
    low, high = palm.min(axis=0), palm.max(axis=0)
    width, height = high - low
    center = ((low + high) / 2 - (0, _HAND_SHIFT * height)) @ axes
    return _square(center, _HAND_MARGIN * float(max(width, height)), rotation)


def face_roi_from_body(pose: Pose) -> Roi | None:
    """The ROI of the face, upright; None when the eyes or the nose are not visible."""
    eyes = [pose.skeleton.index(f"{side}_eye") for side in ("right", "left")]
    if pose.scores[[pose.skeleton.index("nose"), *eyes]].min() < _MIN_SCORE:
        return None
    return _around_face(pose.xy[list(pose.skeleton.face)], pose.xy[eyes], _FACE_SCALE)


def face_roi_from_keypoints(xy: Points) -> Roi:
    """The ROI around a face with keypoints ``(468, 2)``."""
    return _around_face(xy, xy[list(_MESH_EYES)], _FACE_MARGIN)


def _around_face(points: Points, eyes: Points, scale: float) -> Roi:
    """A square around the box of ``points``, rotated so that the ``eyes`` (right, left) are level."""
    low, high = points.min(axis=0), points.max(axis=0)
    right, left = eyes
    rotation = math.atan2(*(left - right)[::-1])
    return _square((low + high) / 2, scale * float((high - low).max()), rotation)


def _square(center: Point, side: float, rotation: float) -> Roi:
    return Roi.square(float(center[0]), float(center[1]), side, rotation)
