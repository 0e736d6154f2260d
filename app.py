"""The page, top to bottom. Start it with ``make run`` or ``streamlit run app.py``."""

import streamlit as st

from pose_demo.ui import controls, session, stages, style, travel

style.apply()
style.title()

visitor = session.current()
travel.page_entry("source", list(stages.STAGES))
source = st.segmented_control("Source", list(stages.STAGES), key="source", label_visibility="collapsed", required=True)
settings = controls.sidebar(visitor)
stages.STAGES[source](visitor, settings)
