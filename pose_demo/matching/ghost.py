"""The reference laid over a person: moved to their hips and scaled to their torso."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.matching.reference import Reference
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

_SHOULDERS = [COCO_17.index("left_shoulder"), COCO_17.index("right_shoulder")]
_HIPS = [COCO_17.index("left_hip"), COCO_17.index("right_hip")]
_SHORTEST = 1.0  # pixels; a shorter torso or shoulder line gives no scale

_Vector = npt.NDArray[np.float64]


def ghost(reference: Reference, pose: Pose, mirrored: bool = False, confidence: float = 0.3) -> Pose | None:
    """The reference as a COCO-17 pose in the pixels of ``pose``'s frame, with the reference's scores.

    Hips on hips at the size of the torso; where hips are not seen in both, shoulders on shoulders at the shoulders'
    width. It is not turned: a lean belongs to the pose.

    Args:
        pose: the person as the model saw them; a page that mirrors its picture mirrors the ghost afterwards.
        mirrored: lay over the mirrored reference (`Match.mirrored`).
        confidence: keypoints that score less are not seen.

    Returns:
        None where the torso is not seen, or is too small to give a size.
    """
    model, person = (reference.mirrored_pose if mirrored else reference.pose), pose.as_coco()
    seen = (model.scores >= confidence) & (person.scores >= confidence)
    anchors = _anchors(model, person, seen)
    if anchors is None:
        return None
    (model_at, model_length), (person_at, person_length) = anchors
    xy = (model.xy - model_at) * (person_length / model_length) + person_at
    return Pose(COCO_17, xy.astype(np.float32), model.scores)


def _anchors(
    model: Pose, person: Pose, seen: npt.NDArray[np.bool_]
) -> tuple[tuple[_Vector, float], tuple[_Vector, float]] | None:
    """Where to put what, and its length, in model and person: by the torso, else by the shoulders."""
    if not seen[_SHOULDERS].all():
        return None
    measures = (_torso, _shoulder_line) if seen[_HIPS].all() else (_shoulder_line,)
    for measure in measures:
        both = measure(model), measure(person)
        if min(length for _, length in both) >= _SHORTEST:
            return both
    return None


def _torso(pose: Pose) -> tuple[_Vector, float]:
    hips, shoulders = (pose.xy[pair].astype(np.float64).mean(axis=0) for pair in (_HIPS, _SHOULDERS))
    return hips, float(np.linalg.norm(shoulders - hips))


def _shoulder_line(pose: Pose) -> tuple[_Vector, float]:
    left, right = pose.xy[_SHOULDERS].astype(np.float64)
    return (left + right) / 2, float(np.linalg.norm(left - right))
