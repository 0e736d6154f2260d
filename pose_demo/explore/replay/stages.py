"""Everything behind the networks, replayed from their stored outputs.

Tracking, smoothing, and matching run as in `Pipeline`, each once for all settings that agree in what it depends on: so
hundreds of thresholds take as long as a few.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from pose_demo import estimators
from pose_demo.estimators import DetectionOptions
from pose_demo.explore.replay.outputs import ModelOutputs
from pose_demo.matching.matcher import PersonHystereses
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.plan import smoothed_by
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import KeypointSmoother
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Pose

T = TypeVar("T")
FramePoses = tuple[tuple[Pose, ...], ...]
FrameScores = tuple[tuple[tuple[int, float | None], ...], ...]  # (person, score) of each person of each frame

_CACHED_RESULTS = 6  # of each stage; the points of a sweep are sorted, so that a few suffice


@dataclass(frozen=True)
class Tracked:
    """Poses with track ids, and the number of persons, of each frame."""

    poses: FramePoses
    persons: tuple[int, ...]


class Replay:
    """Replays one clip with one model, with any settings of the same inference."""

    def __init__(self, outputs: ModelOutputs, reference: Reference | None = None) -> None:
        self._outputs, self._reference = outputs, reference
        self._filter = estimators.output_filter(outputs.model, outputs.detector)
        self._filter_options = estimators.detection_options(outputs.model, outputs.detector)
        self._cache = StageCache()

    @property
    def outputs(self) -> ModelOutputs:
        """The outputs that are replayed."""
        return self._outputs

    def tracked(self, settings: Settings) -> Tracked:
        """Poses with track ids, before smoothing."""
        return self._cache.get("track", self._track_key(settings), lambda: self._track(settings))

    def poses(self, settings: Settings) -> FramePoses:
        """The poses as the pipeline returns them: with track ids, smoothed."""
        return self._cache.get("smooth", self.pose_key(settings), lambda: self._smooth(settings))

    def scores(self, settings: Settings) -> FrameScores:
        """The match score of each person of each frame."""
        options = settings.match
        key = self.pose_key(settings), settings.confidence, options.rule, options.mirror, options.ignore
        return self._cache.get("match", key, lambda: self._match(settings))

    def matched(self, settings: Settings) -> tuple[bool, ...] | None:
        """Whether any person of each frame matches, with hysteresis; None without a reference."""
        return None if self._reference is None else self._decide(settings)

    def pose_key(self, settings: Settings) -> Hashable:
        """Settings with equal keys have equal `poses`."""
        smooth = settings.smooth
        smoothing = (smooth.min_cutoff, smooth.beta) if self._is_filtered(settings) else ()
        return self._track_key(settings), smoothing

    def _track_key(self, settings: Settings) -> Hashable:
        return tuple(getattr(settings, name) for name in self._filter_options)

    def _is_filtered(self, settings: Settings) -> bool:
        return smoothed_by(self._outputs.model, self._outputs.detector, settings.smooth) == "filter"

    def _track(self, settings: DetectionOptions) -> Tracked:
        tracker, size = Tracker(), None
        poses, persons = [], []
        for frame in self._outputs.frames:
            if size not in (None, frame.size):
                tracker.rescale(np.divide(frame.size, size or frame.size, dtype=np.float32))
            size = frame.size
            estimate = self._filter.select(frame.estimate, settings).in_frame(frame.size)
            poses.append(tracker.update(estimate.poses, frame.timestamp))
            persons.append(estimate.persons)
        return Tracked(tuple(poses), tuple(persons))

    def _smooth(self, settings: Settings) -> FramePoses:
        tracked = self.tracked(settings).poses
        if not self._is_filtered(settings):
            return tracked
        options, smoother, size = settings.smooth, KeypointSmoother(), None
        result = []
        for frame, poses in zip(self._outputs.frames, tracked, strict=True):
            if size not in (None, frame.size):
                smoother = KeypointSmoother()
            size = frame.size
            smoothed = smoother.update(poses, frame.timestamp, options.min_cutoff, options.beta)
            result.append(tuple(pose.in_frame(frame.size) for pose in smoothed))
        return tuple(result)

    def _match(self, settings: Settings) -> FrameScores:
        reference = self._reference
        if reference is None:
            return tuple(() for _ in self._outputs.frames)
        return tuple(
            tuple(
                (pose.track_id or 0, match(reference, pose, settings.match, settings.confidence).score)
                for pose in poses
            )
            for poses in self.poses(settings)
        )

    def _decide(self, settings: Settings) -> tuple[bool, ...]:
        hystereses, threshold = PersonHystereses(), settings.match.similarity
        decisions = []
        for timestamp, persons in zip(self._outputs.timestamps, self.scores(settings), strict=True):
            hystereses.delete_old(timestamp)
            states = [hystereses.update(person, timestamp, score, threshold) for person, score in persons]
            decisions.append(any(state.is_match for state in states))
        return tuple(decisions)


class StageCache:
    """The last results of each stage."""

    def __init__(self, size: int = _CACHED_RESULTS) -> None:
        self._size = size
        self._stages: dict[str, OrderedDict[Hashable, Any]] = {}

    def get(self, stage: str, key: Hashable, compute: Callable[[], T]) -> T:
        """The result for a key, computed if it is not among the last ones."""
        results = self._stages.setdefault(stage, OrderedDict())
        if key not in results:
            results[key] = compute()
            if len(results) > self._size:
                results.popitem(last=False)
        results.move_to_end(key)
        found: T = results[key]
        return found
