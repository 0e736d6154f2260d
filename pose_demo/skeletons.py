"""The skeletons of the models: COCO-17 and BlazePose-33, the conversion between them, a hand and a face."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Skeleton:
    """A skeleton of K keypoints.

    Attributes:
        name: identifies it in files.
        keypoints: names of the keypoints.
        edges: pairs of keypoint indices to connect when drawing.
        sigmas: per-keypoint constants of OKS; empty where none are published.
            Source: COCO keypoint evaluation, cocodataset.org/#keypoints-eval.
    """

    name: str
    keypoints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    sigmas: tuple[float, ...] = ()

    def index(self, keypoint: str) -> int:
        """The index of a keypoint by its name."""
        return self.keypoints.index(keypoint)

    @cached_property
    def flip(self) -> npt.NDArray[np.intp]:
        """(K,) indices that swap every left keypoint with its right counterpart."""
        counterparts = [_counterpart(name) for name in self.keypoints]
        return np.array([self.keypoints.index(name) for name in counterparts])

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """'left', 'right' or 'center' for each keypoint (the person's own sides)."""
        return tuple(_side(name) for name in self.keypoints)

    @cached_property
    def face(self) -> tuple[bool, ...]:
        """Whether each keypoint is part of the face."""
        return tuple(any(part in name for part in ("nose", "eye", "ear", "mouth")) for name in self.keypoints)


def _side(name: str) -> str:
    return next((side for side in ("left", "right") if name.startswith(side) or name.endswith(side)), "center")


def _counterpart(name: str) -> str:
    other = {"left": "right", "right": "left"}
    side = _side(name)
    return name if side == "center" else name.replace(side, other[side])


def _edges(keypoints: tuple[str, ...], text: str) -> tuple[tuple[int, int], ...]:
    pairs = (edge.split("-") for edge in text.split())
    return tuple((keypoints.index(a), keypoints.index(b)) for a, b in pairs)


_COCO_NAMES = (
    "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow "
    "left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle"
).split()

_BLAZEPOSE_NAMES = (
    "nose left_eye_inner left_eye left_eye_outer right_eye_inner right_eye right_eye_outer left_ear right_ear "
    "mouth_left mouth_right left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist "
    "left_pinky right_pinky left_index right_index left_thumb right_thumb left_hip right_hip "
    "left_knee right_knee left_ankle right_ankle left_heel right_heel left_foot_index right_foot_index"
).split()

_BODY_EDGES = (
    "left_shoulder-right_shoulder left_shoulder-left_elbow left_elbow-left_wrist "
    "right_shoulder-right_elbow right_elbow-right_wrist left_shoulder-left_hip right_shoulder-right_hip "
    "left_hip-right_hip left_hip-left_knee left_knee-left_ankle right_hip-right_knee right_knee-right_ankle"
)

COCO_17 = Skeleton(
    "coco-17",
    tuple(_COCO_NAMES),
    _edges(
        tuple(_COCO_NAMES),
        "nose-left_eye nose-right_eye left_eye-left_ear right_eye-right_ear "
        "nose-left_shoulder nose-right_shoulder " + _BODY_EDGES,
    ),
    tuple(s / 1000 for s in (26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89)),
)

BLAZEPOSE_33 = Skeleton(
    "blazepose-33",
    tuple(_BLAZEPOSE_NAMES),
    _edges(
        tuple(_BLAZEPOSE_NAMES),
        "nose-left_eye_inner left_eye_inner-left_eye left_eye-left_eye_outer left_eye_outer-left_ear "
        "nose-right_eye_inner right_eye_inner-right_eye right_eye-right_eye_outer right_eye_outer-right_ear "
        "mouth_left-mouth_right "
        "left_wrist-left_pinky left_wrist-left_index left_pinky-left_index left_wrist-left_thumb "
        "right_wrist-right_pinky right_wrist-right_index right_pinky-right_index right_wrist-right_thumb "
        "left_ankle-left_heel left_heel-left_foot_index left_ankle-left_foot_index "
        "right_ankle-right_heel right_heel-right_foot_index right_ankle-right_foot_index " + _BODY_EDGES,
    ),
)

COCO_FACE = tuple(name for name, is_face in zip(COCO_17.keypoints, COCO_17.face, strict=True) if is_face)

# BlazePose has every COCO keypoint under the same name, so the conversion from 33 to 17 is a selection.
COCO_FROM_BLAZEPOSE = np.array([BLAZEPOSE_33.index(name) for name in COCO_17.keypoints])


_FINGERS = {
    "thumb": ("cmc", "mcp", "ip", "tip"),
    **dict.fromkeys(("index_finger", "middle_finger", "ring_finger", "pinky"), ("mcp", "pip", "dip", "tip")),
}
_HAND_NAMES = ("wrist", *(f"{finger}_{joint}" for finger, joints in _FINGERS.items() for joint in joints))

# Source: MediaPipe Hands, HandLandmarksConnections.
HAND_21 = Skeleton(
    "hand-21",
    _HAND_NAMES,
    (
        *_edges(
            _HAND_NAMES,
            "wrist-thumb_cmc thumb_cmc-index_finger_mcp index_finger_mcp-middle_finger_mcp "
            "middle_finger_mcp-ring_finger_mcp ring_finger_mcp-pinky_mcp wrist-pinky_mcp",
        ),
        *(pair for first in range(1, 21, 4) for pair in pairwise(range(first, first + 4))),
    ),
)

# The contours of MediaPipe Face Mesh as paths of keypoint indices. Source: FaceLandmarksConnections.
FACE_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_FACE_PATHS = (
    (*FACE_OVAL, FACE_OVAL[0]),
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185, 61),  # lips, outside
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191, 78),  # lips, inside
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 33),  # right eye
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466, 263),  # left eye
    (46, 53, 52, 65, 55),  # right eyebrow, lower and upper edge
    (70, 63, 105, 66, 107),
    (276, 283, 282, 295, 285),  # left eyebrow
    (300, 293, 334, 296, 336),
)

# The keypoints of the mesh have no names: their indices are published. Its edges are the contours only.
FACE_468 = Skeleton(
    "face-468",
    tuple(str(index) for index in range(468)),
    tuple(edge for path in _FACE_PATHS for edge in pairwise(path)),
)
