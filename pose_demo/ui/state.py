"""The settings as the page's widgets hold them: one entry of Streamlit's session state for each option."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pose_demo.effects import EFFECTS, name_of
from pose_demo.fields import Value, specs, values
from pose_demo.settings import Settings

SPECS = specs(Settings)
_EFFECTS = "effects"


def effect_key(effect: str, option: str) -> str:
    """Where an effect's option is kept."""
    return f"{_EFFECTS}.{effect}.{option}"


def remember() -> None:
    """Give every option a value that outlives its widget: Streamlit forgets widgets that a run does not show."""
    for key, value in _entries(Settings()).items():
        st.session_state[key] = st.session_state.get(key, value)


def chosen() -> Settings:
    """The settings as the widgets stand now."""
    given: dict[str, object] = {name: st.session_state[name] for name in SPECS if name != _EFFECTS}
    given[_EFFECTS] = [_effect(name) for name in st.session_state[_EFFECTS]]
    return Settings.from_dict(given)


def _effect(name: str) -> dict[str, object]:
    return {"name": name} | {option: st.session_state[effect_key(name, option)] for option in specs(EFFECTS[name])}


def apply(settings: Settings) -> None:
    """Make the widgets show ``settings``. Only before they are drawn: in a callback or at the top of a run."""
    for key, value in _entries(settings).items():
        st.session_state[key] = value


def _entries(settings: Settings) -> dict[str, Any]:
    """Session state key -> value, the options of all effects included."""
    found: dict[str, Any] = {name: _widget_value(value) for name, value in values(settings).items()}
    found[_EFFECTS] = [name_of(effect) for effect in settings.effects]
    used = {name_of(effect): effect for effect in settings.effects}
    for name, cls in EFFECTS.items():
        for option, value in values(used.get(name) or cls()).items():
            found[effect_key(name, option)] = _widget_value(value)
    return found


def _widget_value(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value
