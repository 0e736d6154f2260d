"""Networks that return the true poses of the sample with noise, and a false person in every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.estimators import active_detector
from pose_demo.explore import tasks
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.replay.outputs import FrameOutput, ModelOutputs
from pose_demo.explore.tuning import options
from pose_demo.settings import Settings

COUNT = 12  # frames of a clip without a limit
FALSE_SCORE = 0.35  # of the false person; the true ones have 0.9
NOISE = {"movenet-lightning": 6.0, "movenet-thunder": 1.0, "movenet-multipose": 6.0}  # pixels
MS = {"movenet-lightning": 10.0, "movenet-thunder": 40.0, "movenet-multipose": 50.0}
_SIZE = (640, 480)


class NoisyNetworks:
    """Takes the place of `run_inference`.

    Attributes:
        runs: clip, model and detector of each run.
        missing: models that detect no person.
        ms: milliseconds per frame of each model.
    """

    def __init__(self) -> None:
        self.runs: list[tuple[str, str, str]] = []
        self.missing: set[str] = set()
        self.ms = dict(MS)

    def __call__(self, clip: Clip, settings: Settings, threads: int, on_frame: Callable[[], None]) -> ModelOutputs:
        detector = active_detector(settings.model, settings.detector)
        self.runs.append((clip.name, settings.model, detector))
        random = np.random.default_rng(0)
        frames = [self._frame(index, clip, settings, random) for index in range(clip.max_frames or COUNT)]
        for _ in frames:
            on_frame()
        return ModelOutputs(settings.model, detector, tuple(frames))

    def frame_ms(self, settings: Settings, threads: int) -> float:
        """Takes the place of `frame_ms`."""
        return self.ms.get(settings.model, 30.0)

    def _frame(self, index: int, clip: Clip, settings: Settings, random: np.random.Generator) -> FrameOutput:
        poses = []
        for true in sample.ground_truth(index, size=_SIZE, scene=clip.scene or "solo"):
            noise = random.normal(0, NOISE.get(settings.model, 3.0), (17, 2)).astype(np.float32)
            scores = np.full(17, 0.9, np.float32)
            pose = replace(true, xy=true.xy + noise, scores=scores, score=0.9, track_id=None, box=None)
            poses += [pose, replace(pose, xy=pose.xy * 0.2, score=FALSE_SCORE)]
        if settings.model in self.missing:
            poses = []
        stage_ms = {"pose": self.frame_ms(settings, 1)}
        return FrameOutput(index / sample.FPS, _SIZE, tuple(poses), (), b"", stage_ms)


def use_noisy_networks(patch: pytest.MonkeyPatch) -> NoisyNetworks:
    """Replace the networks and their timing."""
    networks = NoisyNetworks()
    patch.setattr(tasks, "run_inference", networks)
    patch.setattr(tasks, "frame_ms", networks.frame_ms)
    patch.setattr(options, "frame_ms", networks.frame_ms)
    return networks
