"""The kiosk on the page: the next preset, and nothing of a visitor for the next one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from fakes import result_of
from streamlit.testing.v1 import AppTest

from pose_demo.game.matcher import GameState
from pose_demo.live.kiosk import Kiosk
from pose_demo.live.stream import LiveStream
from pose_demo.ui import state
from pose_demo.ui.components import window
from pose_demo.ui.presets import PRESETS


def _page():
    import streamlit as st

    from pose_demo.settings import Settings
    from pose_demo.ui import share
    from pose_demo.ui.panels import kiosk
    from pose_demo.ui.session import current

    session = current()
    st.session_state["seen"] = session
    kiosk.panel(session, Settings(confidence=0.6))
    share.save_to_url(Settings(confidence=0.9), session.uploads.current)


@pytest.fixture
def opened(monkeypatch):
    """``opened(stage)`` runs the page; it returns the page, its session, and how often it was opened again."""
    reloads = []
    monkeypatch.setattr(window, "reload", lambda: reloads.append(True))

    def run(stage="1"):
        page = AppTest.from_function(_page)
        if stage:
            page.query_params["stage"] = stage
        page.run()
        assert not page.exception
        return page, page.session_state["seen"], len(reloads)

    return run


def test_what_a_visitor_brought_is_gone_when_they_left(opened, monkeypatch):
    monkeypatch.setattr(Kiosk, "visitor_has_left", lambda *_: True)
    _, session, reloads = opened()
    assert session.closed and reloads == 1


def test_the_session_goes_on_while_somebody_is_there(opened):
    _, session, reloads = opened()
    assert not session.closed and not reloads


def test_a_preset_is_applied_to_the_settings_of_the_address(opened, monkeypatch):
    applied = []
    monkeypatch.setattr(Kiosk, "next_preset", lambda *_: None if applied else 1)
    monkeypatch.setattr(state, "request_all", applied.append)
    opened()
    [settings] = applied
    assert settings == list(PRESETS.values())[1].applied(settings) and settings.match.reference == "star"


@pytest.mark.parametrize(("phase", "is_kept"), [("waiting", False), ("pose", True), ("finished", True)])
def test_no_preset_disturbs_a_running_game(opened, monkeypatch, phase, is_kept):
    result = replace(result_of(), game=GameState(phase=phase))
    monkeypatch.setattr(LiveStream, "status", lambda stream: SimpleNamespace(result=result))
    kept = []
    monkeypatch.setattr(Kiosk, "stay", lambda kiosk, now: kept.append(now))
    opened()
    assert bool(kept) == is_kept


def test_the_address_stays_that_of_the_host(opened):
    page, _, _ = opened()
    assert page.query_params == {"stage": "1"}


def test_other_pages_are_no_kiosk(opened, monkeypatch):
    monkeypatch.setattr(Kiosk, "visitor_has_left", lambda *_: True)
    page, session, reloads = opened(stage="")
    assert not session.closed and not reloads and page.query_params == {"confidence": "0.9"}
