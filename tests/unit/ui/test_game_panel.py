"""The pose game on the page: its options, how it goes, and the score card to download."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.game.matcher import GameState
from pose_demo.game.points import PoseResult
from pose_demo.io.images import read_image
from pose_demo.ui.holders import ScoreCardHolder

HELD = PoseResult(target=np.zeros((9, 9, 3), np.uint8), similarity=0.9, seconds=2.0, points=85)


def _options(dance="none", model="movenet-lightning", row="own", poses=("star",)):
    import streamlit as st

    from pose_demo.ui import state
    from pose_demo.ui.panels import game
    from pose_demo.ui.session import Session

    state.begin_run()
    for key, value in (("dance.reference", dance), ("model", model), ("game.row", row), ("game.poses", list(poses))):
        st.session_state.setdefault(key, value)
    state.initialize()
    game.options(Session())
    state.end_run()


def captions(**options):
    page = AppTest.from_function(_options, kwargs=options).run()
    assert not page.exception
    return [caption.value for caption in page.caption]


def test_the_points_are_explained():
    (text,) = captions()
    assert text.startswith("Raise both hands in front of the camera to begin. A pose gives up to 100 points")
    assert captions(row="none") == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"dance": "disco"}, "A dance is chosen: the game begins when there is none."),
        ({"model": "nanodet"}, "This model detects boxes only. The game requires keypoints: choose another model."),
        ({"poses": ("star", "own")}, "Your own pose is left out: set one above that shows the whole body."),
        ({"poses": ()}, "Choose at least one pose."),
    ],
)
def test_what_prevents_the_game_is_said(options, problem):
    assert captions(**options)[0] == problem


def test_a_row_that_is_chosen_ends_the_dance():
    page = AppTest.from_function(_options, kwargs={"dance": "disco"}).run()
    page.segmented_control(key="game.row").set_value("party").run()
    assert page.session_state["dance.reference"] == "none" and page.session_state["game.row"] == "party"


def _panel(game, png, is_kiosk=False, row="easy"):
    from types import SimpleNamespace

    import streamlit as st

    from pose_demo.settings import Settings
    from pose_demo.ui import share
    from pose_demo.ui.panels import game as panel
    from pose_demo.ui.session import Session

    share.is_kiosk = lambda: is_kiosk
    session = st.session_state.setdefault("session", Session())
    session.score_card.png = session.score_card.png or png
    session.stream.status = lambda: SimpleNamespace(result=SimpleNamespace(game=game))
    panel.panel(session, Settings.from_dict({"game.row": row}))


def opened(monkeypatch, **arguments):
    from pose_demo.ui import share

    monkeypatch.setattr(share, "is_kiosk", share.is_kiosk)  # restored afterwards
    page = AppTest.from_function(_panel, kwargs={"png": b"", **arguments}).run()
    assert not page.exception
    return page


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (GameState(phase="waiting"), "Pose game: raise both hands to begin."),
        (GameState(phase="countdown", seconds_left=2), "Pose game: it begins in 2 s."),
        (GameState(phase="pose", results=(HELD,)), "Pose game: pose 2, 85 points so far."),
        (GameState(phase="finished", results=(HELD, HELD)), "Pose game: finished with 170 points."),
    ],
)
def test_how_the_game_goes_is_said(monkeypatch, state, text):
    assert opened(monkeypatch, game=state).caption[0].value == text


def test_the_card_can_be_downloaded_after_the_game(monkeypatch):
    page = opened(monkeypatch, game=GameState(phase="finished", results=(HELD,)))
    assert read_image(page.session_state["session"].score_card.png).shape == (900, 1200, 3)
    assert [button.label for button in page.get("download_button")] == ["Download the score card"]


def test_a_kiosk_keeps_no_card_for_the_next_visitor(monkeypatch):
    page = opened(monkeypatch, game=GameState(phase="finished", results=(HELD,)), is_kiosk=True)
    assert not page.session_state["session"].score_card.png and not page.get("download_button")


def test_the_card_stays_until_the_next_game_begins():
    holder, results = ScoreCardHolder(), (HELD,)
    assert holder.follow(GameState(phase="finished", results=results), {}) and holder.png
    assert not holder.follow(GameState(phase="finished", results=results), {})
    assert not holder.follow(GameState(phase="waiting"), {}) and holder.png
    assert holder.follow(GameState(phase="countdown"), {}) and not holder.png
    assert not holder.follow(GameState(phase="pose"), {})
