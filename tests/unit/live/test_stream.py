"""The seam between two threads: the stream goes on whatever happens, and no model is closed during its frame."""

import threading
import time
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from fakes import Scripted, plan_of, pose_at

from pose_demo.io.recorder import Recording
from pose_demo.live.governor import steps
from pose_demo.live.stream import Live, Meter
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame


def camera_frame(index=0, size=(64, 48), level=90):
    frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), level, np.uint8), format="rgb24")
    frame.pts, frame.time_base = index * 3000, Fraction(1, 90_000)
    return frame


def pixels(frame):
    return frame.to_ndarray(format="rgb24")


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(clock):
    return Live(clock)


# ---- the meter ------------------------------------------------------------------------------------------------------


def pass_frame(meter, clock, timestamp, arrives, done):
    clock.now = arrives
    meter.arrived(timestamp)
    clock.now = done
    meter.finished(timestamp)


def test_before_the_first_frame_the_meter_knows_nothing(clock):
    meter = Meter(clock)
    assert (meter.frames, meter.fps, meter.age_ms, meter.silent_s) == (0, 0.0, 0.0, None)


def test_a_frames_age_counts_from_when_it_could_have_arrived_at_best(clock):
    meter = Meter(clock)
    pass_frame(meter, clock, 0.0, arrives=100.0, done=100.02)
    assert meter.age_ms == pytest.approx(20)
    pass_frame(meter, clock, 0.1, arrives=100.15, done=100.2)  # 50 ms in a queue, 50 ms of work
    assert meter.age_ms == pytest.approx(100)
    pass_frame(meter, clock, 0.2, arrives=100.19, done=100.21)  # quicker than any before: the new yardstick
    assert meter.age_ms == pytest.approx(20)
    pass_frame(meter, clock, 0.3, arrives=100.30, done=100.32)
    assert meter.age_ms == pytest.approx(30)


def test_frames_per_second_are_those_of_the_last_two_seconds(clock):
    meter = Meter(clock)
    for index in range(100):
        pass_frame(meter, clock, index / 25, arrives=100 + index / 25, done=100 + index / 25)
    assert meter.frames == 100 and meter.fps == pytest.approx(25)
    clock.now += 1.5
    assert meter.fps == pytest.approx(25)
    clock.now += 1.0
    assert meter.fps == 0.0 and meter.silent_s == pytest.approx(2.5)


def test_busy_is_the_share_of_the_time_that_was_worked(clock):
    meter = Meter(clock)
    assert meter.busy == 0.0
    pass_frame(meter, clock, 0.0, arrives=100.0, done=100.1)
    assert meter.busy == pytest.approx(1.0)
    pass_frame(meter, clock, 0.5, arrives=100.5, done=100.6)
    assert meter.busy == pytest.approx(0.2 / 0.6)
    pass_frame(meter, clock, 9.0, arrives=109.0, done=109.3)  # what is longer ago than two seconds does not count
    assert meter.busy == pytest.approx(1.0)


def test_one_frame_alone_has_no_rate(clock):
    meter = Meter(clock)
    pass_frame(meter, clock, 0.0, 100.0, 100.1)
    assert meter.fps == 0.0


# ---- one frame ------------------------------------------------------------------------------------------------------


def test_without_a_plan_the_raw_frame_goes_back(live):
    frame = camera_frame()
    assert live.callback(frame) is frame
    assert live.status().frames == 0 and live.status().result is None and not live.status().error


def test_a_processed_frame_keeps_its_time_and_shows_what_was_found(live):
    live.use(plan_of(Scripted(Estimate((pose_at((20, 20)),)))))
    reply = live.callback(camera_frame(7))
    assert (reply.pts, reply.time_base) == (21_000, Fraction(1, 90_000))
    assert not np.array_equal(pixels(reply), pixels(camera_frame()))
    assert live.status().frames == 1 and live.status().result.persons == 1
    assert live.status().result.timestamp == pytest.approx(7 / 30)


def test_a_frame_without_a_time_is_processed_too(live):
    live.use(plan_of(Scripted()))
    frame = camera_frame()
    frame.pts = None
    live.callback(frame)
    assert live.status().frames == 1


@pytest.mark.parametrize("error", [ValueError("no"), MemoryError(), RuntimeError(""), OSError(28, "full"), KeyError(3)])
def test_whatever_a_model_raises_the_raw_frame_goes_back_and_the_page_is_told(live, error):
    live.use(plan_of(Scripted(error=error)))
    frame = camera_frame()
    assert live.callback(frame) is frame
    assert type(error).__name__ in live.status().error and live.status().frames == 0


def test_an_error_is_forgotten_with_the_next_good_frame(live):
    estimator = Scripted(error=ValueError("no"))
    live.use(plan_of(estimator))
    live.callback(camera_frame(0))
    estimator.error = None
    live.callback(camera_frame(1))
    assert not live.status().error and live.status().frames == 1


def test_the_same_error_thirty_times_a_second_is_logged_once(live, caplog):
    live.use(plan_of(Scripted(error=ValueError("no"))))
    for index in range(30):
        live.callback(camera_frame(index))
    assert len(caplog.records) == 1


def test_a_frame_that_cannot_even_be_read_goes_back(live):
    class Broken:
        def to_ndarray(self, **_):
            raise OSError("unknown pixel format")

    live.use(plan_of(Scripted()))
    frame = Broken()
    assert live.callback(frame) is frame and "unknown pixel format" in live.status().error


def test_frames_that_change_their_size_pass(live):
    live.use(plan_of(Scripted()))
    for index, size in enumerate([(64, 48), (48, 64), (640, 480), (2, 2)]):
        assert pixels(live.callback(camera_frame(index, size))).shape == (size[1], size[0], 3)
    assert live.status().frames == 4


def test_the_status_follows_the_clock(live, clock):
    live.use(plan_of(Scripted()))
    for index in range(11):
        clock.now = 100 + index / 10
        live.feed(Frame(np.zeros((48, 64, 3), np.uint8), index / 10))
    clock.now += 0.5
    status = live.status()
    assert (status.fps, status.age_ms, status.silent_s) == pytest.approx((10, 0, 0.5), abs=1e-6)


# ---- the governor ---------------------------------------------------------------------------------------------------


class Slow(Scripted):
    """Takes half a second a frame by the test's clock."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def estimate(self, frame, settings):
        self.clock.now += 0.5
        return super().estimate(frame, settings)


MANY = "movenet-multipose"


def governed_plan(estimator, taken=0, **settings):
    chosen = Settings.from_dict(settings)
    way = (chosen, *steps(chosen, lambda model: True))
    reserve = len(way) - 1 - taken
    return replace(plan_of(estimator), settings=way[taken], chosen=chosen, taken=taken, reserve=reserve)


def feed(live, clock, frames):
    for _ in range(frames):
        live.feed(Frame(np.zeros((48, 64, 3), np.uint8), clock.now))


def test_a_stream_that_is_too_slow_asks_for_less(live, clock):
    live.use(governed_plan(Slow(clock), model=MANY))
    feed(live, clock, 3)
    assert live.steps_for(Settings(model=MANY)) == 0
    feed(live, clock, 5)
    assert live.steps_for(Settings(model=MANY)) == 1 and live.status().lowered == ()
    live.use(governed_plan(Slow(clock), model=MANY, taken=1))
    assert live.status().lowered == ("the net's input has 75 % of its usual size",)


def test_what_was_learnt_holds_for_the_same_task_only(live, clock):
    live.use(governed_plan(Slow(clock), model=MANY))
    feed(live, clock, 8)
    assert (
        live.steps_for(Settings(model=MANY, confidence=0.9)) == 1
        and live.steps_for(Settings(model="movenet-thunder")) == 0
    )
    live.use(governed_plan(Slow(clock), model=MANY, confidence=0.9))
    assert live.steps_for(Settings(model=MANY, confidence=0.9)) == 1
    live.use(governed_plan(Slow(clock), model="movenet-thunder"))
    assert live.steps_for(Settings(model="movenet-thunder")) == 0


def test_a_stream_that_cannot_hold_the_rate_says_so(live, clock):
    live.use(governed_plan(Slow(clock)))  # nothing can be lowered
    feed(live, clock, 8)
    assert live.status().short
    live.restart()
    assert not live.status().short


# ---- plans come and go ----------------------------------------------------------------------------------------------


def test_a_replaced_model_is_closed_and_a_kept_one_is_not(live):
    kept, other = Scripted(), Scripted()
    live.use(plan_of(kept))
    live.use(plan_of(kept, confidence=0.9))
    assert kept.closes == 0
    live.use(plan_of(other))
    assert (kept.closes, other.closes) == (1, 0)


def test_closed_the_stream_passes_frames_through(live):
    estimator = Scripted()
    live.use(plan_of(estimator))
    live.close()
    live.close()
    frame = camera_frame()
    assert live.callback(frame) is frame and estimator.closes == 1 and live.plan is None


def test_a_new_connection_begins_at_zero(live):
    estimator = Scripted()
    live.use(plan_of(estimator))
    live.callback(camera_frame(100))
    estimator.error = ValueError("no")
    live.callback(camera_frame(101))
    live.restart()
    status = live.status()
    assert (status.frames, status.result, status.silent_s, status.error) == (0, None, None, "")
    assert estimator.resets == 1 and estimator.closes == 0


def test_restarted_without_a_plan_nothing_happens(live):
    live.restart()
    assert live.status().frames == 0


class Watched(Scripted):
    """Notes when it is closed during its frame, or asked for a frame when it is closed."""

    def __init__(self, complaints):
        super().__init__()
        self.complaints, self.working = complaints, False

    def estimate(self, frame, settings):
        self.working = True
        if self.closes:
            self.complaints.append("a frame after close")
        time.sleep(0.0005)
        if self.closes:
            self.complaints.append("closed during its frame")
        self.working = False
        return super().estimate(frame, settings)


def test_models_change_while_frames_flow_and_each_is_closed_once_after_its_last_frame():
    live, complaints, stop = Live(), [], threading.Event()

    def stream():
        index = 0
        while not stop.is_set():
            live.callback(camera_frame(index))
            index += 1

    models = [Watched(complaints) for _ in range(40)]
    live.use(plan_of(models[0]))
    video = threading.Thread(target=stream)
    video.start()
    for model in models[1:]:
        time.sleep(0.003)
        live.use(plan_of(model))
        if model is models[20]:
            live.restart()
    live.close()
    stop.set()
    video.join(10)
    assert not video.is_alive() and not complaints
    assert [model.closes for model in models] == [1] * 40
    assert sum(bool(model.seen) for model in models) > 20  # it did stream meanwhile


def test_a_new_connection_ends_the_recording_of_the_last_one():
    live = Live()
    live.recording = Recording(limit=60)
    live.restart()
    assert not live.recording.running
    live.recording.close()
