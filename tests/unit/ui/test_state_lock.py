"""Two script runners of a page, one of which comes to its end, do not use the session state at the same time."""

from __future__ import annotations

import threading

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from pose_demo.ui import state_lock


@pytest.fixture
def runners(monkeypatch):
    """The state of one page for two runners; the first is in the middle of its callbacks until it is released."""
    monkeypatch.setattr(SafeSessionState, "__init__", state_lock._create)
    inside, release = threading.Event(), threading.Event()

    class SlowState(SessionState):
        def on_script_will_rerun(self, *_, **__):
            inside.set()
            release.wait(10)

        def on_script_finished(self, *_, **__):
            finished.set()

    finished = threading.Event()

    def make():
        state = SlowState()
        first, second = (SafeSessionState(state, lambda: None) for _ in range(2))
        threads = [
            threading.Thread(target=lambda: first.on_script_will_rerun(None)),
            threading.Thread(target=lambda: second.on_script_finished(frozenset())),
        ]
        threads[0].start()
        assert inside.wait(10)
        threads[1].start()
        early = finished.wait(0.3)
        release.set()
        for thread in threads:
            thread.join(10)
        return early, finished.is_set()

    return make


def test_the_second_waits_for_the_first(runners):
    state_lock.share()
    assert runners() == (False, True)


def test_streamlit_alone_lets_both_in(runners):
    assert runners() == (True, True), "Streamlit has mended it: remove pose_demo/ui/state_lock.py"


def test_other_pages_have_other_locks(monkeypatch):
    monkeypatch.setattr(SafeSessionState, "__init__", state_lock._create)
    state_lock.share()
    first, second = (SafeSessionState(SessionState(), lambda: None) for _ in range(2))
    assert first._lock is not second._lock
