"""The widget that an option's kind asks for, with its label, limits and explanation."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pose_demo.fields import Spec

_FEW = 4  # choices that fit side by side


def widget(key: str, spec: Spec) -> None:
    """Show the widget of one option; its value lives in the session state under ``key``."""
    _WIDGETS[spec.kind](key, spec)


def _switch(key: str, spec: Spec) -> None:
    st.toggle(spec.label, key=key, help=spec.help)


def _number(key: str, spec: Spec) -> None:
    st.slider(spec.label, float(spec.low), float(spec.high), step=float(spec.step), key=key, help=spec.help)


def _integer(key: str, spec: Spec) -> None:
    st.slider(spec.label, int(spec.low), int(spec.high), step=int(spec.step), key=key, help=spec.help)


def _choice(key: str, spec: Spec) -> None:
    if len(spec.options) <= _FEW and sum(map(len, spec.options)) <= 20:
        st.segmented_control(spec.label, spec.options, key=key, help=spec.help, required=True)
    else:
        st.selectbox(spec.label, spec.options, key=key, help=spec.help, format_func=words)


def _choices(key: str, spec: Spec) -> None:
    st.multiselect(spec.label, spec.options, key=key, help=spec.help, format_func=words)


def _colour(key: str, spec: Spec) -> None:
    st.color_picker(spec.label, key=key, help=spec.help)


def words(name: str) -> str:
    """An option's name for people: person-only -> Person only."""
    return name.replace("-", " ").replace("_", " ").capitalize()


_WIDGETS: dict[str, Callable[[str, Spec], None]] = {
    "switch": _switch,
    "number": _number,
    "integer": _integer,
    "choice": _choice,
    "choices": _choices,
    "colour": _colour,
}
