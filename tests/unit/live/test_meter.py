"""The meter, with a simulated clock."""

import pytest
from fakes import FakeClock

from pose_demo.live.meter import Meter


@pytest.fixture
def clock():
    return FakeClock()


def process_frame(meter, clock, timestamp, start, end):
    clock.now = start
    meter.frame_started(timestamp)
    clock.now = end
    meter.frame_finished(timestamp)


def test_before_the_first_frame_everything_is_zero(clock):
    meter = Meter(clock)
    assert (meter.frames, meter.fps, meter.latency_ms, meter.idle_s) == (0, 0.0, 0.0, None)


def test_latency_is_relative_to_the_fastest_arrival(clock):
    meter = Meter(clock)
    process_frame(meter, clock, 0.0, start=100.0, end=100.02)
    assert meter.latency_ms == pytest.approx(20)
    process_frame(meter, clock, 0.1, start=100.15, end=100.2)  # 50 ms in a queue, 50 ms of processing
    assert meter.latency_ms == pytest.approx(100)
    process_frame(meter, clock, 0.2, start=100.19, end=100.21)  # faster than all before: the new reference
    assert meter.latency_ms == pytest.approx(20)
    process_frame(meter, clock, 0.3, start=100.30, end=100.32)
    assert meter.latency_ms == pytest.approx(30)


def test_latency_stays_right_when_the_times_of_the_frames_jump(clock):
    meter = Meter(clock)
    for start, timestamp in ((100.0, 0.0), (100.1, 47_000.0), (100.2, 0.1), (100.3, 0.2)):
        process_frame(meter, clock, timestamp, start=start, end=start + 0.02)
        assert meter.latency_ms == pytest.approx(20)


def test_every_camera_frame_counts_as_received(clock):
    meter = Meter(clock)
    assert (meter.received, meter.silent_s) == (0, None)
    meter.frame_received()
    clock.now += 3
    assert (meter.received, meter.silent_s, meter.frames) == (1, 3, 0)


def test_the_frame_rate_is_averaged_over_two_seconds(clock):
    meter = Meter(clock)
    for index in range(100):
        process_frame(meter, clock, index / 25, start=100 + index / 25, end=100 + index / 25)
    assert meter.frames == 100 and meter.fps == pytest.approx(25)
    clock.now += 1.5
    assert meter.fps == pytest.approx(25)
    clock.now += 1.0
    assert meter.fps == 0.0 and meter.idle_s == pytest.approx(2.5)


def test_busy_is_the_fraction_of_time_spent_on_processing(clock):
    meter = Meter(clock)
    assert meter.busy == 0.0
    process_frame(meter, clock, 0.0, start=100.0, end=100.1)
    assert meter.busy == pytest.approx(1.0)
    process_frame(meter, clock, 0.5, start=100.5, end=100.6)
    assert meter.busy == pytest.approx(0.2 / 0.6)
    process_frame(meter, clock, 9.0, start=109.0, end=109.3)  # frames older than two seconds do not count
    assert meter.busy == pytest.approx(1.0)


def test_a_single_frame_has_no_frame_rate(clock):
    meter = Meter(clock)
    process_frame(meter, clock, 0.0, 100.0, 100.1)
    assert meter.fps == 0.0
