"""Settings to share and save: in the URL, in a file, and as a command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

import streamlit as st

from pose_demo.dance.live_options import OWN as OWN_DANCE
from pose_demo.effects import name_of
from pose_demo.legacy_names import setting_name
from pose_demo.matching import pose_link
from pose_demo.matching.options import OWN
from pose_demo.messages import message
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui import state, translation
from pose_demo.ui.errors import plain
from pose_demo.ui.session import Session
from pose_demo.ui.state import SPECS
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import keep_choice
from pose_demo.user_text import value_text

_LOADED = "url-loaded"
_POSE, _STAGE = "pose", "stage"  # the own reference pose, and the page as a kiosk
# Parameters of the URL that are not settings.
_PAGE_CHOICES = ("source", "scene", "tool", _POSE, _STAGE, translation.LANGUAGE)
_INPUT_FILES = {"Webcam": "VIDEO.mp4", "Video file": "VIDEO.mp4", "Photo": "PHOTO.jpg", "Explore": "VIDEO.mp4"}


def load_from_url(session: Session) -> None:
    """Apply the settings and the pose in the URL, in the first script run only; a message tells what is invalid."""
    if _LOADED in st.session_state:
        return
    parameters = st.query_params.to_dict()
    settings, problems = parse({name: text for name, text in parameters.items() if name not in _PAGE_CHOICES})
    if _POSE in parameters:
        try:
            session.uploads.set_reference(pose_link.from_text(parameters[_POSE]))
        except InputError as error:
            problems.append(str(error))
    if settings != Settings():
        state.apply(settings)
    st.session_state[_LOADED] = True  # last: Streamlit may stop the script before, and starts it again
    for problem in problems:
        st.toast(tr("Ignored in the URL: {problem}", problem=plain(tr(problem))), icon=":material/link_off:")


def parse(texts: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings of URL parameters, which may have names of earlier versions.

    Returns:
        the settings of all valid parameters, and a message for each invalid one.
    """
    valid: dict[str, str] = {}
    problems: list[str] = []
    for name, text in texts.items():
        try:
            if setting_name(name) not in SPECS:
                raise InputError(message("there is no setting {name}", name=value_text(name)))
            Settings.from_texts({name: text})
            valid[name] = text
        except InputError as error:
            problems.append(str(error))
    return Settings.from_texts(valid), problems


def restore_choice(name: str, options: Sequence[str]) -> None:
    """Set a page choice from the session, else from the URL, else to the first option.

    The entry is written in every script run, because Streamlit drops those of hidden widgets.
    """
    keep_choice(name, options, st.query_params.get(name, ""))


def is_kiosk() -> bool:
    """Whether the page was opened for an unattended screen."""
    return bool(st.query_params.get(_STAGE) == "1")


def save_to_url(settings: Settings, uploads: Uploads) -> None:
    """Write what differs from its default into the URL. A kiosk keeps its URL, with which each visitor begins."""
    if is_kiosk():
        return
    texts = {**address_texts(settings, uploads), **translation.address_texts()}
    if st.query_params.to_dict() != texts:
        st.query_params.from_dict(texts)


def address_texts(settings: Settings, uploads: Uploads) -> dict[str, str]:
    """The parameters of the URL: the settings that differ from their defaults, the source, and the own pose."""
    texts = settings.texts()
    if st.session_state.get("source", "Webcam") != "Webcam":
        texts["source"] = st.session_state["source"]
        if texts["source"] == "Sample dancer" and st.session_state.get("scene", "solo") != "solo":
            texts["scene"] = st.session_state["scene"]
        if texts["source"] == "Explore":
            texts["tool"] = st.session_state["tool"]
    if settings.match.reference == OWN and uploads.reference:
        texts[_POSE] = pose_link.to_text(uploads.reference)
    return texts


def command(settings: Settings, source: str, scene: str = "solo", uploads: Uploads | None = None) -> str:
    """The command line that processes a file with the same settings; placeholders in capitals are the user's files."""
    texts = settings.texts()
    if source == "Webcam" and settings.mirror == "auto":
        texts["mirror"] = "on"
    sample = "sample" if scene == "solo" else f"sample:{scene}"
    given = sample if source == "Sample dancer" else _INPUT_FILES[source]
    words = ["python", "-m", "pose_demo", "run", given, "--model", texts.pop("model", Settings().model)]
    if settings.match.reference == OWN:
        del texts["match.reference"]
    if settings.dance.reference == OWN_DANCE:  # the command compares with a dance of a file, and shows built-in ones
        texts = {name: text for name, text in texts.items() if not name.startswith("dance.")}
    words += _file_arguments(settings, uploads or Uploads())
    for name, text in texts.items():
        words += ["--set", f"{name}={text}"]
    return shlex.join([*words, "--output", "OUT.png" if source == "Photo" else "OUT.mp4"])


def _file_arguments(settings: Settings, uploads: Uploads) -> list[str]:
    """The arguments that name the files of uploads."""
    words: list[str] = []
    if settings.match.reference == OWN:
        words += ["--reference", "POSE.json"]
    elif settings.dance.reference == OWN_DANCE:
        words += ["--reference", "DANCE.json"]
    if settings.background.mode == "image":
        words += ["--background", "IMAGE.jpg"]
    for effect in map(name_of, settings.effects):
        if effect in uploads.images:
            words += [f"--{effect}", f"{effect.upper()}.png"]
    return words


def panel(settings: Settings, uploads: Uploads) -> None:
    """Show the widgets to save and load settings, the command line, and a reset button."""
    st.caption(tr("The URL of this page contains all settings: copy it to share them."))
    st.download_button(
        tr("Save settings"),
        json.dumps(settings.changes(), indent=2),
        "pose-settings.json",
        "application/json",
        icon=":material/download:",
        width="stretch",
    )
    st.file_uploader(
        tr("Load settings"),
        type="json",
        key="settings-file",
        on_change=_load,
        help=tr("A file saved here or written by hand; settings that it does not contain are reset to their defaults."),
    )
    if problem := st.session_state.pop("settings-problem", ""):
        st.error(plain(tr(problem)), icon=":material/error:")
    st.caption(tr("The same on the command line:"))
    line = command(settings, st.session_state["source"], st.session_state["scene"], uploads)
    st.code(line, language="bash", wrap_lines=True)
    st.button(tr("Reset all settings"), icon=":material/restart_alt:", on_click=_reset, width="stretch")


def _load() -> None:
    upload = st.session_state["settings-file"]
    if upload is None:
        return
    try:
        state.apply(Settings.from_json(upload.getvalue()))
    except InputError as error:
        st.session_state["settings-problem"] = str(error)


def _reset() -> None:
    state.apply(Settings())
