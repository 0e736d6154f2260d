"""A performance on the time grid of its reference: the lag of the whole dance and of each passage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from pose_demo.dance.grid import STEP, resample
from pose_demo.dance.lag import Correlation, Peak, WeightedDirections, correlate
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.sequence import PoseSequence
from pose_demo.matching.limb_angles import BoolArray, FloatArray, LimbVectors

MIN_COMPARABLE = 0.5  # of a passage, with at least half of the limbs visible in both
SAME_MOVES = 0.6  # correlation in a passage; with other passages of the same dance it reaches 0.5
_STILL = 0.12  # standard deviation of directions in radians; that of noise in keypoints alone is 0.05 to 0.1
_LAG_PENALTY = 0.05  # correlation per second: of equally good lags, as of periodic moves, the nearer one
_PASSAGE_LAG = 0.4  # seconds by which the lag of a passage may differ from that of the whole dance
_SEARCH = 60.0  # seconds around the reference or a passage in which the same moves are looked for
_SAME_PASSAGE = 0.75  # correlation with moves at another time, to be mentioned
_MIN_OVERLAP = 0.5  # of the largest overlap


@dataclass(frozen=True, eq=False)
class Alignment:
    """A reference of some duration and a performance, both at times that are `STEP` apart."""

    reference: PoseSequence
    performance: PoseSequence
    options: DanceOptions
    mirrored: bool = False

    @classmethod
    def of(cls, reference: PoseSequence, performance: PoseSequence, options: DanceOptions) -> Alignment:
        """Align with the reference or with its mirror image, as the options say."""
        plain = cls(reference, performance, options)
        if options.mirror == "off":
            return plain
        mirrored = cls(reference.mirrored(), performance, options, True)
        return mirrored if options.mirror == "on" else max(plain, mirrored, key=lambda it: it._agreement)

    @cached_property
    def times(self) -> FloatArray:
        """``(N,)`` seconds of the reference."""
        count = int(self.reference.duration / STEP + 1e-6) + 1
        return np.asarray(float(self.reference.timestamps[0]) + STEP * np.arange(count))

    @cached_property
    def parts(self) -> list[slice]:
        """The passages as parts of `times`, equally long."""
        count = max(1, round(self.reference.duration / self.options.passage))
        ends = np.linspace(0, len(self.times), count + 1).round().astype(int).tolist()
        return [slice(start, end) for start, end in pairwise(ends)]

    @cached_property
    def limbs(self) -> LimbVectors:
        """The reference at `times`."""
        return resample(self.reference, self.times, self.options.confidence)

    def performance_limbs(self, lags: FloatArray | float) -> LimbVectors:
        """The performance, moved earlier by ``lags`` in seconds, at `times`."""
        return resample(self.performance, self.times + lags, self.options.confidence)

    def visible_keypoints(self, part: slice) -> BoolArray:
        """``(frames, 17)`` which keypoints are visible in the frames of the performance at some of the times."""
        start, end = (self.times[index] + self.lag for index in (part.start, part.stop - 1))
        timestamps = self.performance.timestamps
        scores = self.performance.scores[(timestamps >= start) & (timestamps <= end)]
        return np.asarray((scores >= self.options.confidence) & (scores > 0))

    @cached_property
    def peak(self) -> Peak | None:
        """The lag of the whole dance; None without one within the largest lag."""
        largest = self.options.largest_lag
        return self._correlation.within(-largest, largest).peak(_LAG_PENALTY)

    @property
    def lag(self) -> float:
        """The lag of the whole dance in seconds; 0 without one."""
        return self.peak.lag if self.peak else 0.0

    def passage_peak(self, part: slice) -> Peak | None:
        """The lag of some of the times, near that of the whole dance."""
        return self._correlations(part, self.lag - _PASSAGE_LAG, self.lag + _PASSAGE_LAG).peak()

    def correlation_at_once(self, part: slice) -> float:
        """The correlation coefficient without a lag, in [-1, 1]."""
        return float(self._correlations(part, 0, 0).values[0])

    def is_still(self, part: slice) -> bool:
        """Whether the reference hardly moves."""
        weights, directions = self._weighted.weights[part], self._weighted.directions[part]
        total = weights.sum(axis=0)
        means = (weights * directions).sum(axis=0) / np.maximum(total, 1e-9)
        return bool((total * (1 - np.abs(means) ** 2)).sum() <= _STILL**2 * total.sum())

    def other_start(self) -> float | None:
        """The lag in seconds, however large, with the moves of the reference; None without one."""
        return _same_moves(self._correlation)

    def other_time(self, part: slice) -> float | None:
        """The time of the reference whose moves the performance has at some of the times; None without one."""
        shift = round(self.lag / STEP)
        performance = self._performed(part.start + shift, part.stop + shift)
        first = max(0, part.start - round(_SEARCH / STEP))
        searched = self._weighted[first : part.stop + round(_SEARCH / STEP)]
        lag = _same_moves(correlate(performance, searched, STEP * first))
        return None if lag is None else float(self.times[0] + lag)

    def _correlations(self, part: slice, low: float, high: float) -> Correlation:
        first = part.start + round(low / STEP)
        performance = self._performed(first, part.stop + round(high / STEP))
        curve = correlate(self._weighted[part], performance, STEP * (first - part.start))
        return curve.within(low - STEP / 2, high + STEP / 2)

    @property
    def _agreement(self) -> float:
        """Of the moves at any lag, and of the directions at this one, to decide whether the dance is mirrored."""
        performance = self.performance_limbs(self.lag)
        weights = self.limbs.scores * performance.scores
        cosines = (self.limbs.directions * performance.directions.conj()).real
        similarity = float((weights * cosines).sum() / max(weights.sum(), 1e-9))
        return similarity + float(self._correlation.overlapping(_MIN_OVERLAP).max())

    @cached_property
    def _weighted(self) -> WeightedDirections:
        return self._weigh(self.limbs)

    @cached_property
    def _margins(self) -> tuple[int, int]:
        """Steps of `_performance` before the start and after the end of the reference."""
        timestamps = self.performance.timestamps
        outside = (self.times[0] - timestamps[0], timestamps[-1] - self.times[-1]) if len(timestamps) else (0, 0)
        least = self.options.largest_lag + 2 * _PASSAGE_LAG
        before, after = np.clip(outside, least, max(_SEARCH, self.reference.duration)).tolist()
        return round(before / STEP), round(after / STEP)

    @cached_property
    def _performance(self) -> WeightedDirections:
        before, after = self._margins
        times = self.times[0] + STEP * np.arange(-before, len(self.times) + after)
        return self._weigh(resample(self.performance, times, self.options.confidence))

    def _performed(self, start: int, stop: int) -> WeightedDirections:
        return self._performance[self._margins[0] + start : self._margins[0] + stop]

    @cached_property
    def _correlation(self) -> Correlation:
        return correlate(self._weighted, self._performance, -STEP * self._margins[0])

    def _weigh(self, limbs: LimbVectors) -> WeightedDirections:
        return WeightedDirections(limbs.directions, limbs.scores * limbs.reliability(self.options.confidence))


def _same_moves(correlation: Correlation) -> float | None:
    values = correlation.overlapping(_MIN_OVERLAP)
    best = int(values.argmax())
    return float(correlation.lags[best]) if values[best] >= _SAME_PASSAGE else None
