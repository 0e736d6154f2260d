"""The live stream prepares other plans by itself: for the governor's level, and for the number of active streams."""

import threading
import weakref

import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of

from pose_demo.live.stream import LiveStream, active_streams
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import Frame, InputError


@pytest.fixture(autouse=True)
def no_other_streams(monkeypatch):
    """Streams that earlier tests of this process left behind do not count as active."""
    monkeypatch.setattr("pose_demo.live.stream._streams", weakref.WeakSet())


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stream(clock):
    return LiveStream(clock)


class SlowEstimator(FakeEstimator):
    """Takes half a second per frame by the test's clock."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.duration = clock, 0.5

    def estimate(self, frame, options):
        self.clock.now += self.duration
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
    assert stream.plan.settings.input_size == 0.75 and stream.plan.requested_settings == requested
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


def test_another_workload_starts_at_level_0_and_stays_there_until_it_is_measured(stream, clock, load_slow):
    stream.request(Settings(model=MULTIPOSE), live=False)
    process(stream, clock, 11)
    assert settled(stream).plan.level == 1
    stream.request(Settings(model="yolov3-tiny"), live=False)  # it has two levels as well
    assert stream.plan.level == 0 and stream.plan.levels_left == 2
    process(stream, clock, 4)
    assert settled(stream).plan.level == 0


def test_every_plan_of_a_request_has_its_uploads_and_its_source(stream, clock, load_slow):
    uploads = Uploads()
    stream.request(Settings(model=MULTIPOSE), uploads, live=True)
    assert stream.plan.uploads is uploads and stream.plan.live
    process(stream, clock, 11)
    assert settled(stream).plan.level == 1
    assert stream.plan.uploads is uploads and stream.plan.live


def test_another_plan_is_considered_once_a_second(stream, clock, load_slow, monkeypatch):
    stream.request(Settings(), live=False)
    checks = []
    monkeypatch.setattr("pose_demo.live.cpu.cores", lambda: checks.append(clock.now) or 2)
    for _ in range(40):
        clock.now += 0.1
        load_slow["movenet-lightning"].duration = 0.0
        process(stream, clock, 1)
        settled(stream)
    assert 3 <= len(checks) <= 5  # in 4 seconds


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
    for _ in range(30):
        process(stream, clock, 1)
        settled(stream)
    assert stream.plan is plan and not stream.status().error
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
