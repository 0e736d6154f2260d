"""The reference overlay (ghost): the reference aligned with a person's hips and scaled to their torso."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.matching.reference import Reference
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

_SHOULDERS = [COCO_17.index("left_shoulder"), COCO_17.index("right_shoulder")]
_HIPS = [COCO_17.index("left_hip"), COCO_17.index("right_hip")]
_MIN_LENGTH = 1.0  # pixels of a torso or shoulder line that gives a scale

_Vector = npt.NDArray[np.float64]
_CenterAndLength = tuple[_Vector, float]  # position and length of a torso or shoulder line


def reference_overlay(reference: Reference, pose: Pose, confidence: float, mirrored: bool = False) -> Pose | None:
    """The reference, flipped if ``mirrored`` (see `Match.mirrored`), over a person; see `aligned_pose`."""
    return aligned_pose(reference.mirrored_pose if mirrored else reference.pose, pose, confidence)


def aligned_pose(source: Pose, pose: Pose, confidence: float) -> Pose | None:
    """A COCO-17 pose of somebody else in the pixels of ``pose``'s frame, with its own scores.

    The mid-hips coincide and the torsos have the same length; if the hips are not visible in both, the mid-shoulders
    coincide and the shoulders have the same width. There is no rotation: a lean is part of the pose.

    Args:
        source: the pose to draw.
        pose: the person in the unmirrored frame.
        confidence: keypoints with a lower score are not visible.

    Returns:
        None if the torso is not visible, or too small to give a scale.
    """
    target = pose.as_coco()
    visible = (source.scores >= confidence) & (target.scores >= confidence)
    segments = _alignment_segments(source, target, visible)
    if segments is None:
        return None
    (source_position, source_length), (target_position, target_length) = segments
    xy = (source.xy - source_position) * (target_length / source_length) + target_position
    return Pose(COCO_17, xy.astype(np.float32), source.scores)


def _alignment_segments(
    source: Pose, target: Pose, visible: npt.NDArray[np.bool_]
) -> tuple[_CenterAndLength, _CenterAndLength] | None:
    """The segments of both poses: their torsos, else their shoulders."""
    if not visible[_SHOULDERS].all():
        return None
    measures = (_torso, _shoulder_line) if visible[_HIPS].all() else (_shoulder_line,)
    for measure in measures:
        both = measure(source), measure(target)
        if min(length for _, length in both) >= _MIN_LENGTH:
            return both
    return None


def _torso(pose: Pose) -> _CenterAndLength:
    hips, shoulders = (pose.xy[pair].astype(np.float64).mean(axis=0) for pair in (_HIPS, _SHOULDERS))
    return hips, float(np.linalg.norm(shoulders - hips))


def _shoulder_line(pose: Pose) -> _CenterAndLength:
    left, right = pose.xy[_SHOULDERS].astype(np.float64)
    return (left + right) / 2, float(np.linalg.norm(left - right))
