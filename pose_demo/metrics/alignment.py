"""Assign the estimated persons of each frame to the true ones, and collect the keypoint errors of a whole clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_demo.oks import normalized_errors, torso_length
from pose_demo.types import Pose

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
FramePoses = Sequence[tuple[Pose, ...]]  # the persons of each frame

NOT_DETECTED = -1
# Of the bounding box; mmpose uses the same where a dataset has no segmentation area.
_BODY_AREA = 0.53
_MIN_OKS = 0.1  # of a pair; two poses with a lower OKS are different persons
_TORSO_PARTS = [[5, 6], [11, 12]]  # shoulders, hips
_TORSO_OF_SIZE = 0.35  # torso length of a person whose torso is not annotated, relative to the diagonal of their box


@dataclass(frozen=True)
class Alignment:
    """A row for each true person of each frame (N), sorted by person, then by time.

    Attributes:
        frame: ``(N,)`` index of the frame.
        timestamp: ``(N,)`` seconds.
        person: ``(N,)`` track id of the true person.
        track: ``(N,)`` track id of the estimated pose; `NOT_DETECTED` without one.
        true_xy, xy: ``(N, 17, 2)`` keypoints in pixels; NaN where not detected.
        visible: ``(N, 17)`` whether the true keypoint is visible.
        scores: ``(N, 17)`` estimated scores; 0 where not detected.
        similarity: ``(N, 17)`` exp(-normalized error) of each keypoint, as in OKS; 0 where not detected.
        torso: ``(N,)`` true torso length in pixels.
        size: ``(N,)`` diagonal of the true bounding box in pixels.
        true_count, count: ``(F,)`` true and estimated persons of each frame.
        timestamps: ``(F,)`` seconds.
    """

    frame: Integers
    timestamp: Floats
    person: Integers
    track: Integers
    true_xy: Floats
    xy: Floats
    visible: Booleans
    scores: Floats
    similarity: Floats
    torso: Floats
    size: Floats
    true_count: Integers
    count: Integers
    timestamps: Floats

    @property
    def detected(self) -> Booleans:
        """``(N,)`` whether the person was detected."""
        return np.asarray(self.track != NOT_DETECTED)

    @property
    def distance(self) -> Floats:
        """``(N, 17)`` distance to the true keypoint in torso lengths; infinite where not detected."""
        pixels = np.linalg.norm(self.xy - self.true_xy, axis=2)
        return np.asarray(np.where(np.isnan(pixels), np.inf, pixels / np.maximum(self.torso[:, None], 1.0)))


@dataclass(frozen=True)
class _Pair:
    """A true person of a frame and the pose assigned to them."""

    frame: int
    truth: Pose
    pose: Pose | None


def align(estimates: FramePoses, truth: FramePoses, timestamps: Sequence[float], counts: Sequence[int]) -> Alignment:
    """Assign the poses of every frame to the true persons, greedily by OKS.

    Args:
        estimates: COCO-17 or BlazePose-33 poses with track ids, in pixels.
        truth: the true COCO-17 poses; a score of 0 marks a keypoint that is not visible, and (0, 0) one whose position
            is not known either. A person without a visible keypoint does not count.
        timestamps: seconds of each frame.
        counts: estimated persons of each frame, also of models without keypoints.
    """
    visible = [[pose for pose in poses if pose.scores.any()] for poses in truth]
    pairs = [
        _Pair(frame, *pair)
        for frame, (poses, true_poses) in enumerate(zip(estimates, visible, strict=True))
        for pair in _assign([pose.as_coco() for pose in poses], true_poses)
    ]
    pairs.sort(key=lambda pair: (pair.truth.track_id or 0, pair.frame))
    times = np.array(timestamps, np.float64)
    frames = np.array([pair.frame for pair in pairs], np.int64)
    true_xy, xy = _stack([pair.truth.xy for pair in pairs], 2), _stack([_xy(pair.pose) for pair in pairs], 2)
    area = np.array([body_area(pair.truth) for pair in pairs])
    errors = normalized_errors(true_xy, xy, area[:, None])
    return Alignment(
        frame=frames,
        timestamp=times[frames],
        person=np.array([pair.truth.track_id or 0 for pair in pairs], np.int64),
        track=np.array([_track(pair.pose) for pair in pairs], np.int64),
        true_xy=true_xy,
        xy=xy,
        visible=_stack([pair.truth.scores for pair in pairs]) > 0,
        scores=_stack([_scores(pair.pose) for pair in pairs]),
        similarity=np.nan_to_num(np.exp(-errors), nan=0.0),
        torso=np.array([_torso(pair.truth) for pair in pairs]),
        size=np.array([_size(pair.truth) for pair in pairs]),
        true_count=np.array([len(poses) for poses in visible], np.int64),
        count=np.array(counts, np.int64),
        timestamps=times,
    )


def body_area(pose: Pose) -> float:
    """The area of a person in square pixels, from the bounding box, or that of the keypoints; at least 1."""
    box = pose.box.area if pose.box else float(np.ptp(pose.xy[_known(pose)], axis=0).prod())
    return max(1.0, _BODY_AREA * box)


def _known(pose: Pose) -> Booleans:
    """``(17,)`` whether the position of each keypoint is known, also where it is occluded."""
    return np.asarray((pose.scores > 0) | pose.xy.any(axis=1))


def _size(pose: Pose) -> float:
    return max(1.0, float(np.hypot(*np.ptp(pose.xy[_known(pose)], axis=0))))


def _torso(pose: Pose) -> float:
    known = _known(pose)
    if all(known[part].all() for part in _TORSO_PARTS):
        return torso_length(pose.xy)
    return _TORSO_OF_SIZE * _size(pose)


def _assign(poses: Sequence[Pose], truth: Sequence[Pose]) -> list[tuple[Pose, Pose | None]]:
    """Each true person with the pose assigned to them, or None."""
    pairs = sorted(
        ((_oks(pose, true), i, j) for i, true in enumerate(truth) for j, pose in enumerate(poses)), reverse=True
    )
    assigned: dict[int, int] = {}
    for score, i, j in pairs:
        if score >= _MIN_OKS and i not in assigned and j not in assigned.values():
            assigned[i] = j
    return [(true, poses[assigned[i]] if i in assigned else None) for i, true in enumerate(truth)]


def _oks(pose: Pose, truth: Pose) -> float:
    """OKS over the visible keypoints of the true pose."""
    weights = truth.scores > 0
    if not weights.any():
        return 0.0
    similarity = np.exp(-normalized_errors(pose.xy, truth.xy, body_area(truth)))
    return float(similarity[weights].mean())


def _stack(rows: Sequence[npt.NDArray[np.floating]], dimensions: int = 1) -> Floats:
    shape = (0, 17, 2) if dimensions == 2 else (0, 17)
    return np.array(rows, np.float64).reshape(-1, *shape[1:])


def _xy(pose: Pose | None) -> npt.NDArray[np.floating]:
    return np.full((17, 2), np.nan) if pose is None else pose.xy


def _scores(pose: Pose | None) -> npt.NDArray[np.floating]:
    return np.zeros(17) if pose is None else pose.scores


def _track(pose: Pose | None) -> int:
    if pose is None:
        return NOT_DETECTED
    return 0 if pose.track_id is None else pose.track_id
