"""The settings in Streamlit's session state: one entry for each option."""

from __future__ import annotations

import math
import time
from typing import Any

import streamlit as st

from pose_demo.effects import EFFECTS, name_of
from pose_demo.fields import Value, specs, values
from pose_demo.settings import Settings

SPECS = specs(Settings)
_EFFECTS = "effects"
_REQUESTED = "requested-values"  # for the next run of the whole page: key -> value, and the value before
_PENDING = "pending-values"  # the same, until the browser shows them
_SHOWN_AT = "values-shown-at"  # when a run with the requested values came to its end
_ON_THE_WAY_S = 1.5  # until the browser shows the values of that run, and no run with those before arrives
_LAST = "last-settings"  # with valid values only


def effect_key(effect: str, option: str) -> str:
    """Session state key of an effect's option."""
    return f"{_EFFECTS}.{effect}.{option}"


_SPECS_BY_KEY = {
    **SPECS,
    **{effect_key(name, option): spec for name, cls in EFFECTS.items() for option, spec in specs(cls).items()},
}


def begin_run() -> None:
    """Set what was requested; call it as a run of the whole page starts.

    A run that the browser asked for before it showed a requested value interrupts the run that shows it, and begins
    with the value before. So the value is set again, until the browser shows it or the visitor chooses another one.
    """
    if time.monotonic() > st.session_state.get(_SHOWN_AT, math.inf) + _ON_THE_WAY_S:
        st.session_state[_PENDING] = {}
    pending = st.session_state.setdefault(_PENDING, {})
    if requested := st.session_state.pop(_REQUESTED, {}):
        pending.update(requested)
        st.session_state.pop(_SHOWN_AT, None)
    for key, (value, before) in pending.items():
        if st.session_state.get(key, before) == before:
            st.session_state[key] = value


def end_run() -> None:
    """Note that a run of the whole page has come to its end: its values are on the way to the browser."""
    st.session_state.setdefault(_SHOWN_AT, time.monotonic())


def initialize() -> None:
    """Give every option an entry that survives while its widget is hidden; Streamlit drops those of hidden widgets."""
    last = st.session_state.setdefault(_LAST, {})
    for key, default in _entries(Settings()).items():
        value = st.session_state.get(key, default)
        st.session_state[key] = last[key] = value if _is_option(key, value) else last.get(key, default)


def _is_option(key: str, value: Any) -> bool:
    """Whether a choice is one of its options: the browser may return a label of the language that was shown before."""
    spec = _SPECS_BY_KEY[key]
    if spec.kind == "choices":
        return set(value) <= set(spec.options)
    return spec.kind != "choice" or value in spec.options


def request(name: str, value: Value) -> None:
    """Set an option, or another choice of the page, when the next run of the whole page starts.

    Fragments that run meanwhile send the values that the widgets have in the browser, which undo an assignment.
    """
    _request({name: value})


def request_all(settings: Settings) -> None:
    """Set all options when the next run of the whole page starts; see `request`."""
    _request(_entries(settings))


def has_requests() -> bool:
    """Whether something was requested that the next run of the whole page shows."""
    return bool(st.session_state.get(_REQUESTED))


def _request(entries: dict[str, Any]) -> None:
    requested = {key: (value, st.session_state.get(key)) for key, value in entries.items()}
    st.session_state[_REQUESTED] = st.session_state.get(_REQUESTED, {}) | requested


def current_settings() -> Settings:
    """The settings of the widgets."""
    given: dict[str, object] = {name: st.session_state[name] for name in SPECS if name != _EFFECTS}
    given[_EFFECTS] = [_effect_dict(name) for name in st.session_state[_EFFECTS]]
    return Settings.from_dict(given)


def _effect_dict(name: str) -> dict[str, object]:
    """The name and the options of an effect, from its widgets."""
    return {"name": name} | {option: st.session_state[effect_key(name, option)] for option in specs(EFFECTS[name])}


def apply(settings: Settings) -> None:
    """Set the widgets to ``settings``. Only allowed before they are drawn: in a callback or as a script run starts."""
    entries = _entries(settings)
    _request(entries)  # see `request`
    for key, value in entries.items():
        st.session_state[key] = value


def _entries(settings: Settings) -> dict[str, Any]:
    """Session state key -> value, including the options of all effects."""
    entries: dict[str, Any] = {name: _widget_value(value) for name, value in values(settings).items()}
    entries[_EFFECTS] = [name_of(effect) for effect in settings.effects]
    chosen = {name_of(effect): effect for effect in settings.effects}
    for name, cls in EFFECTS.items():
        for option, value in values(chosen.get(name) or cls()).items():
            entries[effect_key(name, option)] = _widget_value(value)
    return entries


def _widget_value(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value
