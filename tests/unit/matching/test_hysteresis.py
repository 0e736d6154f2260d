"""The steady verdict on a simulated clock."""

from itertools import pairwise

import pytest

from pose_demo.matching.hysteresis import Verdict

FPS = 30


def run(scores, threshold=0.6, **options):
    """The verdicts for one score a frame."""
    verdict = Verdict(**options)
    return [verdict.update(i / FPS, score, threshold) for i, score in enumerate(scores)]


def changes(verdicts):
    return sum(a != b for a, b in pairwise(verdicts))


def test_on_at_the_threshold_and_not_below():
    assert run([0.59, 0.6]) == [False, True]


def test_stays_while_the_score_is_within_the_margin():
    assert all(run([0.61] + [0.551] * 300))


def test_off_when_the_score_stays_below_the_margin_longer_than_the_hold():
    verdicts = run([0.7] + [0.54] * 20)
    assert verdicts.index(False) == 10  # 0.3 s is 9 frames


def test_a_dip_and_a_lost_person_are_forgiven():
    assert all(run([0.7, 0.1, None, None, 0.1, 0.7] * 10))


def test_never_seen_is_no_match():
    assert not any(run([None] * 30))


def test_a_score_that_trembles_round_the_threshold_does_not_flicker():
    trembling = [0.6 + (0.03 if i % 2 else -0.03) for i in range(300)]
    assert changes(run(trembling)) == 1
    assert changes(run(trembling, margin=0.0, hold=0.0)) == 299  # so it would without


def test_a_score_that_jumps_changes_the_verdict_at_most_once_in_a_hold():
    jumping = [0.9 if i % 11 == 0 else 0.1 for i in range(330)]
    assert changes(run(jumping)) <= 330 / FPS / 0.3 * 2


def test_after_a_pause_without_frames_the_old_match_is_gone():
    verdict = Verdict()
    assert verdict.update(0.0, 0.9, 0.6)
    assert not verdict.update(5.0, None, 0.6)


def test_a_clock_that_goes_back_starts_anew():
    verdict = Verdict()
    verdict.update(100.0, 0.9, 0.6)
    assert not verdict.update(0.0, 0.57, 0.6)
    assert verdict.trace == ((0.0, 0.57),)


def test_a_threshold_that_is_raised_meanwhile():
    verdict = Verdict()
    assert verdict.update(0.0, 0.7, 0.6)
    assert verdict.update(0.1, 0.7, 0.9)
    assert not verdict.update(0.4, 0.7, 0.9)


def test_the_trace_is_short_and_a_copy():
    verdict = Verdict(remembered=3)
    for i, score in enumerate((0.1, 0.2, None, 0.4)):
        verdict.update(float(i), score, 0.6)
    kept = verdict.trace
    assert kept == ((1.0, 0.2), (2.0, None), (3.0, 0.4))
    verdict.reset()
    assert (verdict.trace, len(kept)) == ((), 3)


@pytest.mark.parametrize("hold", [0.0, 0.3])
def test_a_reset_forgets_the_match(hold):
    verdict = Verdict(hold=hold)
    verdict.update(0.0, 0.9, 0.6)
    verdict.reset()
    assert not verdict.update(0.1, 0.57, 0.6)
