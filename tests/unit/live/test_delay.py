"""The delay of a stream: estimated between takes, measured, or set by hand."""

from dataclasses import replace

import dance_streams
import numpy as np
import pytest
from fakes import FakeEstimator, plan_of

from pose_demo.live.delay import CHOSEN, ESTIMATED, MEASURED, DriftingDelay, StreamDelay, estimate
from pose_demo.live.stream import LiveStream
from pose_demo.types import Frame


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


def calibrated(round_trips=(5.30, 5.31, 5.9)):
    """A delay that was measured while the round trips, with an unknown constant, were those."""
    delay = StreamDelay()
    delay.observe(9.0)  # before the claps
    delay.begin_calibration(deadline=30.0)
    for seconds in round_trips:
        delay.observe(seconds)
    delay.measured(0.3)
    return delay


def test_after_a_calibration_the_drift_of_the_round_trip_is_known():
    delay = calibrated()
    assert (delay.seconds, delay.drift) == (0.3, 0.0)
    delay.observe(5.37)
    assert delay.drift == pytest.approx(0.06)
    delay.observe(5.25)
    assert delay.drift == pytest.approx(-0.06)


def test_without_a_calibration_of_the_connection_there_is_no_drift():
    for delay in (StreamDelay(), calibrated(()), calibrated()):
        delay.reconnect()
        delay.observe(5.4)
        assert delay.drift == 0
    jumped, chosen, forgotten = calibrated(), calibrated(), calibrated()
    jumped.observe(7.0)
    for delay in (chosen, forgotten):
        delay.observe(5.4)
    chosen.choose(0.2)
    forgotten.forget()
    for delay in (chosen, forgotten):
        assert delay.drift == 0
        delay.observe(5.4)
    assert [delay.drift for delay in (jumped, chosen, forgotten)] == [0, 0, 0]


def test_the_delay_of_the_frames_follows_the_drift_without_jumps():
    plan = replace(plan_of(FakeEstimator()), dance=dance_streams.plan(delay=0.2))
    delay = DriftingDelay()
    assert delay.applied(plan, 0.15, 10.0) is plan
    found = [delay.applied(plan, 0.15, 10 + 0.1 * k).dance.delay for k in range(1, 9)]
    assert found == pytest.approx([0.23, 0.26, 0.29, 0.32, 0.35, 0.35, 0.35, 0.35])
    changed = delay.applied(plan, 0.15, 11.0)
    assert changed.dance.continues(plan.dance) and changed.dance.passages is plan.dance.passages
    for other in (replace(plan, dance=None), replace(plan, dance=replace(plan.dance, calibration=True))):
        assert delay.applied(other, 0.15, 12.0) is other


def test_a_take_is_measured_with_the_delay_of_its_frames():
    """The same person, in a stream whose round trip is 80 ms longer than when it was measured."""
    performances = []
    for drift in (0.0, 0.08):
        stream = LiveStream()
        stream.drift = drift
        stream.set_plan(replace(plan_of(FakeEstimator()), dance=dance_streams.plan(delay=0.1)))
        image = np.zeros((12, 16, 3), np.uint8)
        states = [stream.process_frame(Frame(image, float(time))).dance for time in dance_streams.steady(10)]
        performances.append(states[-1].performance)
    first, second = (it.timestamps for it in performances)
    assert np.median(first - second[: len(first)]) == pytest.approx(0.08, abs=1e-3)
    stream.restart()
    assert stream.drift == 0
