"""The drawn dancer, processed live on the page's own connection."""

from __future__ import annotations

import time

import streamlit as st

from pose_demo import sample
from pose_demo.settings import Settings
from pose_demo.types import Frame
from pose_demo.ui.components import player
from pose_demo.ui.models import serve
from pose_demo.ui.panels import match, recorder, status
from pose_demo.ui.session import Session
from pose_demo.ui.style import COLUMNS

_FRAMES_PER_SECOND = 15


def dancer(session: Session, settings: Settings) -> None:
    """One dancer or two, or the empty room."""
    picture, side = st.columns(COLUMNS)
    scene = st.segmented_control("Scene", sample.SCENES, format_func=str.capitalize, key="scene", required=True)
    with picture:
        serve(session, settings, live=False)
        dance(session, scene or "solo")
        status.live(session)
        recorder.panel(session)
    with side:
        match.panel(session, settings)


@st.fragment(run_every=1 / _FRAMES_PER_SECOND)
def dance(session: Session, scene: str) -> None:
    """Draw the frame that is due, process it, show it."""
    elapsed = time.monotonic() - session.began
    drawn = sample.frame(int(elapsed * sample.FPS), scene=scene)
    result = session.live.feed(Frame(drawn.image, elapsed))
    player.show(drawn.image if result is None else result.image)
