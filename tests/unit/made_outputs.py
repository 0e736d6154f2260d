"""Outputs of networks that were made up, in place of inference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from known_poses import moved, standing

from pose_demo.explore.replay.inference import playback_plan
from pose_demo.explore.replay.outputs import FrameOutput, ModelOutputs
from pose_demo.fields import NONE
from pose_demo.matching.options import MatchOptions
from pose_demo.pipeline import Pipeline, Result
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import Box, Frame, Pose

FPS = 30
SIZE = (640, 480)

BASE = Settings(model="movenet-multipose", match=MatchOptions(reference="hands-on-hips", similarity=0.7, ghost=False))
VARIANTS = {
    "defaults": BASE,
    "person confidence": replace(BASE, person_confidence=0.5),
    "confidence": replace(BASE, confidence=0.6),
    "no smoothing": replace(BASE, smooth=SmoothingOptions(on=False)),
    "strong smoothing": replace(BASE, smooth=SmoothingOptions(min_cutoff=0.1, beta=0.0)),
    "every limb": replace(BASE, match=replace(BASE.match, rule="every-limb", similarity=0.8)),
    "low threshold": replace(BASE, match=replace(BASE.match, similarity=0.62, mirror=False)),
    "ignored limbs": replace(BASE, match=replace(BASE.match, similarity=0.65, ignore=("left thigh", "hips"))),
}


def frame_output(index: int, *poses: Pose, size: tuple[int, int] = SIZE, boxes: tuple[Box, ...] = ()) -> FrameOutput:
    """The output for a frame at 30 fps; the networks give no track ids."""
    untracked = tuple(replace(pose, track_id=None) for pose in poses)
    return FrameOutput(index / FPS, size, untracked, boxes, b"", {"pose": 10.0 + index % 3, "draw": 0.5})


def outputs_of(*frames: FrameOutput, model: str = "movenet-multipose", detector: str = NONE) -> ModelOutputs:
    """The outputs for a clip that consists of these frames."""
    return ModelOutputs(model, detector, frames, memory_mb=12.5)


def walkers(count: int, seed: int = 0, model: str = "movenet-multipose") -> ModelOutputs:
    """Two persons who cross, with noise and changing scores; one is lost for some frames, and there are false ones."""
    random, frames = np.random.default_rng(seed), []
    for index in range(count):
        poses = [_noisy(standing(150 + 8 * index, 120), random), _noisy(standing(500 - 6 * index, 130), random)]
        if index % 7 == 3:
            poses.pop()
        if index % 5 == 2:
            poses.append(replace(_noisy(standing(40, 300), random), score=0.15))
        frames.append(frame_output(index, *poses))
    return outputs_of(*frames, model=model)


def _noisy(pose: Pose, random: np.random.Generator) -> Pose:
    xy = pose.xy + random.normal(0, 2, (17, 2)).astype(np.float32)
    scores = random.uniform(0.1, 1.0, 17).astype(np.float32)
    return replace(moved(pose, 0), xy=xy, scores=scores, score=float(scores.mean()))


def pipeline_results(outputs: ModelOutputs, settings: Settings) -> Iterator[Result]:
    """The results of `Pipeline` with these outputs in place of a network."""
    pipeline, plan = Pipeline(), playback_plan(outputs, settings)
    for output in outputs.frames:
        width, height = output.size
        yield pipeline.process(Frame(np.zeros((height, width, 3), np.uint8), output.timestamp), plan)
