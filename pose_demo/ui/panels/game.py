"""The pose game: its options in the sidebar; below the picture how it goes, and the score card to take home."""

from __future__ import annotations

import streamlit as st

from pose_demo.estimators import MODELS
from pose_demo.fields import NONE
from pose_demo.game.game_plan import row_of
from pose_demo.game.matcher import GameState
from pose_demo.game.points import MAX_POINTS
from pose_demo.game.pose_game import COUNTDOWN, FINISHED, WAITING
from pose_demo.io.images import read_image
from pose_demo.matching.options import OWN
from pose_demo.settings import Settings
from pose_demo.ui import share, state
from pose_demo.ui.components import still
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session
from pose_demo.ui.state import SPECS
from pose_demo.ui.translation import image_words, tr
from pose_demo.ui.widgets import pictured, widget

_CARD_WIDTH = 480  # pixels


def options(session: Session) -> None:
    """Show the rows of poses, and the rules of the game."""
    pictured("game.row", SPECS["game.row"], on_change=_end_dance)
    row = st.session_state["game.row"]
    if row == NONE:
        return
    names = ("poses", "hold", "seconds", "similarity") if row == OWN else ("hold", "seconds", "similarity")
    for name in names:
        widget(f"game.{name}", SPECS[f"game.{name}"])
    for hint in _hints(session, state.current_settings()):
        st.caption(hint)
    st.caption(
        tr(
            "Raise both hands in front of the camera to begin. A pose gives up to {limit} points: half of them for the "
            "similarity, half for speed.",
            limit=MAX_POINTS,
        )
    )


def _end_dance() -> None:
    """What was chosen last is played; used as a callback."""
    state.request("dance.reference", NONE)


def _hints(session: Session, settings: Settings) -> list[str]:
    """What prevents the game, or a pose of it."""
    own, options = session.uploads.current.reference, settings.game
    hints = []
    if settings.dance.reference != NONE:
        hints.append(tr("A dance is chosen: the game begins when there is none."))
    if MODELS[settings.model].skeleton is None:
        hints.append(tr("This model detects boxes only. The game requires keypoints: choose another model."))
    if len(row_of(options, own)) < len(options.names):
        hints.append(tr("Your own pose is left out: set one above that shows the whole body."))
    elif not options.names:
        hints.append(tr("Choose at least one pose."))
    return hints


def panel(session: Session, settings: Settings) -> None:
    """Show how the game goes, and the score card of the last one."""
    if settings.plays_game:
        _live(session)
    card(session)


@fragment(run_every=0.5)
def _live(session: Session) -> None:
    result = session.stream.status().result
    game = result.game if result else None
    if game is None:
        return
    # The next visitor of a kiosk must not see the card, which is shown in the picture for some seconds.
    if not share.is_kiosk() and session.score_card.follow(game, image_words()):
        st.rerun()  # the whole page, which shows the card
    st.caption(_text(game))


def _text(game: GameState) -> str:
    """Where the game is, in a sentence."""
    if game.phase == WAITING:
        return tr("Pose game: raise both hands to begin.")
    if game.phase == COUNTDOWN:
        return tr("Pose game: it begins in {seconds} s.", seconds=game.seconds_left)
    if game.phase == FINISHED:
        return tr("Pose game: finished with {points} points.", points=game.points)
    return tr("Pose game: pose {number}, {points} points so far.", number=len(game.results) + 1, points=game.points)


def card(session: Session) -> None:
    """Show the score card of the last game, and a button to download it; nothing without one."""
    png = session.score_card.png
    if not png:
        return
    still.show(read_image(png), tr("Score card of the pose game"), width=_CARD_WIDTH)
    label = tr("Download the score card")
    st.download_button(label, png, "score-card.png", "image/png", icon=":material/download:", on_click="ignore")
    st.caption(tr("It is in the server's memory only, until the next game begins or you close the page."))
