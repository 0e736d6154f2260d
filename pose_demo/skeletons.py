"""The skeletons of the models: COCO-17 and BlazePose-33, and the conversion between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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

# BlazePose has every COCO keypoint under the same name, so the conversion from 33 to 17 is a selection.
COCO_FROM_BLAZEPOSE = np.array([BLAZEPOSE_33.index(name) for name in COCO_17.keypoints])
