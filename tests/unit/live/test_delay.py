"""The delay of a stream: estimated between takes, measured, or set by hand."""

import pytest

from pose_demo.live.delay import CHOSEN, ESTIMATED, MEASURED, StreamDelay, estimate


def test_the_estimate_adds_what_the_server_knows():
    base = estimate(0.0, None)
    assert 0.08 <= base <= 0.2
    assert estimate(50.0, None) == pytest.approx(base + 0.05) == estimate(0.0, 0.05)
    assert estimate(30.0, 0.12) == pytest.approx(base + 0.15)
    assert estimate(5000.0, None) == 1.0


def test_during_a_take_the_estimate_stays():
    delay = StreamDelay()
    delay.update(0.15, take=0)
    assert (delay.seconds, delay.source) == (0.15, ESTIMATED)
    delay.update(0.2, take=1)
    delay.update(0.3, take=1)
    assert delay.seconds == 0.2
    delay.update(0.25, take=2)
    assert delay.seconds == 0.25
    delay.update(0.15, take=0)
    assert delay.seconds == 0.15


def test_a_measured_delay_replaces_the_estimate_until_it_is_forgotten():
    delay = StreamDelay(problem="too quiet")
    delay.measured(0.31)
    delay.update(0.15, take=0)
    assert (delay.seconds, delay.source, delay.problem) == (0.31, MEASURED, "")
    delay.choose(0.2)
    delay.update(0.15, take=0)
    assert (delay.seconds, delay.source) == (0.2, CHOSEN)
    delay.forget()
    delay.update(0.15, take=0)
    assert (delay.seconds, delay.source) == (0.15, ESTIMATED)


def test_only_other_changes_than_by_hand_are_counted():
    delay = StreamDelay()
    delay.update(0.15, take=0)
    delay.update(0.15, take=0)
    assert delay.changes == 1
    delay.choose(0.2)
    assert delay.changes == 1
    delay.measured(0.3)
    assert delay.changes == 2
