"""Widgets for options: the kind of an option decides which widget shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from pose_demo.fields import Spec
from pose_demo.ui.translation import tr

_MAX_SEGMENTS, _MAX_SEGMENT_CHARACTERS = 4, 20  # that fit side by side in the sidebar


def widget(key: str, spec: Spec) -> None:
    """Show the widget of one option.

    Args:
        key: session state key of its value.
        spec: its kind, label, limits and help text.
    """
    _WIDGETS[spec.kind](key, spec)


def _switch(key: str, spec: Spec) -> None:
    st.toggle(tr(spec.label), key=key, help=tr(spec.help))


def _number(key: str, spec: Spec) -> None:
    st.slider(tr(spec.label), float(spec.low), float(spec.high), step=float(spec.step), key=key, help=tr(spec.help))


def _integer(key: str, spec: Spec) -> None:
    st.slider(tr(spec.label), int(spec.low), int(spec.high), step=int(spec.step), key=key, help=tr(spec.help))


def _choice(key: str, spec: Spec) -> None:
    if len(spec.options) <= _MAX_SEGMENTS and sum(map(len, spec.options)) <= _MAX_SEGMENT_CHARACTERS:
        st.segmented_control(tr(spec.label), spec.options, key=key, help=tr(spec.help), format_func=tr, required=True)
    else:
        st.selectbox(tr(spec.label), spec.options, key=key, help=tr(spec.help), format_func=translated_name)


def _choices(key: str, spec: Spec) -> None:
    st.multiselect(tr(spec.label), spec.options, key=key, help=tr(spec.help), format_func=translated_name)


def _color(key: str, spec: Spec) -> None:
    st.color_picker(tr(spec.label), key=key, help=tr(spec.help))


def pictured(key: str, spec: Spec, on_change: Callable[[], None] | None = None) -> None:
    """Show a choice whose options have pictures (see `pose_demo.ui.pictures`)."""
    with st.container(key=f"pictured-{key}"):
        st.segmented_control(
            tr(spec.label),
            spec.options,
            key=key,
            help=tr(spec.help),
            format_func=translated_name,
            required=True,
            width="stretch",
            on_change=on_change,
        )


def pictured_effects(titles: Mapping[str, str]) -> None:
    """Show the effects with their pictures; they are applied in the order in which they are chosen.

    Args:
        titles: name of an effect -> its title.
    """
    with st.container(key="pictured-effects"):
        st.pills(
            tr("Effects, in drawing order"),
            list(titles),
            key="effects",
            selection_mode="multi",
            format_func=lambda name: tr(titles[name]),
            help=tr("Each effect is applied to the result of the previous one; the arrow moves it up."),
            width="stretch",
        )


def keep_choice(key: str, options: Sequence[str], default: str = "") -> None:
    """Give a choice its last value before it is drawn, else a default, or the first option if that is none.

    Its browser knows the labels only, and returns one that is none any more when the language has changed.
    """
    wanted = (st.session_state.get(key), default)
    st.session_state[key] = next((value for value in wanted if value in options), options[0])


def display_name(name: str) -> str:
    """The displayed form of a name: person-only -> Person only."""
    return name.replace("-", " ").replace("_", " ").capitalize()


_WIDGETS: dict[str, Callable[[str, Spec], None]] = {
    "switch": _switch,
    "number": _number,
    "integer": _integer,
    "choice": _choice,
    "choices": _choices,
    "color": _color,
}


def translated_name(name: str) -> str:
    """The displayed form of a name in the visitor's language."""
    return tr(display_name(name))
