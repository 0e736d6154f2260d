"""The live stream: errors never end it, and no model is closed while it processes a frame."""

import threading
import time
import weakref
from fractions import Fraction

import av
import numpy as np
import pytest
from fakes import FakeEstimator, plan_of, pose_at

from pose_demo.io.recorder import Recorder
from pose_demo.live.stream import LiveStream, active_streams
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame, InputError


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
def stream(clock):
    return LiveStream(clock)


# ---- one frame ------------------------------------------------------------------------------------------------------


def test_without_a_plan_the_raw_frame_is_returned(stream):
    frame = camera_frame()
    assert stream.callback(frame) is frame
    assert stream.status().frames == 0 and stream.status().result is None and not stream.status().error


def test_a_processed_frame_keeps_its_time_and_has_the_overlay(stream):
    stream.set_plan(plan_of(FakeEstimator(Estimate((pose_at((20, 20)),)))))
    reply = stream.callback(camera_frame(7))
    assert (reply.pts, reply.time_base) == (21_000, Fraction(1, 90_000))
    assert not np.array_equal(pixels(reply), pixels(camera_frame()))
    assert stream.status().frames == 1 and stream.status().result.persons == 1
    assert stream.status().result.timestamp == pytest.approx(7 / 30)


def test_a_frame_without_a_time_is_processed_too(stream):
    stream.set_plan(plan_of(FakeEstimator()))
    frame = camera_frame()
    frame.pts = None
    stream.callback(frame)
    assert stream.status().frames == 1


@pytest.mark.parametrize("error", [ValueError("no"), MemoryError(), RuntimeError(""), OSError(28, "full"), KeyError(3)])
def test_after_any_error_of_a_model_the_raw_frame_is_returned_and_the_status_has_the_error(stream, error):
    stream.set_plan(plan_of(FakeEstimator(error=error)))
    frame = camera_frame()
    assert stream.callback(frame) is frame
    assert type(error).__name__ in stream.status().error and stream.status().frames == 0


def test_the_next_processed_frame_clears_the_error(stream):
    estimator = FakeEstimator(error=ValueError("no"))
    stream.set_plan(plan_of(estimator))
    stream.callback(camera_frame(0))
    estimator.error = None
    stream.callback(camera_frame(1))
    assert not stream.status().error and stream.status().frames == 1


def test_a_repeated_error_is_logged_once(stream, caplog):
    stream.set_plan(plan_of(FakeEstimator(error=ValueError("no"))))
    for index in range(30):
        stream.callback(camera_frame(index))
    assert len(caplog.records) == 1


def test_a_frame_that_cannot_be_converted_is_returned(stream):
    class Broken:
        def to_ndarray(self, **_):
            raise OSError("unknown pixel format")

    stream.set_plan(plan_of(FakeEstimator()))
    frame = Broken()
    assert stream.callback(frame) is frame and "unknown pixel format" in stream.status().error


def test_the_frame_size_may_change(stream):
    stream.set_plan(plan_of(FakeEstimator()))
    for index, size in enumerate([(64, 48), (48, 64), (640, 480), (2, 2)]):
        assert pixels(stream.callback(camera_frame(index, size))).shape == (size[1], size[0], 3)
    assert stream.status().frames == 4


def test_the_status_follows_the_clock(stream, clock):
    stream.set_plan(plan_of(FakeEstimator()))
    for index in range(11):
        clock.now = 100 + index / 10
        stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), index / 10))
    clock.now += 0.5
    status = stream.status()
    assert (status.fps, status.latency_ms, status.idle_s) == pytest.approx((10, 0, 0.5), abs=1e-6)


# ---- the governor ---------------------------------------------------------------------------------------------------


class SlowEstimator(FakeEstimator):
    """Takes half a second per frame by the test's clock."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def estimate(self, frame, options):
        self.clock.now += 0.5
        return super().estimate(frame, options)


MULTIPOSE = "movenet-multipose"  # its network accepts several input sizes, so there are two levels


@pytest.fixture
def load_slow(monkeypatch, clock):
    """Every model that a plan loads is slow; returns the estimators by model."""
    loaded = {}

    def load(model, options=None, detector="none"):
        loaded[model] = SlowEstimator(clock)
        return loaded[model]

    monkeypatch.setattr("pose_demo.estimators.load", load)
    return loaded


def process(stream, clock, frames):
    for _ in range(frames):
        stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), clock.now))


def settled(stream):
    """Wait for the background thread that prepares another plan."""
    for thread in threading.enumerate():
        if thread.name == "adapt":
            thread.join(10)
    return stream


def test_a_slow_stream_gets_cheaper_settings_without_the_page(stream, clock, load_slow):
    requested = Settings(model=MULTIPOSE)
    stream.request(requested, live=False)
    process(stream, clock, 3)
    assert settled(stream).plan.level == 0 and stream.status().lowered == ()
    process(stream, clock, 8)
    assert settled(stream).plan.level == 1
    assert stream.plan.settings.input_size == 0.75 and stream.plan.requested == requested
    assert stream.status().lowered == ("network input at 75 % of its size",)
    assert len(load_slow) == 1  # the model is the same


def test_the_level_is_kept_for_the_same_workload_only(stream, clock, load_slow):
    stream.request(Settings(model=MULTIPOSE), live=False)
    process(stream, clock, 11)
    assert settled(stream).plan.level == 1
    stream.request(Settings(model=MULTIPOSE, confidence=0.9), live=False)
    assert stream.plan.level == 1 and stream.plan.settings.confidence == 0.9
    stream.request(Settings(model="movenet-thunder"), live=False)
    assert stream.plan.level == 0
    stream.request(Settings(model=MULTIPOSE), live=False)
    assert stream.plan.level == 0


def test_overload_is_reported_when_nothing_can_be_lowered(stream, clock, load_slow):
    stream.request(Settings(), live=False)
    process(stream, clock, 8)
    assert stream.status().overloaded
    stream.restart()
    assert not stream.status().overloaded


def test_when_another_plan_cannot_be_prepared_the_active_one_stays(stream, clock, load_slow, monkeypatch, caplog):
    stream.request(Settings(model=MULTIPOSE), live=False)
    plan = stream.plan

    def fail(*_, **__):
        raise InputError("the file was removed")

    monkeypatch.setattr("pose_demo.live.stream.prepare", fail)
    process(stream, clock, 30)
    assert settled(stream).plan is plan and not stream.status().error
    assert len([record for record in caplog.records if "could not be prepared" in record.message]) == 1


def test_a_closed_stream_is_not_prepared_again(stream, clock, load_slow):
    stream.request(Settings(model=MULTIPOSE), live=False)
    process(stream, clock, 4)
    stream.close()
    stream._prepare_again()
    assert stream.plan is None and load_slow[MULTIPOSE].closes == 1


def test_the_number_of_active_streams_decides_about_threads(clock, load_slow, monkeypatch):
    monkeypatch.delenv("POSE_DEMO_THREADS", raising=False)
    monkeypatch.setattr("pose_demo.live.cpu.cores", lambda: 2)
    monkeypatch.setattr("pose_demo.live.stream.set_pool_size", lambda slots: sizes.append(slots))
    streams, sizes = [1], []
    monkeypatch.setattr("pose_demo.live.stream.active_streams", lambda: streams[0])
    stream = LiveStream(clock)
    stream.request(Settings(), live=True, local=True)
    assert stream.plan.pose.options.threads == 2
    streams[0] = 2
    process(stream, clock, 4)
    assert settled(stream).plan.pose.options.threads == 1 and sizes[-1] == 2


def test_a_stream_is_active_while_it_processes_frames(monkeypatch, clock):
    monkeypatch.setattr("pose_demo.live.stream._streams", weakref.WeakSet())
    streams = [LiveStream(clock) for _ in range(3)]
    for stream in streams[:2]:
        stream.set_plan(plan_of(FakeEstimator()))
        process(stream, clock, 1)
    clock.now += 4
    assert active_streams() == 2
    process(streams[0], clock, 1)
    clock.now += 4
    assert active_streams() == 1
    del stream, streams
    assert active_streams() == 0


# ---- plans are replaced ----------------------------------------------------------------------------------------------


def test_a_replaced_model_is_closed_and_a_kept_one_is_not(stream):
    kept, other = FakeEstimator(), FakeEstimator()
    stream.set_plan(plan_of(kept))
    stream.set_plan(plan_of(kept, confidence=0.9))
    assert kept.closes == 0
    stream.set_plan(plan_of(other))
    assert (kept.closes, other.closes) == (1, 0)


def test_a_closed_stream_passes_frames_through(stream):
    estimator = FakeEstimator()
    stream.set_plan(plan_of(estimator))
    stream.close()
    stream.close()
    frame = camera_frame()
    assert stream.callback(frame) is frame and estimator.closes == 1 and stream.plan is None


def test_a_new_connection_starts_at_zero(stream):
    estimator = FakeEstimator()
    stream.set_plan(plan_of(estimator))
    stream.callback(camera_frame(100))
    estimator.error = ValueError("no")
    stream.callback(camera_frame(101))
    stream.restart()
    status = stream.status()
    assert (status.frames, status.result, status.idle_s, status.error) == (0, None, None, "")
    assert estimator.resets == 1 and estimator.closes == 0


def test_a_restart_without_a_plan_does_nothing(stream):
    stream.restart()
    assert stream.status().frames == 0


class LifetimeChecker(FakeEstimator):
    """Records when it is closed while it processes a frame, or used after it was closed."""

    def __init__(self, violations):
        super().__init__()
        self.violations, self.working = violations, False

    def estimate(self, frame, settings):
        self.working = True
        if self.closes:
            self.violations.append("used after close")
        time.sleep(0.0005)
        if self.closes:
            self.violations.append("closed while processing")
        self.working = False
        return super().estimate(frame, settings)


def test_models_replaced_during_a_stream_are_closed_once_after_their_last_frame():
    stream, violations, stop = LiveStream(), [], threading.Event()

    def video_thread():
        index = 0
        while not stop.is_set():
            stream.callback(camera_frame(index))
            index += 1

    models = [LifetimeChecker(violations) for _ in range(40)]
    stream.set_plan(plan_of(models[0]))
    video = threading.Thread(target=video_thread)
    video.start()
    for model in models[1:]:
        time.sleep(0.003)
        stream.set_plan(plan_of(model))
        if model is models[20]:
            stream.restart()
    stream.close()
    stop.set()
    video.join(10)
    assert not video.is_alive() and not violations
    assert [model.closes for model in models] == [1] * 40
    assert sum(bool(model.seen) for model in models) > 20  # frames were processed meanwhile


def test_a_new_connection_ends_the_recording_of_the_last_one():
    stream = LiveStream()
    stream.recorder = Recorder(limit=60)
    stream.restart()
    assert not stream.recorder.running
    stream.recorder.close()
