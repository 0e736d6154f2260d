"""Buttons for the presets, with the one in use, and one that takes the last choice back."""

from __future__ import annotations

import streamlit as st

from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.ui import presets, state
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.translation import tr

_HELP = message("A preset sets what it is about, for example background and effects, and keeps the rest.")
_UNDO = "preset-before"  # what the last preset has set, and the settings before it


def panel() -> None:
    """Show the buttons.

    Buttons, because the browser repeats the values of other widgets: a choice that the page changes would come back.
    """
    settings = state.current_settings()
    active = presets.active(settings)
    st.caption(tr("Presets"), help=tr(_HELP))
    with st.container(key="presets", horizontal=True, gap="xsmall"):
        for name in PRESETS:
            st.button(
                tr(name),
                key=f"preset-{name}",
                type="primary" if name == active else "secondary",
                on_click=apply,
                args=(name, settings),
            )
        applied, before = st.session_state.get(_UNDO, (None, settings))
        if applied == settings != before:
            st.button(tr("Undo"), icon=":material/undo:", on_click=state.apply, args=(before,), key="preset-undo")


def apply(name: str, before: Settings) -> None:
    """Choose a preset; used as a callback.

    Args:
        name: of the preset.
        before: the settings that the page shows.
    """
    settings = PRESETS[name].applied(before)
    st.session_state[_UNDO] = (settings, before)
    state.apply(settings)
