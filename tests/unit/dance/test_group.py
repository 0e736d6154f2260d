"""Dancers of one video with known lags between them."""

import numpy as np
import pytest
from moving_body import body, dance, frame_times, hidden, noisy

from pose_demo.dance import reasons
from pose_demo.dance.alignment import Alignment
from pose_demo.dance.comparison import DanceOptions
from pose_demo.dance.group import compare_group, report
from pose_demo.matching.limb_angles import LIMBS

TIMES = frame_times(12, 30)


def dancers(*delays, seed=0):
    return [noisy(dance(TIMES, seed, delay, style=index), 2, index) for index, delay in enumerate(delays)]


@pytest.mark.parametrize("delays", [(0.0, 0.15), (0.0, 0.08, 0.3, -0.12)])
def test_pairwise_lags(delays):
    group = compare_group(dancers(*delays))
    assert len(group.pairs) == len(delays) * (len(delays) - 1) / 2
    errors = [pair.lag_ms - 1000 * (delays[pair.second] - delays[pair.first]) for pair in group.pairs]
    assert np.abs(errors).mean() <= 15
    assert group.lags_ms == pytest.approx(1000 * (np.array(delays) - np.mean(delays)), abs=15)


def test_synchrony_falls_with_the_lag_and_is_about_zero_for_other_moves():
    together, apart, late = (compare_group(dancers(0, delay)).synchrony for delay in (0, 0.1, 0.3))
    other = compare_group([*dancers(0), *dancers(0, seed=5)])
    assert together > 0.9 > apart > late > other.synchrony and other.synchrony < 0.25
    assert other.lags_ms == (None, None) and other.pairs[0].reason == reasons.PAIR_OTHER_MOVES


def test_opposite_moves_have_no_synchrony():
    swing = 60 * np.sin(2 * np.pi * TIMES / 4)
    both = [body(TIMES, dict.fromkeys(LIMBS, 20.0 + 0 * TIMES) | {"left upper arm": 90 + it}) for it in (swing, -swing)]
    assert compare_group(both, DanceOptions(mirror="off")).synchrony == 0


def test_a_mirror_image_dances_in_synchrony():
    first, second = dancers(0, 0.05)
    (pair,) = compare_group([first, second.mirrored()]).pairs
    assert pair.mirrored and pair.lag_ms == pytest.approx(50, abs=15) and pair.synchrony > 0.9


def test_who_is_not_visible_has_no_lag():
    group = compare_group([*dancers(0, 0.1), hidden(dancers(0)[0], 0, 99)])
    assert group.lags_ms[:2] == pytest.approx([-50, 50], abs=10) and group.lags_ms[2] is None
    assert [pair.synchrony is None for pair in group.pairs] == [False, True, True]
    assert [pair.reason for pair in group.pairs] == ["", reasons.PAIR_NOT_VISIBLE, reasons.PAIR_NOT_VISIBLE]


def test_who_stands_still_has_no_lag():
    still = body(TIMES, dict.fromkeys(LIMBS, 20.0 + 0 * TIMES))
    (pair,) = compare_group([still, still]).pairs
    assert (pair.lag_ms, pair.synchrony, pair.reason) == (None, None, reasons.PAIR_STILL)


def test_each_pair_is_aligned_once(monkeypatch):
    aligned = []
    real = Alignment.of
    monkeypatch.setattr(Alignment, "of", lambda *pair: (aligned.append(pair), real(*pair))[1])
    assert len(compare_group(dancers(0, 0.1, 0.2)).pairs) == len(aligned) == 3


def test_a_short_dance_is_not_compared():
    (pair,) = compare_group([it.trimmed(0, 1) for it in dancers(0, 0.1)]).pairs
    assert (pair.lag_ms, pair.synchrony, pair.reason) == (None, None, reasons.TOO_SHORT)


def test_a_group_of_one_has_nothing_to_compare():
    group = compare_group(dancers(0))
    assert group.pairs == () and group.lags_ms == (None,) and group.synchrony is None


def test_the_report_has_json_values():
    values = report(compare_group(dancers(0, 0.1)))
    assert set(values) == {"synchrony", "lags_ms", "pairs"}
    assert set(values["pairs"][0]) == {"first", "second", "lag_ms", "form", "synchrony", "mirrored", "reason"}
