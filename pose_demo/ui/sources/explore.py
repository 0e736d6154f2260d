"""Footage and the tools that find the model and the settings for it."""

from __future__ import annotations

import streamlit as st

from pose_demo.settings import Settings
from pose_demo.ui.explore import TOOLS, footage
from pose_demo.ui.session import Session


def show(session: Session, settings: Settings) -> None:
    """Show the footage, and a tool."""
    footage.choose(session)
    tool = st.segmented_control("Tool", list(TOOLS), key="tool", label_visibility="collapsed", required=True)
    TOOLS[tool or next(iter(TOOLS))](session, settings, session.footage)
