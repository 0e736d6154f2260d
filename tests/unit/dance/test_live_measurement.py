"""The numbers of a whole take from those of its last seconds."""

import pytest

from pose_demo.dance.group import Pair
from pose_demo.dance.live_measurement import pair_summary
from pose_demo.dance.reasons import PAIR_NOT_VISIBLE, PAIR_OTHER_MOVES, PAIR_STILL


def pairs(lags, **reasons):
    """A pair with each lag, then as many as given of each reason: other_moves, still, not_visible."""
    texts = {"other_moves": PAIR_OTHER_MOVES, "still": PAIR_STILL, "not_visible": PAIR_NOT_VISIBLE}
    without = [texts[name] for name, count in reasons.items() for _ in range(count)]
    return [
        Pair(first=0, second=1, **it)
        for it in [*({"lag_ms": lag} for lag in lags), *({"reason": it} for it in without)]
    ]


def test_the_lag_of_a_pair_is_the_median():
    found = pair_summary(pairs([80.0, 90.0, 300.0], other_moves=6, still=20))
    assert found.lag_ms == pytest.approx(90) and found.reason == ""


def test_two_who_rarely_have_the_same_moves_have_no_lag():
    found = pair_summary(pairs([80.0, 90.0, 300.0], other_moves=7))
    assert found.lag_ms is None and found.reason == PAIR_OTHER_MOVES


def test_the_last_reason_where_there_is_no_lag():
    found = pair_summary(pairs([], not_visible=1, still=1))
    assert found.lag_ms is None and found.reason == PAIR_STILL


def test_synchrony_is_the_mean():
    given = [Pair(first=0, second=1, lag_ms=0.0, synchrony=it) for it in (0.4, None, 0.8)]
    assert pair_summary(given).synchrony == pytest.approx(0.6)
