"""The controls at the side: few are open, the rest is folded by topic."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from pose_demo import estimators
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.fields import specs
from pose_demo.live.governor import differences, steps
from pose_demo.plan import MASK_MODEL, mask_model
from pose_demo.settings import Settings
from pose_demo.ui import share, state, uploads
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.session import Session
from pose_demo.ui.state import SPECS
from pose_demo.ui.widgets import widget

# What concerns only some backgrounds: shown where it does something.
_BEHIND_OPTIONS = {"blur": ("blur",), "colour": ("colour",), "gradient": ("gradient",)}
_KNN = ("knn_history", "knn_threshold", "knn_dilation")


def sidebar(session: Session) -> Settings:
    """Show all controls; returns what is chosen."""
    share.arrive()
    state.remember()
    with st.sidebar:
        _presets()
        _model()
        with st.expander("Speed", icon=":material/speed:"):
            _speed()
        with st.expander("Smoothing", icon=":material/airwave:"):
            _smoothing()
        with st.expander("Match a pose", icon=":material/accessibility_new:"):
            _matching(session)
        with st.expander("Background", icon=":material/wallpaper:"):
            _background(session)
        with st.expander("Effects", icon=":material/auto_awesome:"):
            _effects(session)
        with st.expander("Drawing", icon=":material/draw:"):
            for name, spec in SPECS.items():
                if spec.topic == "Drawing":
                    widget(name, spec)
        settings = state.chosen()
        with st.expander("Share and save", icon=":material/ios_share:"):
            share.panel(settings, own_glasses=bool(session.assets.images))
    share.depart(settings)
    return settings


def _presets() -> None:
    st.pills("Start from", list(PRESETS), key="preset", on_change=_use_preset, help="Sets every control at once.")


def _use_preset() -> None:
    name = st.session_state["preset"]
    if name:
        state.apply(PRESETS[name])
    st.session_state["preset"] = None  # a starting point can be taken again


def _model() -> None:
    st.selectbox("Model", list(MODELS), key="model", format_func=_title, help=SPECS["model"].help)
    model = MODELS[st.session_state["model"]]
    st.caption(model.good_for)
    if model.skeleton:
        widget("confidence", SPECS["confidence"])
    with st.expander("More about people", icon=":material/group:", expanded=model.skeleton is None):
        widget("person_confidence", SPECS["person_confidence"])
        if estimators.takes_detector(model.name):
            st.selectbox(
                SPECS["detector"].label,
                SPECS["detector"].options,
                key="detector",
                format_func=_title,
                help=SPECS["detector"].help,
            )
            if st.session_state["detector"] != estimators.OFF:
                widget("detect_every", SPECS["detect_every"])
                widget("max_people", SPECS["max_people"])
        if estimators.resizes(model.name, st.session_state["detector"]):
            widget("input_size", SPECS["input_size"])
        if model.skeleton is None:
            widget("all_classes", SPECS["all_classes"])
            widget("box_overlap", SPECS["box_overlap"])


def _title(name: str) -> str:
    if name not in MODELS:
        return "Off: one person"
    return MODELS[name].title if estimators.ready(name) else f"{MODELS[name].title} (not fetched yet)"


def _speed() -> None:
    names = ("on", "fps", "lighter") if st.session_state["hold.on"] else ("on",)
    for name in names:
        widget(f"hold.{name}", SPECS[f"hold.{name}"])
    settings = state.chosen()
    way = steps(settings, estimators.ready) if settings.hold.on else ()
    lines = [f"{n}. {differences(before, after)[0]}" for n, (before, after) in enumerate(pairwise((settings, *way)), 1)]
    if lines:
        st.caption("\n".join([f"When live video is slower than {settings.hold.fps} frames per second:\n", *lines]))


def _smoothing() -> None:
    if estimators.smooths(st.session_state["model"], st.session_state["detector"]):
        st.caption("This model smooths by itself.")
        names: tuple[str, ...] = ()
    else:
        names = ("on", "cutoff", "beta") if st.session_state["smooth.on"] else ("on",)
    for name in (*names, "watch"):
        widget(f"smooth.{name}", SPECS[f"smooth.{name}"])


def _matching(session: Session) -> None:
    widget("match.reference", SPECS["match.reference"])
    uploads.own_reference(session)
    if st.session_state["match.reference"] != "none":
        for name in ("similarity", "rule", "mirror", "ghost", "ignore"):
            widget(f"match.{name}", SPECS[f"match.{name}"])


def _background(session: Session) -> None:
    widget("background.behind", SPECS["background.behind"])
    behind = st.session_state["background.behind"]
    if behind == "none":
        return
    if behind == "picture":
        uploads.background_picture(session)
    for name in (*_BEHIND_OPTIONS.get(behind, ()), "source"):
        widget(f"background.{name}", SPECS[f"background.{name}"])
    knn = st.session_state["background.source"] == "knn"
    if mask_model(state.chosen()):
        title = MODELS[st.session_state["model"]].title
        st.caption(
            f"{title} has no mask of its own, so {MODELS[MASK_MODEL].title} looks too, at the cost of its time. "
            "KNN needs no second model, but a camera that stands still."
        )
    for name in ("threshold", "softness", "steadiness", *(_KNN if knn else ())):
        widget(f"background.{name}", SPECS[f"background.{name}"])


def _effects(session: Session) -> None:
    st.multiselect(
        "Effects, in drawing order",
        list(EFFECTS),
        key="effects",
        format_func=lambda name: EFFECTS[name].title,
        help="Each is drawn over the one before; the arrow moves one forward.",
    )
    if st.session_state["effects"] and MODELS[st.session_state["model"]].skeleton is None:
        st.caption("This model finds boxes only: glasses, pixelated faces and trails need one that finds keypoints.")
    for place, name in enumerate(st.session_state["effects"]):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(f"**{EFFECTS[name].title}**")
        right.button(
            "",
            key=f"earlier-{name}",
            icon=":material/arrow_upward:",
            on_click=_earlier,
            args=(place,),
            disabled=not place,
        )
        for option, spec in specs(EFFECTS[name]).items():
            widget(state.effect_key(name, option), spec)
        if name == "glasses":
            uploads.glasses(session)


def _earlier(place: int) -> None:
    names = st.session_state["effects"]
    names[place - 1 : place + 1] = names[place], names[place - 1]
    st.session_state["effects"] = names
