"""The page, from top to bottom. Start it with ``make run`` or ``streamlit run app.py``."""

import streamlit as st

from pose_demo import sample
from pose_demo.ui import server, session, share, sidebar, style
from pose_demo.ui.explore import TOOLS
from pose_demo.ui.sources import SOURCES

server.prepare()
style.apply()
style.title()

tab = session.current()
share.restore_choice("source", list(SOURCES))
share.restore_choice("scene", list(sample.SCENES))
share.restore_choice("tool", list(TOOLS))
source = st.segmented_control("Source", list(SOURCES), key="source", label_visibility="collapsed", required=True)
tab.set_source(source)
settings = sidebar.sidebar(tab)
SOURCES[source](tab, settings)
