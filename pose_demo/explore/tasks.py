"""The units of work of a sweep. Each one is independent, may run in any process, and skips what is in the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from pose_demo.explore.footage import consensus
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.ground_truth import (
    CONSENSUS,
    TRUE,
    UNKNOWN,
    GroundTruth,
    consensus_keypoints,
    true_keypoints,
)
from pose_demo.explore.replay.evaluation import Evaluator
from pose_demo.explore.replay.inference import Inference, inference_for, run_inference
from pose_demo.explore.replay.outputs import ModelOutputs
from pose_demo.explore.spec import Point
from pose_demo.explore.store import Store
from pose_demo.explore.timing import frame_ms, point_ms
from pose_demo.matching.reference import Reference
from pose_demo.messages import message
from pose_demo.settings import Settings

_VERSION = 1  # of the measures
_STORED_MS = 1.0


@dataclass(frozen=True)
class Report:
    """What a task computed: the rest was in the store."""

    inference_runs: int = 0
    points: int = 0


class Task(Protocol):
    """A unit of work."""

    @property
    def steps(self) -> int:
        """How often ``on_step`` is called at most."""
        ...

    @property
    def label(self) -> str:
        """What it does, for people."""
        ...

    def expected_ms(self, folder: Path) -> float:
        """The expected duration in milliseconds, given what is in the store of ``folder``."""
        ...

    def run(self, folder: Path, on_step: Callable[[], None]) -> Report:
        """Compute what is missing in the store of ``folder``."""
        ...


@dataclass(frozen=True)
class Known:
    """Which ground truth a clip has: `TRUE`, `CONSENSUS` (with its key in the store), or `UNKNOWN`."""

    kind: str = UNKNOWN
    key: str = ""


@dataclass(frozen=True)
class InferenceTask:
    """Run the networks on a clip.

    Attributes:
        frames: the expected number of frames.
    """

    clip: Clip
    settings: Settings
    threads: int
    frames: int

    @property
    def inference(self) -> Inference:
        """What the networks compute."""
        return inference_for(self.settings, self.threads)

    @property
    def steps(self) -> int:
        return self.frames

    @property
    def label(self) -> str:
        return message("{model} on {clip}", model=self.settings.model, clip=self.clip.name)

    def is_stored(self, folder: Path) -> bool:
        """Whether there is nothing to do."""
        return Store(folder).has_outputs(self.inference.key(self.clip))

    def expected_ms(self, folder: Path) -> float:
        return _STORED_MS if self.is_stored(folder) else self.frames * frame_ms(self.settings, self.threads)

    def run(self, folder: Path, on_step: Callable[[], None]) -> Report:
        store, key = Store.open(folder), self.inference.key(self.clip)
        if store.has_outputs(key):
            return Report()
        store.save_outputs(key, run_inference(self.clip, self.settings, self.threads, on_step))
        return Report(inference_runs=1)


@dataclass(frozen=True)
class ConsensusTask:
    """Combine the outputs of several models to consensus keypoints."""

    clip: Clip
    inferences: tuple[Inference, ...]

    @property
    def key(self) -> str:
        """Of the consensus in the store."""
        return consensus.consensus_key(self.clip, self.inferences)

    @property
    def steps(self) -> int:
        return 1

    @property
    def label(self) -> str:
        return message("consensus keypoints of {clip}", clip=self.clip.name)

    def is_stored(self, folder: Path) -> bool:
        """Whether there is nothing to do."""
        return Store(folder).has_outputs(self.key)

    def expected_ms(self, folder: Path) -> float:
        return _STORED_MS if self.is_stored(folder) else point_ms(self.clip.expected_frames)

    def run(self, folder: Path, on_step: Callable[[], None]) -> Report:
        store = Store.open(folder)
        if not self.is_stored(folder):
            outputs = [store.outputs(inference.key(self.clip)) for inference in self.inferences]
            store.save_outputs(self.key, consensus.consensus(outputs))
        on_step()
        return Report()


@dataclass(frozen=True)
class ClipContext:
    """Everything that the measures of a clip depend on besides the point.

    Attributes:
        clip: the frames, with their spans.
        known: the ground truth.
        reference: the user's own reference pose as JSON; empty without one.
    """

    clip: Clip
    known: Known
    reference: str = ""

    def key(self, point: Point) -> str:
        """Identifies the measures of a point: a hash of what they are computed from."""
        inference = inference_for(point.settings, point.threads).key(self.clip)
        known = [self.known.kind, self.known.key, self.clip.annotation_key, self.reference]
        parts = [_VERSION, inference, point.settings.to_dict(), point.threads, known]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def evaluator(self, store: Store, inference: Inference) -> Evaluator:
        """Measures points of one inference, whose outputs are in the store."""
        outputs = _read(store.folder, inference.key(self.clip))
        return Evaluator(self.clip, outputs, self._ground_truth(store, outputs), own_reference(self.reference))

    def _ground_truth(self, store: Store, outputs: ModelOutputs) -> GroundTruth | None:
        if self.known.kind == TRUE:
            return true_keypoints(self.clip, outputs)
        return consensus_keypoints(_read(store.folder, self.known.key)) if self.known.kind == CONSENSUS else None


class PointMeasurer:
    """The measures of points of one inference on one clip, kept in a store.

    Attributes:
        computed: number of points that were not in the store.
    """

    def __init__(self, context: ClipContext, store: Store, inference: Inference) -> None:
        self._context, self._store, self._inference = context, store, inference
        self._evaluator: Evaluator | None = None
        self.computed = 0

    def measures(self, point: Point) -> Mapping[str, object]:
        """The stored measures, computed if they are missing."""
        key = self._context.key(point)
        stored = self._store.point(key)
        if stored is not None:
            return stored
        self._evaluator = self._evaluator or self._context.evaluator(self._store, self._inference)
        values = self._evaluator.measures(point.settings)
        self._store.save_point(key, values)
        self.computed += 1
        return values


@dataclass(frozen=True)
class PointsTask:
    """Measure points that share an inference.

    Attributes:
        points: sorted so that neighbors share as many stages as possible.
    """

    context: ClipContext
    points: tuple[Point, ...]

    @property
    def steps(self) -> int:
        return len(self.points)

    @property
    def label(self) -> str:
        return message("{model} on {clip}: points", model=self.points[0].settings.model, clip=self.context.clip.name)

    def expected_ms(self, folder: Path) -> float:
        return len(self.points) * point_ms(self.context.clip.expected_frames)

    def run(self, folder: Path, on_step: Callable[[], None]) -> Report:
        first = self.points[0]
        measurer = PointMeasurer(self.context, Store.open(folder), inference_for(first.settings, first.threads))
        for point in self.points:
            measurer.measures(point)
            on_step()
        return Report(points=measurer.computed)


@lru_cache(maxsize=4)
def _read(folder: Path, key: str) -> ModelOutputs:
    """Stored outputs; tasks that follow each other often need the same."""
    return Store(folder).outputs(key)


@lru_cache(maxsize=4)
def own_reference(text: str) -> Reference | None:
    """The reference pose of a JSON text; None for an empty one."""
    return Reference.from_json(text) if text else None


def sort_points(points: Sequence[Point]) -> list[Point]:
    """Points in an order in which neighbors share as many stages of `Replay` as possible."""
    return sorted(points, key=lambda point: _stage_key(point.settings))


def _stage_key(settings: Settings) -> tuple[str, ...]:
    """Settings of tracking, then of smoothing, then of matching, then all others."""
    tracking = (settings.person_confidence, settings.nms_iou_threshold, settings.all_classes)
    matching = (settings.confidence, settings.match.reference, settings.match.rule, settings.match.mirror)
    return tuple(map(repr, (tracking, settings.smooth, matching, settings)))
