"""A button that shows the page in the other language."""

from __future__ import annotations

import streamlit as st

from pose_demo.ui.translation import LANGUAGES, choose, language


def button() -> None:
    """Show the button; its label is the name of the language, in that language."""
    others = [key for key in LANGUAGES if key != language()]
    for other in others:
        st.button(
            LANGUAGES[other].title,
            key=f"language-{other}",
            icon=":material/translate:",
            type="tertiary",
            on_click=choose,
            args=(other,),
        )
