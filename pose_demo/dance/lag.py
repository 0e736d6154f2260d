"""The lag between two dances: the normalized cross-correlation of their limb directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_demo.dance.grid import STEP
from pose_demo.matching.limb_angles import LIMBS, ComplexArray, FloatArray

_VALUES_AT_ONCE = 1 << 16  # lags times limbs: of a long dance one limb after another, which takes less memory


@dataclass(frozen=True, eq=False)
class WeightedDirections:
    """Limb directions at times that are `STEP` apart.

    Attributes:
        directions: ``(N, 12)`` complex unit vectors.
        weights: ``(N, 12)``, 0 for a limb that is not visible.
    """

    directions: ComplexArray
    weights: FloatArray

    def __getitem__(self, part: slice) -> WeightedDirections:
        """The directions at some of the times."""
        return WeightedDirections(self.directions[part], self.weights[part])

    def of_limbs(self, limbs: slice) -> WeightedDirections:
        """The directions of some of the limbs."""
        return WeightedDirections(self.directions[:, limbs], self.weights[:, limbs])


@dataclass(frozen=True, eq=False)
class Correlation:
    """Similarity of the movements of two dances for each lag.

    Attributes:
        lags: ``(L,)`` seconds by which the performance is moved earlier, `STEP` apart.
        values: ``(L,)`` correlation coefficients in [-1, 1]; 0 where nothing overlaps or moves.
        overlap: ``(L,)`` in [0, 1], how much of the largest overlap of visible limbs remains.
    """

    lags: FloatArray
    values: FloatArray
    overlap: FloatArray

    def within(self, low: float, high: float) -> Correlation:
        """The lags from ``low`` to ``high`` seconds."""
        part = (self.lags >= low - 1e-6) & (self.lags <= high + 1e-6)
        return Correlation(self.lags[part], self.values[part], self.overlap[part])

    def overlapping(self, least: float) -> FloatArray:
        """``(L,)`` the values, 0 where the overlap is smaller."""
        return np.where(self.overlap >= least, self.values, 0)

    def peak(self, penalty: float = 0.0) -> Peak | None:
        """The largest local maximum, interpolated by a parabola; None if the first or the last value is larger.

        Args:
            penalty: is subtracted per second of lag, so that of equal peaks, as periodic moves have, the nearer wins.
        """
        inner, before, after = self.values[1:-1], self.values[:-2], self.values[2:]
        maxima = np.flatnonzero((inner >= before) & (inner > after)) + 1
        if not len(maxima):
            return None
        best = maxima[np.argmax(self.values[maxima] - penalty * np.abs(self.lags[maxima]))]
        if self.values[best] < max(self.values[0], self.values[-1]):
            return None
        return Peak(
            float(self.lags[best] + _vertex(*self.values[best - 1 : best + 2]) * STEP), float(self.values[best])
        )


def _vertex(before: float, value: float, after: float) -> float:
    """Where the parabola through three equidistant values has its maximum, relative to the middle one."""
    curvature = before - 2 * value + after
    return 0.5 * (before - after) / curvature if curvature < 0 else 0.0


@dataclass(frozen=True)
class Peak:
    """A lag in seconds, positive where the performance is late, and the correlation coefficient there."""

    lag: float
    correlation: float


def correlate(reference: WeightedDirections, performance: WeightedDirections, offset: float = 0.0) -> Correlation:
    """Correlate two dances at all lags at which they overlap.

    The directions are unit vectors, and their mean over the overlap is subtracted for each limb: what a limb does
    counts, not how it is held. A limb weighs as much as it moves, and a frame as much as both are visible.

    Source: normalized cross-correlation over the overlap, by FFT: Padfield, "Masked object registration in the Fourier
    domain", 2012, with masks as weights.

    Args:
        offset: seconds from the first time of the reference to the first time of the performance.
    """
    count = len(reference.weights) + len(performance.weights) - 1
    moments = np.zeros((4, count))
    step = max(1, _VALUES_AT_ONCE // max(1, count))
    for first in range(0, len(LIMBS), step):
        limbs = slice(first, first + step)
        moments += _moments(reference.of_limbs(limbs), performance.of_limbs(limbs))
    covariance, variance, other_variance, total = moments
    norm = np.sqrt(variance * other_variance)
    values = np.where(norm > 1e-6, covariance / np.where(norm > 1e-6, norm, 1), 0)
    lags = offset + STEP * (np.arange(count) - (len(reference.weights) - 1))
    return Correlation(np.asarray(lags), values, np.asarray(total / max(float(total.max(initial=0)), 1e-6)))


def _moments(reference: WeightedDirections, performance: WeightedDirections) -> FloatArray:
    """``(4, L)``: for each lag the covariance, both variances and the weight, summed over the limbs."""
    sums = _sums_of_products(reference, performance)
    weight = np.where(sums[0].real > 1e-6, sums[0].real, 0)
    safe = np.where(weight > 0, weight, 1)
    mean_reference, mean_performance, product = sums[1] / safe, sums[2] / safe, sums[3]
    covariance = (product - weight * mean_reference * mean_performance).real
    variances = [(weight * (1 - np.abs(mean) ** 2)).clip(0) for mean in (mean_reference, mean_performance)]
    return np.stack([values.sum(axis=1) for values in (covariance, *variances, weight)])


def _sums_of_products(reference: WeightedDirections, performance: WeightedDirections) -> ComplexArray:
    """``(4, L, limbs)``: sums over time of ``reference[t] * conj(performance[t + lag])`` for each lag, lowest first.

    They are those of both weights, of the weighted directions of the reference and the weights of the performance, of
    the weights and the weighted directions, and of both weighted directions.
    """
    lowest, count = len(reference.weights) - 1, len(reference.weights) + len(performance.weights) - 1
    size = 1 << (count - 1).bit_length()
    weights, directions = _spectra(reference, size).conj()
    other_weights, other_directions = _spectra(performance, size)
    products = (
        weights * other_weights,
        directions * other_weights,
        weights * other_directions,
        directions * other_directions,
    )
    sums = np.fft.ifft(np.stack(products), axis=1)
    return np.asarray(np.roll(sums, lowest, axis=1)[:, :count].conj())


def _spectra(sequence: WeightedDirections, size: int) -> ComplexArray:
    """``(2, size, limbs)``: the spectra of the weights and of the weighted directions."""
    values = np.stack((sequence.weights, sequence.weights * sequence.directions))
    return np.asarray(np.fft.fft(values, size, axis=1))
