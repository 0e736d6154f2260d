"""The page, top to bottom. Start it with ``make run`` or ``streamlit run app.py``."""

import streamlit as st

from pose_demo.ui import controls, session, stages, style

style.apply()
style.title()

source = st.segmented_control(
    "Source", list(stages.STAGES), default="Webcam", key="source", label_visibility="collapsed", required=True
)
settings = controls.sidebar()
stages.STAGES[source](session.current(), settings)
