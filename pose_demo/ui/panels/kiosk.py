"""The page as a kiosk, opened with ``?stage=1``: nobody has to press a button, and no visitor sees the one before."""

from __future__ import annotations

import time

import streamlit as st

from pose_demo.settings import Settings
from pose_demo.ui import share, state
from pose_demo.ui.components import window
from pose_demo.ui.fragments import fragment
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.session import Session

_START = "kiosk-settings"  # those of the address, to which presets are applied


def panel(session: Session, settings: Settings) -> None:
    """Attend to the kiosk; nothing on another page."""
    if share.is_kiosk():
        _attend(session, st.session_state.setdefault(_START, settings))


@fragment(run_every=1.0)
def _attend(session: Session, start: Settings) -> None:
    """Show the next preset, or begin anew for the next visitor: with the address, and without anything of the last."""
    now, result = time.monotonic(), session.stream.status().result
    if session.kiosk.visitor_has_left(result.persons if result else 0, now):
        window.reload()
        session.close()
        return
    recorder = session.recordings.recorder
    plays = result is not None and result.game is not None and result.game.is_running
    if plays or session.dialog or session.takes.is_running or (recorder and recorder.running):
        session.kiosk.stay(now)
        return
    preset = session.kiosk.next_preset(now)
    if preset is not None:
        state.request_all(list(PRESETS.values())[preset].applied(start))
        st.rerun()  # the whole page
