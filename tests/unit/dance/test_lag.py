"""The correlation of limb directions against a direct computation, and its peak."""

import tracemalloc

import numpy as np
import pytest

from pose_demo.dance import lag
from pose_demo.dance.grid import STEP
from pose_demo.dance.lag import Correlation, WeightedDirections, correlate


def random_directions(count, seed):
    rng = np.random.default_rng(seed)
    return WeightedDirections(np.exp(1j * rng.uniform(-1, 1, (count, 12))), rng.random((count, 12)))


def directly(first, second, shift):
    """The weighted correlation coefficient of the overlap, when the second is moved earlier by ``shift`` steps."""
    rows = [(t, t + shift) for t in range(len(first.weights)) if 0 <= t + shift < len(second.weights)]
    a, b = (list(indices) for indices in zip(*rows, strict=True))
    weights = first.weights[a] * second.weights[b]
    deviations = [
        it - (weights * it).sum(axis=0) / weights.sum(axis=0) for it in (first.directions[a], second.directions[b])
    ]
    products = [
        (weights * (p * q.conj()).real).sum()
        for p, q in ((0, 1), (0, 0), (1, 1))
        for p, q in [(deviations[p], deviations[q])]
    ]
    return products[0] / np.sqrt(products[1] * products[2])


def test_the_correlation_is_that_of_the_overlap():
    first, second = random_directions(30, 1), random_directions(40, 2)
    curve = correlate(first, second, 0.5)
    assert len(curve.lags) == 69 and curve.lags[0] == pytest.approx(0.5 - 29 * STEP)
    for shift in (-20, -3, 0, 1, 25):
        assert curve.values[shift + 29] == pytest.approx(directly(first, second, shift), abs=1e-9)
    assert curve.overlap.max() == 1 and curve.overlap[0] < 0.1


def test_a_long_dance_takes_little_memory_and_has_the_same_correlation(monkeypatch):
    """Two minutes each: the spectra and sums of all limbs together would take 60 MB and more."""
    first, second = random_directions(6000, 1), random_directions(6000, 2)
    tracemalloc.start()
    curve = correlate(first, second)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40e6
    monkeypatch.setattr(lag, "_VALUES_AT_ONCE", 10**9)
    assert curve.values == pytest.approx(correlate(first, second).values, abs=1e-12)


def test_a_late_dance_has_a_positive_lag_whatever_the_mean_directions_are():
    first = random_directions(50, 1)
    late = WeightedDirections(np.roll(first.directions, 5, axis=0), np.roll(first.weights, 5, axis=0))
    assert correlate(first, late).within(-0.3, 0.3).peak().lag == pytest.approx(5 * STEP, abs=STEP / 2)
    other_mean = WeightedDirections(late.directions * np.exp(0.2j), late.weights)
    assert correlate(first, other_mean).within(-0.3, 0.3).peak().lag == pytest.approx(5 * STEP, abs=STEP / 2)


def test_what_does_not_move_or_is_not_visible_has_no_correlation():
    still = WeightedDirections(np.ones((20, 12), complex), np.ones((20, 12)))
    hidden = WeightedDirections(np.ones((20, 12), complex), np.zeros((20, 12)))
    for other in (still, hidden):
        assert not correlate(random_directions(20, 1), other).values.any()


def curve(*values):
    return Correlation(STEP * (np.arange(len(values)) - 3.0), np.array(values, float), np.ones(len(values)))


def test_the_peak_is_that_of_a_parabola():
    peak = curve(0, 0, 0.7, 1, 0.9, 0, 0).peak()  # the vertex is at 0.5 * (0.9 - 0.7) / (2 - 0.7 - 0.9) steps
    assert peak.lag == pytest.approx(0.25 * STEP) and peak.correlation == 1


def test_of_equal_peaks_the_nearer_wins_with_a_penalty():
    values = (0, 0.9, 0, 0, 0.89, 0, 0)  # at -2 and 1 steps
    assert curve(*values).peak().lag == pytest.approx(-2 * STEP, abs=STEP / 20)
    assert curve(*values).peak(penalty=1.0).lag == pytest.approx(STEP, abs=STEP / 20)


@pytest.mark.parametrize("values", [(), (1,), (3, 2, 1), (1, 2, 3), (3, 1, 2, 1, 0)])
def test_no_peak_at_the_first_or_last_lag(values):
    assert curve(*values).peak() is None
