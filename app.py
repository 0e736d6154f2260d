"""The page, top to bottom. Start it with ``make run`` or ``streamlit run app.py``."""

import streamlit as st

from pose_demo import sample
from pose_demo.ui import controls, session, stages, style, travel

style.apply()
style.title()

visitor = session.current()
travel.page_entry("source", list(stages.STAGES))
travel.page_entry("scene", list(sample.SCENES))
source = st.segmented_control("Source", list(stages.STAGES), key="source", label_visibility="collapsed", required=True)
visitor.comes_from(source)
settings = controls.sidebar(visitor)
stages.STAGES[source](visitor, settings)
