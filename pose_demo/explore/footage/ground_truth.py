"""What is known about the persons of a clip: true keypoints, or consensus keypoints of several models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pose_demo import sample
from pose_demo.explore.footage.annotations import read_annotations
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.replay.outputs import ModelOutputs
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Pose

TRUE, CONSENSUS, UNKNOWN = "true", "consensus", "none"
_NEIGHBORS = 2  # of a frame

FramePoses = tuple[tuple[Pose, ...], ...]


@dataclass(frozen=True)
class GroundTruth:
    """The persons of each frame of a clip.

    Attributes:
        kind: `TRUE`: drawn or annotated keypoints; `CONSENSUS`: keypoints on which several models agree.
        poses: COCO-17 poses with track ids; a keypoint score of 0 marks what is not visible or not known.
    """

    kind: str
    poses: tuple[tuple[Pose, ...], ...]


def has_true_keypoints(clip: Clip) -> bool:
    """Whether the true keypoints of a clip are known."""
    return bool(clip.scene or clip.annotations)


def true_keypoints(clip: Clip, outputs: ModelOutputs) -> GroundTruth:
    """The true keypoints of the frames of ``outputs``: drawn for the sample, else from the annotations.

    Raises:
        InputError: the annotations cannot be read, or belong to other frames.
    """
    sizes = [frame.size for frame in outputs.frames]
    if not clip.scene:
        annotated = read_annotations(Path(clip.annotations), sizes, outputs.skipped)
        return GroundTruth(TRUE, _with_track_ids(annotated, outputs.timestamps))
    indices = [round(timestamp * sample.FPS) for timestamp in outputs.timestamps]
    poses = (
        sample.ground_truth(index, size=size, scene=clip.scene) for index, size in zip(indices, sizes, strict=True)
    )
    return GroundTruth(TRUE, tuple(poses))


def consensus_keypoints(outputs: ModelOutputs) -> GroundTruth:
    """The persons of `pose_demo.explore.consensus.consensus`, with track ids, and with less jitter but without lag."""
    tracked = _with_track_ids(tuple(frame.poses for frame in outputs.frames), outputs.timestamps)
    frames = zip([(), *tracked[:-1]], tracked, [*tracked[1:], ()], strict=True)
    averaged = (tuple(_averaged(pose, (*before, *after)) for pose in poses) for before, poses, after in frames)
    return GroundTruth(CONSENSUS, tuple(averaged))


def _averaged(pose: Pose, neighbors: tuple[Pose, ...]) -> Pose:
    """The mean of a pose and the same person's in the previous and the next frame, if both have the keypoint."""
    same = [other for other in neighbors if other.track_id == pose.track_id]
    if len(same) != _NEIGHBORS:
        return pose
    known = np.min([other.scores for other in same], axis=0) > 0
    mean = np.mean([pose.xy, *(other.xy for other in same)], axis=0, dtype=np.float32)
    return replace(pose, xy=np.where(known[:, None], mean, pose.xy))


def _with_track_ids(frames: FramePoses, timestamps: Sequence[float]) -> FramePoses:
    """The poses with their track ids; they are tracked where one has none."""
    if all(pose.track_id is not None for poses in frames for pose in poses):
        return frames
    tracker = Tracker()
    return tuple(tracker.update(poses, time) for poses, time in zip(frames, timestamps, strict=True))
