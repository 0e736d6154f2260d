"""Consensus keypoints: where several heavy models agree, for clips whose true keypoints are not known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pose_demo import estimators
from pose_demo.estimators import MODELS, lighter_models
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.replay.inference import Inference, inference_for
from pose_demo.explore.replay.outputs import FrameOutput, ModelOutputs
from pose_demo.explore.replay.stages import Replay
from pose_demo.fields import NONE
from pose_demo.oks import pose_similarity, torso_length
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Pose

NAME = "consensus"
VERSION = 2  # of the algorithm

# The most accurate first. Keypoint AP on COCO crowds: .558, .448, and .156 for MediaPipe Pose (the design, section 2).
_HEAVIEST = ("movenet-thunder", "movenet-multipose", "blazepose-heavy")
_DETECTOR = "movenet-multipose"
_MIN_MODELS = 2
_MIN_OKS = 0.3  # of two poses of the same person
_AGREEMENT = 0.2  # of the torso length: two keypoints that are nearer agree
_MIN_KEYPOINTS = 5  # with agreement, for a person to count


def consensus_settings() -> tuple[Settings, ...]:
    """The heaviest ready model of each family, for several persons; empty when fewer than two are ready."""
    names = [_ready_model(name) for name in _HEAVIEST]
    detector = _DETECTOR if estimators.is_ready(_DETECTOR) else NONE
    found = tuple(Settings(model=name, detector=detector) for name in names if name)
    return found if len(found) >= _MIN_MODELS else ()


def _ready_model(name: str) -> str | None:
    return next((model for model in (name, *lighter_models(name)) if estimators.is_ready(model)), None)


def consensus_inferences(threads: int) -> tuple[Inference, ...]:
    """What has to be computed for the consensus."""
    return tuple(inference_for(settings, threads) for settings in consensus_settings())


def consensus_key(clip: Clip, inferences: Sequence[Inference]) -> str:
    """Identifies the consensus of these models on a clip; threads do not matter."""
    keys = [Inference(inference.settings).key(clip) for inference in inferences]
    return hashlib.sha256(json.dumps([NAME, VERSION, keys]).encode()).hexdigest()[:16]


def consensus_label() -> str:
    """The models that the consensus is made of, for people."""
    return ", ".join(MODELS[settings.model].title for settings in consensus_settings())


def consensus(outputs: Sequence[ModelOutputs]) -> ModelOutputs:
    """The persons and keypoints on which at least two models agree, frame by frame.

    A keypoint has the position that the most accurate of the agreeing models gives it, and the score 1; a keypoint
    without agreement has the score 0.

    Args:
        outputs: of the same frames, the most accurate model first.
    """
    poses = [_tracked_poses(each) for each in outputs]
    frames = [
        FrameOutput(frame.timestamp, frame.size, tuple(_persons([each[index] for each in poses])), (), b"", {})
        for index, frame in enumerate(outputs[0].frames)
    ]
    return ModelOutputs(NAME, NONE, tuple(frames), outputs[0].skipped)


def _tracked_poses(outputs: ModelOutputs) -> list[list[Pose]]:
    """Not smoothed, because that would add lag."""
    settings = Settings(model=outputs.model, detector=outputs.detector)
    return [[pose.as_coco() for pose in poses] for poses in Replay(outputs).tracked(settings).poses]


def _persons(by_model: Sequence[list[Pose]]) -> Iterator[Pose]:
    """The persons of one frame that at least two models found."""
    left = [list(poses) for poses in by_model]
    for model, poses in enumerate(left):
        for pose in poses:
            group = [pose, *(found for other in left[model + 1 :] if (found := _take_same(pose, other)))]
            person = _agreed_pose(group) if len(group) >= _MIN_MODELS else None
            if person:
                yield person


def _take_same(pose: Pose, others: list[Pose]) -> Pose | None:
    """Remove the pose of the same person from a model's poses, and return it."""
    similarities = [pose_similarity(pose, other) for other in others]
    if not similarities or max(similarities) < _MIN_OKS:
        return None
    return others.pop(int(np.argmax(similarities)))


def _agreed_pose(group: Sequence[Pose]) -> Pose | None:
    """One person's keypoints with agreement; None when there are too few."""
    xy = np.array([pose.xy for pose in group])
    confident = np.array([pose.scores for pose in group]) >= DEFAULT_KEYPOINT_CONFIDENCE
    agrees = _agreement(xy, confident, _AGREEMENT * max(1.0, torso_length(group[0].xy)))
    known = agrees.any(axis=0)
    if known.sum() < _MIN_KEYPOINTS:
        return None
    best = agrees.argmax(axis=0)  # the first model that agrees with another
    return Pose(COCO_17, np.asarray(xy[best, np.arange(len(best))], np.float32), np.asarray(known, np.float32))


def _agreement(xy: npt.NDArray[np.float32], confident: npt.NDArray[np.bool_], distance: float) -> npt.NDArray[np.bool_]:
    """``(models, 17)`` whether each model's keypoint is near that of another model, both confident."""
    near = np.linalg.norm(xy[:, None] - xy[None], axis=3) <= distance
    near &= confident[:, None] & confident[None] & ~np.eye(len(xy), dtype=bool)[:, :, None]
    return np.asarray(near.any(axis=1))
