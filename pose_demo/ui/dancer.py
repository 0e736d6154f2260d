"""The drawn dancer, processed live on the page's own connection."""

from __future__ import annotations

import time

import streamlit as st

from pose_demo import sample
from pose_demo.types import Frame
from pose_demo.ui import player
from pose_demo.ui.session import Session

_FRAMES_PER_SECOND = 15


@st.fragment(run_every=1 / _FRAMES_PER_SECOND)
def dance(session: Session, scene: str) -> None:
    """Draw the frame that is due, process it, show it."""
    elapsed = time.monotonic() - session.began
    drawn = sample.frame(int(elapsed * sample.FPS), scene=scene)
    result = session.live.feed(Frame(drawn.image, elapsed))
    player.show(drawn.image if result is None else result.image)
