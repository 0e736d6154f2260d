"""The thread that releases the sessions of pages that are gone."""

from __future__ import annotations

import threading
import time

import pytest

from pose_demo.live import prometheus
from pose_demo.ui.watch import Watch


@pytest.fixture(autouse=True)
def collections(monkeypatch):
    """The times at which memory was collected."""
    times = []
    monkeypatch.setattr("pose_demo.live.memory.release", lambda: times.append(time.monotonic()))
    return times


class FakeSession:
    """Closes itself after some calls; may fail in each."""

    def __init__(self, calls, error=None):
        self.closed, self.calls, self.error = False, calls, error

    def release(self):
        self.calls -= 1
        self.closed = not self.calls
        if self.error:
            raise self.error
        return self.closed


def _wait_for_the_end():
    end = time.monotonic() + 5
    while [thread for thread in threading.enumerate() if thread.name == "sessions"]:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_sessions_are_called_until_they_are_closed_and_then_the_thread_ends():
    watch, sessions = Watch(0.005), [FakeSession(3), FakeSession(1)]
    for session in sessions:
        watch.add(session)
    _wait_for_the_end()
    assert [session.calls for session in sessions] == [0, 0]


def test_the_thread_begins_again_with_another_session():
    watch = Watch(0.005)
    for _ in range(2):
        session = FakeSession(1)
        watch.add(session)
        _wait_for_the_end()
        assert session.closed


def test_a_session_that_fails_does_not_keep_the_others(caplog):
    watch, failing, session = Watch(0.005), FakeSession(2, ValueError("no")), FakeSession(2)
    watch.add(failing)
    watch.add(session)
    _wait_for_the_end()
    assert session.closed and len(caplog.records) == 2


def test_open_pages_are_counted():
    watch = Watch(0.005)
    for calls in (40, 1000):
        watch.add(session := FakeSession(calls))
    assert prometheus.registry.get_sample_value("pose_demo_pages") == 2
    session.calls = 1
    _wait_for_the_end()
    assert prometheus.registry.get_sample_value("pose_demo_pages") == 0


def test_memory_is_collected_when_a_session_has_released_something(collections):
    Watch(0.005).add(FakeSession(3))
    _wait_for_the_end()
    assert len(collections) == 3  # also what is deleted a little later


def test_memory_is_collected_every_ten_rounds_while_a_page_is_open(collections):
    Watch(0.005).add(FakeSession(45))
    _wait_for_the_end()
    assert len(collections) == 4 + 3
