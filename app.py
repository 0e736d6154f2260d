"""The page, top to bottom. Start it with ``make run`` or ``streamlit run app.py``."""

import streamlit as st

from pose_demo import sample
from pose_demo.ui import session, share, sidebar, sources, style

style.apply()
style.title()

visitor = session.current()
share.page_entry("source", list(sources.STAGES))
share.page_entry("scene", list(sample.SCENES))
source = st.segmented_control("Source", list(sources.STAGES), key="source", label_visibility="collapsed", required=True)
visitor.comes_from(source)
settings = sidebar.sidebar(visitor)
sources.STAGES[source](visitor, settings)
