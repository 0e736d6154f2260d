"""The page, from top to bottom."""

from __future__ import annotations

import streamlit as st

from pose_demo import sample
from pose_demo.ui import server, session, share, sidebar, state, style
from pose_demo.ui.explore import TOOLS
from pose_demo.ui.panels import kiosk, language_switch, share_sheet
from pose_demo.ui.sources import SOURCES
from pose_demo.ui.translation import image_words, tr


def show() -> None:
    """Draw the page of a visitor; it runs again whenever something changes."""
    server.prepare()
    style.apply()
    tab = session.current()
    tab.set_words(image_words())
    share.load_from_url(tab)
    state.begin_run()
    with style.heading():
        language_switch.button()
        share_sheet.button(tab)
    share.restore_choice("source", list(SOURCES))
    share.restore_choice("scene", list(sample.SCENES))
    share.restore_choice("tool", list(TOOLS))
    st.segmented_control(
        tr("Source"), list(SOURCES), key="source", format_func=tr, label_visibility="collapsed", required=True
    )
    source = str(st.session_state["source"])
    tab.set_source(source)
    settings = sidebar.sidebar(tab)
    SOURCES[source](tab, settings)
    kiosk.panel(tab, settings)
    share_sheet.panel(tab, settings)
    state.end_run()
