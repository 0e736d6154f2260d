"""What is known about the persons of a clip: true keypoints, or consensus keypoints of several models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pose_demo import sample
from pose_demo.explore.annotations import read_annotations
from pose_demo.explore.clip import Clip
from pose_demo.explore.outputs import ModelOutputs
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Pose

TRUE, CONSENSUS, UNKNOWN = "true", "consensus", "none"

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
    """The persons of `pose_demo.explore.consensus.consensus`, with track ids."""
    poses = tuple(frame.poses for frame in outputs.frames)
    return GroundTruth(CONSENSUS, _with_track_ids(poses, outputs.timestamps))


def _with_track_ids(frames: FramePoses, timestamps: Sequence[float]) -> FramePoses:
    """The poses with their track ids; they are tracked where one has none."""
    if all(pose.track_id is not None for poses in frames for pose in poses):
        return frames
    tracker = Tracker()
    return tuple(tracker.update(poses, time) for poses, time in zip(frames, timestamps, strict=True))
