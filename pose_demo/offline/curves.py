"""Values of processed frames over time: persons, scores and similarity, separately for each settings."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo.background import BackgroundOptions
from pose_demo.fields import NONE, specs, values
from pose_demo.io.seek import end_time
from pose_demo.matching.options import OWN, MatchOptions
from pose_demo.matching.reference import Reference
from pose_demo.pipeline import Result
from pose_demo.plan import Uploads
from pose_demo.settings import FrameRateOptions, Settings

_KEPT = 4  # of the settings used last
_DRAWING_DEFAULTS = {
    name: value for name, value in values(Settings()).items() if specs(Settings)[name].section == "Drawing"
}

Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FrameValues:
    """What is plotted for one frame.

    Attributes:
        persons: number of persons.
        score: mean score of the keypoints of all persons, or of their boxes; None without a person.
        match: highest similarity of a person to the reference; None without one.
    """

    persons: int
    score: float | None
    match: float | None

    @classmethod
    def of(cls, result: Result) -> FrameValues:
        """The values of a result."""
        poses, boxes = result.estimate.poses, result.estimate.boxes
        scores = [float(pose.scores.mean()) for pose in poses] or [b.score for b in boxes if b.label == "person"]
        matches = [state.match.score for state in result.matches if state.match.score is not None]
        return cls(result.persons, float(np.mean(scores)) if scores else None, max(matches, default=None))


@dataclass(frozen=True, eq=False)
class Curves:
    """The values of all frames, ``(N,)`` each; NaN where there is none, or the frame was not processed."""

    persons: Values
    score: Values
    match: Values

    def record(self, index: int, frame: FrameValues) -> None:
        """Set the values of a frame."""
        if index < len(self.persons):
            self.persons[index] = frame.persons
            self.score[index] = math.nan if frame.score is None else frame.score
            self.match[index] = math.nan if frame.match is None else frame.match

    def record_result(self, index: int, result: Result) -> None:
        """Set the values of a frame from its result."""
        self.record(index, FrameValues.of(result))

    def empty_spans(self, timestamps: tuple[float, ...]) -> list[tuple[float, float]]:
        """(start, end) in seconds of all spans of processed frames without a person."""
        is_empty = np.concatenate(([False], self.persons == 0, [False]))
        edges = np.flatnonzero(is_empty[1:] != is_empty[:-1]).reshape(-1, 2)
        times = (*timestamps, end_time(timestamps))
        return [(times[first], times[last]) for first, last in edges.tolist()]


class CurveStore:
    """The curves of a video for the settings used last."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._curves: OrderedDict[tuple[str, Hashable], Values] = OrderedDict()

    def get(self, settings: Settings, uploads: Uploads) -> Curves:
        """The curves for these settings; empty unless frames were processed with them."""
        poses, matching = pose_key(settings), match_key(settings, uploads)
        return Curves(self._curve("persons", poses), self._curve("score", poses), self._curve("match", matching))

    def _curve(self, name: str, key: Hashable) -> Values:
        curve = self._curves.setdefault((name, key), np.full(self._frames, np.nan, np.float32))
        self._curves.move_to_end((name, key))
        if len(self._curves) > 3 * _KEPT:
            self._curves.popitem(last=False)
        return curve


def pose_key(settings: Settings) -> Settings:
    """Equal for settings that give the same poses: without drawing, effects, background and matching."""
    return replace(
        settings,
        match=MatchOptions(),
        smooth=replace(settings.smooth, plot=NONE),
        background=BackgroundOptions(),
        frame_rate=FrameRateOptions(),
        effects=(),
        **_DRAWING_DEFAULTS,  # type: ignore[arg-type]  # values of different types
    )


def match_key(settings: Settings, uploads: Uploads) -> tuple[Settings, MatchOptions, Reference | None]:
    """Equal for settings that give the same similarities: they depend on the rule, but not on the threshold."""
    options = replace(settings.match, similarity=MatchOptions().similarity, ghost=MatchOptions().ghost)
    return pose_key(settings), options, uploads.reference if options.reference == OWN else None
