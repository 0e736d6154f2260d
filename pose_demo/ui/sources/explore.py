"""Footage and the tools that find the model and the settings for it."""

from __future__ import annotations

import streamlit as st

from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.explore import TOOLS, footage
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr


def show(session: Session, settings: Settings) -> None:
    """Show the footage, and a tool."""
    try:
        _ = session.explore.folder  # on a read-only or full file system there is none
    except InputError as error:
        st.error(tr("**Explore cannot be used:** {error}.", error=visitor_text(error)), icon=":material/folder_off:")
        return
    footage.choose(session)
    tool = st.segmented_control(
        tr("Tool"), list(TOOLS), key="tool", format_func=tr, label_visibility="collapsed", required=True
    )
    TOOLS[tool or next(iter(TOOLS))](session, settings, session.footage)
