"""Match hysteresis on a simulated clock."""

from itertools import pairwise

import pytest

from pose_demo.matching.hysteresis import MatchHysteresis

FPS = 30


def run(scores, threshold=0.6, **options):
    """Match or not after each score, one score per frame."""
    hysteresis = MatchHysteresis(**options)
    return [hysteresis.update(i / FPS, score, threshold) for i, score in enumerate(scores)]


def changes(matches):
    return sum(a != b for a, b in pairwise(matches))


def test_a_match_begins_at_the_threshold():
    assert run([0.59, 0.6]) == [False, True]


def test_a_match_continues_while_the_score_is_within_the_margin():
    assert all(run([0.61] + [0.551] * 300))


def test_a_match_ends_when_the_score_stays_below_the_margin_for_longer_than_the_hold_time():
    matches = run([0.7] + [0.549] * 20)
    assert matches.index(False) == 10  # 0.3 s is 9 frames


def test_a_short_dip_and_missing_scores_do_not_end_a_match():
    assert all(run([0.7, 0.1, None, None, 0.1, 0.7] * 10))


def test_missing_scores_are_no_match():
    assert not any(run([None] * 30))


def test_a_score_that_alternates_around_the_threshold_does_not_flicker():
    alternating = [0.6 + (0.03 if i % 2 else -0.03) for i in range(300)]
    assert changes(run(alternating)) == 1
    assert changes(run(alternating, margin=0.0, hold_s=0.0)) == 299  # without hysteresis


def test_a_match_changes_at_most_once_in_the_hold_time():
    jumping = [0.9 if i % 11 == 0 else 0.1 for i in range(330)]
    assert changes(run(jumping)) <= 330 / FPS / 0.3 * 2


def test_a_match_ends_during_a_pause_without_frames():
    hysteresis = MatchHysteresis()
    assert hysteresis.update(0.0, 0.9, 0.6)
    assert not hysteresis.update(5.0, None, 0.6)


def test_a_timestamp_before_the_last_one_resets():
    hysteresis = MatchHysteresis()
    hysteresis.update(100.0, 0.9, 0.6)
    assert not hysteresis.update(0.0, 0.57, 0.6)
    assert hysteresis.history == ((0.0, 0.57),)


def test_the_threshold_can_be_raised_during_a_match():
    hysteresis = MatchHysteresis()
    assert hysteresis.update(0.0, 0.7, 0.6)
    assert hysteresis.update(0.1, 0.7, 0.9)
    assert not hysteresis.update(0.4, 0.7, 0.9)


def test_the_history_is_limited_and_a_copy():
    hysteresis = MatchHysteresis(max_history=3)
    for i, score in enumerate((0.1, 0.2, None, 0.4)):
        hysteresis.update(float(i), score, 0.6)
    history = hysteresis.history
    assert history == ((1.0, 0.2), (2.0, None), (3.0, 0.4))
    hysteresis.reset()
    assert (hysteresis.history, len(history)) == ((), 3)


def test_the_history_covers_20_seconds_at_30_frames_per_second():
    hysteresis = MatchHysteresis()
    for i in range(1000):
        hysteresis.update(i / FPS, 0.5, 0.6)
    assert len(hysteresis.history) == 20 * FPS


@pytest.mark.parametrize("hold_s", [0.0, 0.3])
def test_a_reset_ends_the_match(hold_s):
    hysteresis = MatchHysteresis(hold_s=hold_s)
    hysteresis.update(0.0, 0.9, 0.6)
    hysteresis.reset()
    assert not hysteresis.update(0.1, 0.57, 0.6)
