"""A video of the dancer with a skeleton, which the browser plays again and again (see ``docs/picture.py``)."""

from __future__ import annotations

from pathlib import Path

import streamlit as st


def show() -> None:
    """Show the video."""
    with st.container(key="stage-loop"):
        st.video(str(Path(__file__).with_suffix(".mp4")), loop=True, autoplay=True, muted=True)
