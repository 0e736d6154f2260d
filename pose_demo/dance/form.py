"""Form: how similar the limbs of two dances are, once the performance is moved earlier by its lag."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pose_demo.dance.grid import STEP
from pose_demo.matching.limb_angles import LIMBS, BoolArray, FloatArray, LimbVectors
from pose_demo.matching.rules import SIGMA

# Chosen on drawn dancers with a style of their own; figures are in tests/accuracy/test_dance.py.
_WINDOW = round(2.0 / STEP)  # steps over which an error is averaged
_WRONG = 20.0  # degrees; a limb with this mean error is wrong
_BOTH_WRONG = 17.0  # degrees; an arm or leg is wrong if this is the mean error of its two limbs
_MOVES_ALONG = 0.5  # a limb with this share of the error of the other limb of its arm or leg is turned with it
_GLITCH = 40.0  # degrees; larger errors of single frames count as this
_MAX_STYLE = 15.0  # degrees; a larger constant error is no style
_MIN_STYLE_STEPS = round(8.0 / STEP)  # in a shorter dance an error cannot be told from a style
_MIN_WEIGHT = 0.1  # mean weight of a limb with an error
_MIN_SLOPE = 0.5  # an error with a smaller vertical part relative to the horizontal one is described as sideways

_ARMS_AND_LEGS = [
    (LIMBS.index(f"{side} {inner}"), LIMBS.index(f"{side} {outer}"))
    for side in ("left", "right")
    for inner, outer in (("upper arm", "forearm"), ("thigh", "shin"))
]


@dataclass(frozen=True)
class Deviation:
    """By how many degrees a limb is off, and where its end is instead.

    Attributes:
        degrees: mean error over two seconds, without the dancer's style.
        place: ``low``, ``high``, ``left`` or ``right`` as the dancer sees it, or ``off``; of a limb that is turned
            together with the upper arm or thigh, that of the upper arm or thigh.
    """

    degrees: float
    place: str


@dataclass(frozen=True, eq=False)
class Form:
    """The limbs of a reference and a performance at N times, `STEP` apart.

    Attributes:
        reference, performance: their limbs at the same times.
        same_moves: ``(N,)`` whether the performance has the moves of the reference; elsewhere no single limb is wrong.
        confidence: keypoints with a lower score are not visible.
    """

    reference: LimbVectors
    performance: LimbVectors
    same_moves: BoolArray
    confidence: float

    @cached_property
    def weights(self) -> FloatArray:
        """``(N, 12)`` in [0, 1]: the scores of both, times how reliable both directions are."""
        both = (self.reference, self.performance)
        reliability = np.minimum(*(limbs.reliability(self.confidence) for limbs in both))
        return np.asarray(self.reference.scores * self.performance.scores * reliability)

    @cached_property
    def comparable(self) -> BoolArray:
        """``(N,)`` whether enough limbs are visible in both."""
        return comparable_times(self.reference, self.performance, self.confidence)

    @cached_property
    def errors(self) -> FloatArray:
        """``(N, 12)`` degrees in [-180, 180], positive where a limb is turned clockwise in the image."""
        return np.degrees(np.angle(self.performance.directions * self.reference.directions.conj()))

    def similarity(self, times: slice | BoolArray) -> float | None:
        """The weighted mean of the Gaussian similarity of all limbs, in [0, 1]; None where nothing is visible."""
        weights = self.weights[times]
        total = float(weights.sum())
        if total <= 0:
            return None
        return float((weights * np.exp(-((self.errors[times] / SIGMA) ** 2) / 2)).sum()) / total

    def limb_errors(self, times: slice | BoolArray) -> dict[str, float]:
        """The mean absolute error in degrees of each limb that is visible for some of the time."""
        weights = self.weights[times]
        total = weights.sum(axis=0)
        means = (weights * np.abs(self.errors[times])).sum(axis=0) / np.maximum(total, 1e-9)
        known = total > _MIN_WEIGHT * len(weights)
        return {name: float(mean) for name, mean, is_known in zip(LIMBS, means, known, strict=True) if is_known}

    def faces_the_other_way(self, times: slice) -> bool:
        """Whether one of the two shows the back while the other shows the front, for most of the time."""
        product = self.reference.facing[times] * self.performance.facing[times] * self.comparable[times]
        return bool((product < 0).sum() > max((product > 0).sum(), len(product) / 4))

    def wrong_limbs(self, times: slice) -> dict[str, Deviation]:
        """The limbs that are clearly off for two seconds around one of the times, worst first.

        The usual error of a limb, its median over the whole dance, is the dancer's style and does not count. Of an arm
        or leg that is turned as a whole, both limbs are off, at the place of the upper arm or thigh: a bent forearm may
        end higher because the upper arm is too low.
        """
        deviations = self._deviations[times]
        worst = np.abs(deviations).argmax(axis=0)
        signed = np.take_along_axis(deviations, worst[None], axis=0)[0]
        wrong = {limb: abs(float(signed[limb])) for limb in range(len(LIMBS)) if abs(signed[limb]) >= _WRONG}
        leading = {limb: limb for limb in wrong}
        for inner, outer in _ARMS_AND_LEGS:
            if together := _wrong_together(inner, outer, deviations):
                wrong |= together
                leading |= dict.fromkeys(together, inner)
        places = {limb: self._place(first, times.start + int(worst[first])) for limb, first in leading.items()}
        ordered = sorted(wrong, key=lambda limb: -wrong[limb])
        return {LIMBS[limb]: Deviation(wrong[limb], places[limb]) for limb in ordered}

    @cached_property
    def _deviations(self) -> FloatArray:
        """``(N, 12)`` degrees: the mean over two seconds of the error without the style; 0 where it is not known."""
        residuals = (self.errors - self._style + 180) % 360 - 180
        weights = self.weights * self.same_moves[:, None]
        total = _moving_sum(weights)
        means = _moving_sum(weights * residuals.clip(-_GLITCH, _GLITCH)) / np.maximum(total, 1e-9)
        known = self.same_moves[:, None] & (total >= _MIN_WEIGHT * _WINDOW)
        return np.where(known, means, 0)

    @cached_property
    def _style(self) -> FloatArray:
        """``(12,)`` degrees: the usual error of each limb."""
        if (self.comparable & self.same_moves).sum() < _MIN_STYLE_STEPS:
            return np.zeros(len(LIMBS))
        known = (self.weights > _MIN_WEIGHT) & self.same_moves[:, None]
        medians = [
            float(np.median(self.errors[rows, limb])) if rows.any() else 0.0 for limb, rows in enumerate(known.T)
        ]
        return np.array(medians).clip(-_MAX_STYLE, _MAX_STYLE)

    def _place(self, limb: int, center: int) -> str:
        """Where the end of a limb is relative to the reference's, on average over two seconds around a time."""
        times = slice(max(0, center - _WINDOW // 2), center + _WINDOW // 2)
        weights = self.weights[times, limb]
        difference = self.performance.directions[times, limb] - self.reference.directions[times, limb]
        mean = complex((weights * difference).sum())
        if abs(mean.imag) >= _MIN_SLOPE * abs(mean.real):
            return "low" if mean.imag > 0 else "high"
        to_the_left = mean.real * float(np.sign(self.performance.facing[times].sum()))
        return "off" if to_the_left == 0 else "left" if to_the_left > 0 else "right"


def comparable_times(reference: LimbVectors, performance: LimbVectors, confidence: float) -> BoolArray:
    """``(N,)`` whether at least half of the limbs are visible in both."""
    visible = reference.visible(confidence) & performance.visible(confidence)
    return np.asarray(2 * visible.sum(axis=1) >= len(LIMBS))


def _wrong_together(inner: int, outer: int, deviations: FloatArray) -> dict[int, float]:
    """Both limbs of an arm or leg with their errors where they are turned together and clearly off."""
    pair = deviations[:, (inner, outer)]
    together = pair.mean(axis=1)
    center = int(np.abs(together).argmax())
    errors = pair[center] * np.sign(together[center])
    if abs(together[center]) < _BOTH_WRONG or errors.min() < _MOVES_ALONG * errors.max():
        return {}
    return {limb: float(error) for limb, error in zip((inner, outer), errors, strict=True)}


def _moving_sum(values: FloatArray) -> FloatArray:
    """The sum over two seconds around each time."""
    padded = np.pad(values, ((_WINDOW // 2 + 1, _WINDOW - _WINDOW // 2 - 1), (0, 0)))
    total = np.cumsum(padded, axis=0)
    return np.asarray(total[_WINDOW:] - total[:-_WINDOW])
