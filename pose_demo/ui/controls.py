"""The controls: every setting gets the widget its kind asks for, with its label, limits and explanation."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pose_demo.estimators import MODELS
from pose_demo.fields import Spec, specs
from pose_demo.settings import Settings

SPECS = specs(Settings)
_ONLY_YOLO = ("all_classes", "box_overlap")


def remember() -> None:
    """Give every setting a value that outlives its widget: Streamlit forgets widgets that a run does not show."""
    for name, value in Settings().to_dict().items():
        st.session_state[name] = st.session_state.get(name, value)


def chosen() -> Settings:
    """The settings as the widgets stand now."""
    return Settings.from_dict({name: st.session_state[name] for name in SPECS})


def sidebar() -> Settings:
    """Show all controls; returns what is chosen."""
    remember()
    with st.sidebar:
        _model()
        with st.expander("Drawing", icon=":material/draw:", expanded=True):
            _topic("Drawing")
        st.button("Reset all settings", icon=":material/restart_alt:", on_click=_reset, width="stretch")
    return chosen()


def _model() -> None:
    st.selectbox(
        "Model",
        list(MODELS),
        key="model",
        format_func=lambda name: MODELS[name].title,
        help=SPECS["model"].help,
    )
    model = MODELS[st.session_state["model"]]
    st.caption(model.good_for)
    for name in ("confidence", "person_confidence"):
        if name == "person_confidence" or model.skeleton:
            widget(name)
    if model.skeleton is None:
        for name in _ONLY_YOLO:
            widget(name)


def _topic(topic: str) -> None:
    for name, spec in SPECS.items():
        if spec.topic == topic:
            widget(name)


def widget(name: str) -> None:
    """The widget of one setting."""
    spec = SPECS[name]
    _WIDGETS[spec.kind](name, spec)


def _switch(name: str, spec: Spec) -> None:
    st.toggle(spec.label, key=name, help=spec.help)


def _number(name: str, spec: Spec) -> None:
    st.slider(spec.label, float(spec.low), float(spec.high), step=float(spec.step), key=name, help=spec.help)


def _integer(name: str, spec: Spec) -> None:
    st.slider(spec.label, int(spec.low), int(spec.high), step=int(spec.step), key=name, help=spec.help)


def _choice(name: str, spec: Spec) -> None:
    if len(spec.options) <= 3:
        st.segmented_control(spec.label, spec.options, key=name, help=spec.help, required=True)
    else:
        st.selectbox(spec.label, spec.options, key=name, help=spec.help)


_WIDGETS: dict[str, Any] = {"switch": _switch, "number": _number, "integer": _integer, "choice": _choice}


def _reset() -> None:
    for name, value in Settings().to_dict().items():
        st.session_state[name] = value
