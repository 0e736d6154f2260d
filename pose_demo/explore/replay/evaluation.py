"""The measures of settings on one clip, from stored outputs, or from scratch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pose_demo.estimators import MODELS
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.ground_truth import GroundTruth
from pose_demo.explore.replay.inference import playback_plan
from pose_demo.explore.replay.measures import Values, keypoint_measures, match_measures, speed
from pose_demo.explore.replay.outputs import ModelOutputs
from pose_demo.explore.replay.stages import Replay, StageCache
from pose_demo.fields import NONE
from pose_demo.matching.options import OWN
from pose_demo.matching.reference import Reference
from pose_demo.metrics.alignment import Alignment, align
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Uploads, reference_for
from pose_demo.settings import Settings

_TIMED_FRAMES = 12  # for the time of background and effects
_WARM_UP = 2  # the first frames prepare masks and caches
_RENDER_STAGES = ("background", "effects")


class Evaluator:
    """Measures settings that share an inference, on one clip."""

    def __init__(
        self, clip: Clip, outputs: ModelOutputs, truth: GroundTruth | None, own_reference: Reference | None = None
    ) -> None:
        self._clip, self._outputs, self._truth = clip, outputs, truth
        self._uploads = Uploads(reference=own_reference)
        self._replays: dict[str, Replay] = {}
        self._cache = StageCache()

    def measures(self, settings: Settings) -> Values:
        """All measures; see `pose_demo.explore.replay.measures`."""
        outputs, replay = self._outputs, self.replay(settings)
        render_ms = self._render_ms(settings)
        times = [sum(frame.stage_ms.values()) + render_ms for frame in outputs.frames]
        return {
            "frames": len(outputs.frames),
            **speed(times, outputs.memory_mb),
            **keypoint_measures(self.alignment(settings), settings.confidence, has_keypoints(settings)),
            **match_measures(replay.matched(settings), outputs.timestamps, self._clip.spans),
        }

    def replay(self, settings: Settings) -> Replay:
        """The replay with the reference pose of the settings."""
        name = settings.match.reference
        if name not in self._replays:
            missing = name == OWN and self._uploads.reference is None
            reference = None if missing else reference_for(settings, self._uploads)
            self._replays[name] = Replay(self._outputs, reference)
        return self._replays[name]

    def alignment(self, settings: Settings) -> Alignment | None:
        """The estimated persons beside the known ones; None where nothing is known."""
        truth = self._truth
        if truth is None:
            return None
        replay = self.replay(settings)

        def compute() -> Alignment:
            persons = replay.tracked(settings).persons
            return align(replay.poses(settings), truth.poses, self._outputs.timestamps, persons)

        return self._cache.get("align", replay.pose_key(settings), compute)

    def _render_ms(self, settings: Settings) -> float:
        """Milliseconds that background and effects take in a frame."""
        if settings.background.mode == NONE and not settings.effects:
            return 0.0
        key = settings.background, settings.effects
        return self._cache.get("render", key, lambda: self._time_rendering(settings))

    def _time_rendering(self, settings: Settings) -> float:
        pipeline = Pipeline()
        plan = playback_plan(self._outputs, replace(settings, match=replace(settings.match, reference=NONE)))
        count = min(_TIMED_FRAMES, len(self._outputs.frames))
        with replace(self._clip, max_frames=count).open() as frames:
            results = [pipeline.process(frame, plan) for frame in frames]
        times = [sum(result.stage_ms.get(stage, 0.0) for stage in _RENDER_STAGES) for result in results]
        return float(np.median(times[_WARM_UP:] or times))


def has_keypoints(settings: Settings) -> bool:
    """Whether the model of the settings estimates keypoints."""
    return MODELS[settings.model].skeleton is not None


def measures_of_results(
    results: Sequence[Result], settings: Settings, truth: GroundTruth | None, clip: Clip, memory_mb: float = 0.0
) -> Values:
    """The measures of results that `Pipeline` computed from scratch, unmirrored."""
    timestamps = [result.timestamp for result in results]
    poses, persons = [result.estimate.poses for result in results], [result.persons for result in results]
    alignment = align(poses, truth.poses, timestamps, persons) if truth else None
    matched = None
    if settings.match.reference != NONE:
        matched = [any(state.is_match for state in result.matches) for result in results]
    return {
        "frames": len(results),
        **speed([result.milliseconds for result in results], memory_mb),
        **keypoint_measures(alignment, settings.confidence, has_keypoints(settings)),
        **match_measures(matched, timestamps, clip.spans),
    }
