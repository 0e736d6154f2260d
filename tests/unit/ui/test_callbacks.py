"""Callbacks have their effect once, although Streamlit may stop them where they use ``st``, and start them again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pose_demo.settings import Settings
from pose_demo.ui import sidebar, state
from pose_demo.ui.explore import compare as explore_compare
from pose_demo.ui.explore import footage
from pose_demo.ui.once import Once
from pose_demo.ui.panels import compare, hints

A, B = Settings(), Settings(model="movenet-thunder")


class InterruptedState(dict):
    """Session state whose access number ``stop`` stops the callback."""

    def __init__(self, values, stop):
        super().__init__(values)
        self.left = stop

    def _count(self):
        self.left -= 1
        if self.left == 0:
            raise StopException

    def __getitem__(self, key):
        self._count()
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        self._count()
        super().__setitem__(key, value)


@pytest.fixture
def restarted(monkeypatch):
    """``restarted(make, values)`` stops a callback at each access to the state, restarts it, yields the state."""

    def run(make, values):
        for stop in range(1, 20):
            entries = InterruptedState(deepcopy(values), stop)
            monkeypatch.setattr(st, "session_state", entries)
            callback, effect = make()
            try:
                callback()
                return
            except StopException:
                callback()
            yield entries, effect

    return run


def stopped_once():
    return Mock(side_effect=[StopException, None])


def test_swapped_settings_are_those_that_were_shown(monkeypatch):
    monkeypatch.setattr(state, "apply", stopped_once())
    comparison = SimpleNamespace(settings=B)
    comparison.start = lambda settings: setattr(comparison, "settings", settings)
    session = SimpleNamespace(comparison=comparison)
    with pytest.raises(StopException):
        compare._swap(session, A, B)
    compare._swap(session, A, B)
    assert comparison.settings == A and [call.args for call in state.apply.call_args_list] == [(B,), (B,)]


def test_a_comparison_on_footage_is_swapped_once(monkeypatch):
    monkeypatch.setattr(state, "apply", stopped_once())
    job = SimpleNamespace(a=A, b=B, swap=Mock())
    with pytest.raises(StopException):
        explore_compare._swap(job)
    explore_compare._swap(job)
    assert job.swap.call_count == 1 and [call.args for call in state.apply.call_args_list] == [(B,), (B,)]


def test_a_hint_that_is_pressed_sets_what_it_said(monkeypatch):
    monkeypatch.setattr(state, "apply", stopped_once())
    monkeypatch.setattr(state, "current_settings", lambda: A)
    with pytest.raises(StopException):
        hints._apply({"model": "movenet-thunder"})
    hints._apply({"model": "movenet-thunder"})
    assert [call.args for call in state.apply.call_args_list] == [(B,), (B,)]


def test_a_clip_is_kept_once_and_reported(monkeypatch):
    monkeypatch.setattr(st, "toast", stopped_once())
    clips = Mock(add_frames=Mock(return_value=SimpleNamespace(name="live video", duration=20.0)))
    add = footage.live_clip(Mock(footage=clips))
    with pytest.raises(StopException):
        footage.keep(add)
    footage.keep(add)
    assert clips.add_frames.call_count == 1 and st.toast.call_count == 2


def test_uploads_are_added_once(restarted):
    def make():
        add = Mock(return_value=[])
        return partial(footage._add_uploads, 3, Once(add)), add

    for entries, add in restarted(make, {"footage-round": 3}):
        assert add.call_count == 1 and dict.get(entries, "footage-round") == 4


def test_an_item_is_added_once_and_its_problem_is_noted(restarted):
    def make():
        add = Mock(return_value=["it is not a video"])
        return partial(footage._note, Once(add)), add

    for entries, add in restarted(make, {}):
        assert add.call_count == 1 and dict.get(entries, "footage-problem") == "it is not a video"


def test_requests_at_the_same_time_add_once():
    calls, both = [], threading.Barrier(2, timeout=10)

    def add():
        calls.append(1)
        time.sleep(0.05)
        return "clip"

    def request():
        both.wait()
        return once()

    once = Once(add)
    with ThreadPoolExecutor(2) as threads:
        results = [future.result() for future in [threads.submit(request) for _ in range(2)]]
    assert results == ["clip", "clip"] and len(calls) == 1


def test_a_failed_call_does_not_count():
    once = Once(Mock(side_effect=[StopException, "clip"]))
    with pytest.raises(StopException):
        once()
    assert once() == "clip" == once()


def test_an_effect_moves_up_by_one(restarted):
    values = {"effects": ["a", "b", "c"]}
    for entries, _ in restarted(lambda: (lambda: sidebar._move_up(2), None), values):
        assert dict.get(entries, "effects") == ["a", "c", "b"]


def test_one_moment_is_skipped_at_a_time(restarted, monkeypatch):
    monkeypatch.setattr(explore_compare, "largest_moments", lambda *_: [5, 3, 9])
    monkeypatch.setattr(explore_compare, "_seconds", lambda job, index: index)
    job = Mock()
    values = {explore_compare._RANK: 0, explore_compare._POSITION: 0.0}
    for entries, _ in restarted(lambda: (lambda: explore_compare._go_to_next(job), None), values):
        assert dict.get(entries, explore_compare._RANK) == 1 and dict.get(entries, explore_compare._POSITION) == 3
