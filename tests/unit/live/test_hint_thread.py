"""The thread of hints: what it looks at, what it costs, and when it ends."""

from __future__ import annotations

import threading
import weakref
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of, result_of
from persons import FakeDetector, person

from pose_demo.live import hint_thread
from pose_demo.live.hint_thread import HintThread, Observation, load_detector, observe_stream
from pose_demo.live.stream import LiveStream
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame

LEFT, RIGHT = person(50, 100, 100, 300), person(400, 100, 100, 300)
SIZE = (640, 480)


@pytest.fixture
def detector():
    return FakeDetector(lambda image: (LEFT, RIGHT))


@pytest.fixture
def hints(detector, monkeypatch):
    """Without a thread, so that the test looks."""
    monkeypatch.setattr(HintThread, "_start", lambda self: None)
    return HintThread(FakeClock(), lambda: detector)


def observation(**settings):
    frame = Frame(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    return Observation(replace(result_of(LEFT, size=SIZE), source=frame), Settings.from_dict(settings))


def test_a_hint_is_about_the_settings_on_the_page(hints):
    observe = observation
    assert hints.poll(observe) is None
    assert hints.look() and hints.look()
    assert hints.poll(observe).text == "1 more person: show them"
    assert hints.poll(partial(observation, model="movenet-thunder")) is None
    assert hints.poll(partial(observation, detector="movenet-multipose")) is None
    assert hints.poll(lambda: None) is None


def test_other_settings_need_two_looks_of_their_own(hints):
    hints.poll(observation)
    hints.look()
    thunder = partial(observation, model="movenet-thunder")
    hints.poll(thunder)
    hints.look()
    assert hints.poll(thunder) is None
    hints.look()
    assert hints.poll(thunder)


@pytest.mark.parametrize(
    "observe",
    [
        partial(observation, detector="movenet-multipose"),
        partial(observation, model="movenet-multipose"),
        partial(observation, model="yolov3-tiny"),
        lambda: None,
    ],
    ids=["detector", "several persons", "boxes", "nothing"],
)
def test_where_hints_do_not_apply_nothing_is_looked_at_and_no_network_is_kept(hints, detector, observe):
    hints.poll(observation)
    hints.look()
    hints.poll(observe)
    before, kept = detector.looks, weakref.ref(detector)
    assert not hints.look() and detector.looks == before
    assert hints.poll(observation) is None
    assert hints._detector is None and kept() is detector


def test_without_the_weights_there_is_no_hint_and_no_error(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    monkeypatch.setattr(HintThread, "_start", lambda self: None)
    hints = HintThread(FakeClock())
    assert load_detector() is None
    hints.poll(observation)
    assert not hints.look() and not hints.look()
    assert hints.poll(observation) is None and not caplog.records and not list(tmp_path.iterdir())


def test_no_frame_is_kept_after_a_look(hints):
    class Image(np.ndarray):
        """An array that can be referenced weakly."""

    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8).view(Image)
    frame = Frame(image)
    seen = [Observation(replace(result_of(LEFT, size=SIZE), source=frame), Settings())]
    kept = weakref.ref(image)
    hints.poll(lambda: seen[0] if seen else None)
    hints.look()
    seen.clear()
    del image, frame
    assert kept() is None


# ---- what a stream shows ---------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stream(clock):
    stream = LiveStream(clock)
    stream.set_plan(plan_of(FakeEstimator(Estimate((LEFT,)))))
    stream.process_frame(Frame(np.zeros((SIZE[1], SIZE[0], 3), np.uint8), clock.now))
    return stream


def test_a_running_stream_is_observed(stream):
    seen = observe_stream(stream)
    assert seen.result.persons == 1 and seen.settings == stream.plan.settings


def test_a_stream_that_stands_still_is_not_observed(stream, clock):
    clock.now += 2
    assert observe_stream(stream) is None


def test_a_stream_without_a_frame_or_a_plan_is_not_observed(stream):
    stream.restart()
    assert observe_stream(stream) is None
    stream.close()
    assert observe_stream(stream) is None


@pytest.mark.parametrize("change", ["level", "overloaded", "another model"])
def test_a_machine_that_is_too_slow_gets_no_looks(stream, monkeypatch, change):
    if change == "level":
        stream.set_plan(replace(stream.plan, level=1))
    elif change == "overloaded":
        stream._governor.overloaded = True
    else:
        stream.set_plan(replace(stream.plan, pose=replace(stream.plan.pose, model="movenet-thunder")))
        stream._result = replace(stream._result, model="movenet-lightning")
    assert observe_stream(stream) is None


# ---- the thread ------------------------------------------------------------------------------------------------------


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(hint_thread, "_INTERVAL_S", 0.002)
    monkeypatch.setattr(hint_thread, "_PAUSE_S", 0.001)


def test_the_thread_looks_while_the_page_asks_and_ends_when_it_is_gone(fast, clock, detector):
    hints = HintThread(clock, lambda: detector)
    looked = threading.Event()
    detector.persons = lambda image: looked.set() or (LEFT, RIGHT)
    hints.poll(observation)
    thread = hints._thread
    assert looked.wait(10)
    hints.poll(observation)
    assert hints._thread is thread
    clock.now += 11
    thread.join(10)
    assert not thread.is_alive() and hints._detector is None and hints._observe() is None
    hints.poll(observation)
    assert hints._thread is not thread and hints._thread.is_alive()
    hints.close()
    hints._thread.join(10)
    assert not hints._thread.is_alive()


def test_a_closed_one_starts_no_thread(clock, detector):
    hints = HintThread(clock, lambda: detector)
    hints.close()
    hints.poll(observation)
    assert hints._thread is None


class BusyLock:
    """A lock that another thread holds at the first attempts."""

    def __init__(self, busy, looks):
        self.busy, self.looks, self.looks_when_taken = busy, looks, []
        self.released = threading.Event()

    def acquire(self, timeout):
        self.looks_when_taken.append(self.looks())
        self.busy -= 1
        return self.busy < 0

    def release(self):
        self.released.set()


def test_a_thread_waits_for_the_look_of_another_stream(fast, clock, detector, monkeypatch):
    lock = BusyLock(3, lambda: detector.looks)
    monkeypatch.setattr(hint_thread, "_looking", lock)
    hints = HintThread(clock, lambda: detector)
    hints.poll(observation)
    assert lock.released.wait(10)
    hints.close()
    hints._thread.join(10)
    assert lock.looks_when_taken[:4] == [0, 0, 0, 0] and detector.looks >= 1


def test_a_look_that_fails_is_logged_once_and_ends_the_hints(fast, clock, caplog):
    def fail(image):
        raise RuntimeError("no memory")

    hints = HintThread(clock, lambda: FakeDetector(fail))
    hints.poll(observation)
    thread = hints._thread
    thread.join(10)
    assert not thread.is_alive() and hints.poll(observation) is None
    assert hints._thread is thread and len(caplog.records) == 1
