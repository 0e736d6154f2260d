"""The sidebar: presets, and the settings by topic."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from pose_demo import estimators
from pose_demo.effects import EFFECTS
from pose_demo.estimators import AUTO, MODELS
from pose_demo.estimators.segmentation import SEGMENTATION
from pose_demo.fields import NONE, specs
from pose_demo.live.degradation import degradation_levels, describe_changes
from pose_demo.messages import message
from pose_demo.plan import mask_source
from pose_demo.settings import Settings
from pose_demo.ui import pictures, share, state, uploads
from pose_demo.ui.components import topics
from pose_demo.ui.panels import game, joint_angle_plot, presets, recorder, teacher
from pose_demo.ui.session import Session
from pose_demo.ui.state import SPECS
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import pictured, pictured_effects, widget

# Options that apply to some background modes only.
_MODE_OPTIONS = {"blur": ("blur",), "color": ("color",), "gradient": ("gradient",)}
_LIVE_SOURCES = ("Webcam", "Sample dancer")  # which can be recorded
_KNN_OPTIONS = ("knn_history", "knn_threshold", "knn_dilation")


def sidebar(session: Session) -> Settings:
    """Show all controls; returns the chosen settings, without a dance that is not drawn yet."""
    state.initialize()
    with st.sidebar:
        st.html(pictures.css())
        presets.panel()
        for tab, (_, show) in zip(st.tabs([tr(topic) for topic, _ in _TOPICS]), _TOPICS, strict=True):
            with tab:
                show(session)
    topics.show([tr(topic) for topic, _ in _TOPICS])
    settings = state.current_settings()
    share.save_to_url(settings, session.uploads.current)
    return teacher.loaded(settings)


def _options(*names: str) -> None:
    for name in names:
        widget(name, SPECS[name])


def _model(session: Session) -> None:
    spec = SPECS["model"]
    st.selectbox(tr(spec.label), list(MODELS), key="model", format_func=_title, help=tr(spec.help))
    model = MODELS[st.session_state["model"]]
    st.caption(tr(model.description))
    if model.skeleton:
        _options("confidence", "hands", "face")
    with st.expander(tr("Several people"), icon=":material/group:", expanded=model.skeleton is None):
        _options("person_confidence")
        if estimators.supports_detector(model.name):
            _detector()
        if estimators.variable_input_size(model.name, st.session_state["detector"]):
            _options("input_size")
        if model.skeleton is None:
            _options("all_classes", "nms_iou_threshold")
    with st.expander(tr("Speed"), icon=":material/speed:"):
        _speed()
    with st.expander(tr("Smoothing"), icon=":material/airwave:"):
        _smoothing()
    if model.skeleton:
        with st.expander(tr("Joint angles"), icon=":material/square_foot:"):
            _options("joint_angles.plot", "joint_angles.source")
            from_world = model.has_world and state.current_settings().joint_angles.from_world
            st.caption(tr("This model: {source}", source=joint_angle_plot.source_text(from_world=from_world)))


def _detector() -> None:
    spec = SPECS["detector"]
    st.selectbox(tr(spec.label), spec.options, key="detector", format_func=_title, help=tr(spec.help))
    if st.session_state["detector"] not in (AUTO, NONE):
        _options("detect_every", "max_people")


def _title(name: str) -> str:
    if name == AUTO:
        return tr("Auto: everybody in photos, one person in video")
    return tr("None: one person") if name == NONE else tr(estimators.title(name))


def _speed() -> None:
    names = ("adapt", "target", "lighter_model") if st.session_state["frame_rate.adapt"] else ("adapt",)
    _options(*(f"frame_rate.{name}" for name in names))
    settings = state.current_settings()
    levels = degradation_levels(settings, estimators.is_ready) if settings.frame_rate.adapt else ()
    changes = [describe_changes(before, after)[0] for before, after in pairwise((settings, *levels))]
    lines = [f"{number}. {tr(change)}" for number, change in enumerate(changes, start=1)]
    if lines:
        first = tr("Below {target} frames per second, in this order:", target=settings.frame_rate.target)
        st.caption("\n".join([f"{first}\n", *lines]))


def _smoothing() -> None:
    names: tuple[str, ...] = ("on", "min_cutoff", "beta") if st.session_state["smooth.on"] else ("on",)
    if estimators.smooths_keypoints(st.session_state["model"], st.session_state["detector"]):
        st.caption(tr("This model smooths its keypoints itself."))
        names = ()
    _options(*(f"smooth.{name}" for name in (*names, "plot")))


def _matching(session: Session) -> None:
    pictured("match.reference", SPECS["match.reference"])
    uploads.reference_pose(session)
    if st.session_state["match.reference"] != NONE:
        _options(*(f"match.{name}" for name in ("similarity", "rule", "mirror", "ghost", "ignore")))
    with st.expander(tr("Pose game"), icon=":material/sports_esports:", expanded=st.session_state["game.row"] != NONE):
        game.options(session)


def _background(session: Session) -> None:
    pictured("background.mode", SPECS["background.mode"])
    mode = st.session_state["background.mode"]
    if mode == NONE:
        return
    if mode == "image":
        uploads.background_image(session)
    _options(*(f"background.{name}" for name in (*_MODE_OPTIONS.get(mode, ()), "mask_source")))
    source = mask_source(state.current_settings())
    if source == "selfie":
        st.caption(tr("{network} runs once for each person, which takes time.", network=SEGMENTATION.title))
    knn = _KNN_OPTIONS if source == "knn" else ()
    _options(*(f"background.{name}" for name in ("threshold", "feather", "temporal_smoothing", *knn)))


def _effects(session: Session) -> None:
    pictured_effects({name: cls.title for name, cls in EFFECTS.items()})
    chosen: list[str] = st.session_state["effects"]
    names = [tr(EFFECTS[name].title) for name in chosen if EFFECTS[name].needs_keypoints]
    if names and MODELS[st.session_state["model"]].skeleton is None:
        text = tr(
            "This model detects boxes only. These effects require keypoints: {effects}.", effects=", ".join(names)
        )
        st.caption(text)
    for index, name in enumerate(chosen):
        _effect(session, index, name)


def _effect(session: Session, index: int, name: str) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(f"**{tr(EFFECTS[name].title)}**")
    right.button(
        "",
        key=f"earlier-{name}",
        icon=":material/arrow_upward:",
        on_click=_move_up,
        args=(index,),
        disabled=not index,
    )
    for option, spec in specs(EFFECTS[name]).items():
        widget(state.effect_key(name, option), spec)
    uploads.effect_image(session, name)


def _move_up(index: int) -> None:
    names = list(st.session_state["effects"])
    names[index - 1 : index + 1] = names[index], names[index - 1]
    st.session_state["effects"] = names


def _more(session: Session) -> None:
    with st.expander(tr("Drawing"), icon=":material/draw:"):
        _options(*(name for name, spec in SPECS.items() if spec.section == "Drawing"))
    if session.source in _LIVE_SOURCES:
        with st.expander(tr("Recording"), icon=":material/videocam:"):
            recorder.options(session)
    # Its content is sent when it is opened: the command line needs 1.5 MB of a syntax highlighter.
    with st.expander(tr("Save and load"), icon=":material/save:", key="share", on_change="rerun") as expander:
        if expander.open:
            share.panel(state.current_settings(), session.uploads.current)


_TOPICS = (
    (message("Model"), _model),
    (message("Match"), _matching),
    (message("Dance"), teacher.options),
    (message("Background"), _background),
    (message("Effects"), _effects),
    (message("More"), _more),
)
