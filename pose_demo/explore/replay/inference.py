"""Run the networks on a clip, and keep their outputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from pose_demo import estimators
from pose_demo.estimators import NETWORKS, DetectionOptions, Estimator, EstimatorOptions, OutputFilter
from pose_demo.estimators.base import EstimatorWrapper
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.replay.outputs import FORMAT, FrameOutput, ModelOutputs
from pose_demo.live.memory import resident_mb, trim_heap
from pose_demo.pipeline import Pipeline
from pose_demo.plan import (
    LoadedModel,
    Plan,
    Uploads,
    mask_source,
    prepare,
    reference_for,
    required_networks,
)
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame
from pose_demo.weights.manifest import find_weight


@dataclass(frozen=True)
class Inference:
    """What the networks have to compute: settings without all that has no effect on them.

    Attributes:
        settings: those with an effect on what the networks process; all others have their defaults.
        threads: CPU threads of each network.
    """

    settings: Settings
    threads: int = 1

    def key(self, clip: Clip) -> str:
        """Identifies the outputs: a hash of the clip, the weight files, the settings and the format."""
        names = [name for network in required_networks(self.settings) for name in NETWORKS[network].weights]
        weights = {name: find_weight(name).sha256 for name in names}
        parts = [FORMAT, clip.key, weights, self.settings.to_dict(), self.threads]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def inference_for(settings: Settings, threads: int = 1) -> Inference:
    """The inference whose outputs can be replayed with these settings."""
    detector = estimators.active_detector(settings.model, settings.detector)
    source = mask_source(settings)
    # The persons who are selected are segmented, so with "selfie" there is nothing to select afterwards.
    options = settings if source == "selfie" else estimators.output_filter(settings.model, detector).lenient(settings)
    relevant = {name: getattr(options, name) for name in estimators.detection_options(settings.model, detector)}
    reduced = replace(Settings(), model=settings.model, detector=detector, **relevant)
    if source in ("model", "selfie"):
        reduced = replace(reduced, background=replace(reduced.background, mode="blur", mask_source=source))
    return Inference(reduced, threads)


def run_inference(
    clip: Clip, settings: Settings, threads: int = 1, on_frame: Callable[[], None] = lambda: None
) -> ModelOutputs:
    """Process all frames of a clip with `Pipeline`, and keep the outputs of the networks.

    The times are those of the whole pipeline with the given detection options, without background and effects.

    Raises:
        InputError: the clip cannot be read.
        pose_demo.weights.MissingWeights: a model's files are missing; the message says what to do.
    """
    trim_heap()
    before = resident_mb()
    options = {name: getattr(settings, name) for name in DetectionOptions.__dataclass_fields__}
    timed = replace(inference_for(settings, threads).settings, **options)
    with clip.open() as frames, prepare(timed, threads=threads) as plan:
        recorder = _OutputRecorder(plan)
        outputs = []
        for frame in frames:
            outputs.append(recorder.process(frame))
            on_frame()
        memory_mb = max(0.0, resident_mb() - before)
    return ModelOutputs(plan.pose.model, plan.pose.detector, tuple(outputs), frames.skipped, round(memory_mb, 1))


class _OutputRecorder:
    """Processes frames with a plan, and keeps what its models return."""

    def __init__(self, plan: Plan) -> None:
        output_filter = estimators.output_filter(plan.pose.model, plan.pose.detector)
        self._pose = _Tap(plan.pose.estimator, output_filter)
        self._plan = replace(plan, pose=replace(plan.pose, estimator=self._pose))
        self._pipeline = Pipeline()

    def process(self, frame: Frame) -> FrameOutput:
        """The outputs for one frame."""
        result = self._pipeline.process(frame, self._plan)
        estimate = self._pose.last
        if self._plan.segmenter:
            estimate = replace(estimate, mask=result.estimate.mask)
        stage_ms = {stage: ms for stage, ms in result.stage_ms.items() if stage != "background"}
        return FrameOutput.of(estimate, frame.timestamp, frame.size, stage_ms)


class _Tap(EstimatorWrapper):
    """An estimator that keeps its last output before the filter."""

    def __init__(self, estimator: Estimator, output_filter: OutputFilter) -> None:
        super().__init__(estimator)
        self._filter = output_filter
        self.last = Estimate()

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        self.last = self._wrapped.estimate(frame, self._filter.lenient(options))
        return self._filter.select(self.last, options)


class Playback:
    """An estimator that returns stored outputs, frame by frame, in place of a network."""

    def __init__(self, outputs: ModelOutputs) -> None:
        self._frames = {frame.timestamp: frame for frame in outputs.frames}
        self._filter = estimators.output_filter(outputs.model, outputs.detector)

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        output = self._frames[frame.timestamp]
        estimate = replace(output.estimate, mask=output.decode_mask())
        return self._filter.select(estimate, options)

    def invoke_only(self) -> None:
        """Do nothing: there is no network."""

    def reset(self) -> None:
        """Do nothing: there is no state."""

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


def playback_plan(outputs: ModelOutputs, settings: Settings, uploads: Uploads | None = None) -> Plan:
    """A plan that shows stored outputs with these settings, without loading a model."""
    uploads, options = uploads or Uploads(), EstimatorOptions()
    playback = LoadedModel(estimator=Playback(outputs), model=outputs.model, detector=outputs.detector, options=options)
    return Plan(settings=settings, pose=playback, reference=reference_for(settings, uploads), uploads=uploads)
