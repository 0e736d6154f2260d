"""Settings that travel: in the address, in a file, and as a command."""

from __future__ import annotations

import json
import shlex

import streamlit as st

from pose_demo.matching.options import OWN
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui import state
from pose_demo.ui.state import SPECS

_ARRIVED = "address was read"
_PAGE = ("source", "scene")  # entries of the address that are not settings
_INPUTS = {"Webcam": "VIDEO.mp4", "Video file": "VIDEO.mp4", "Photo": "PHOTO.jpg"}


def arrive() -> None:
    """On the first run take over what the address says; nonsense is left out, with a note."""
    if _ARRIVED in st.session_state:
        return
    st.session_state[_ARRIVED] = True
    given = {name: text for name, text in st.query_params.to_dict().items() if name not in _PAGE}
    if not given:
        return
    settings, notes = read(given)
    state.apply(settings)
    for note in notes:
        st.toast(f"Left out of the address: {note}", icon=":material/link_off:")


def read(texts: dict[str, str]) -> tuple[Settings, list[str]]:
    """Settings out of an address, and what had to be left out and why."""
    good: dict[str, str] = {}
    notes: list[str] = []
    for name, text in texts.items():
        try:
            if name not in SPECS:
                raise InputError(f"there is no setting {name!r}")
            Settings.from_texts({name: text})
            good[name] = text
        except InputError as error:
            notes.append(str(error))
    return Settings.from_texts(good), notes


def page_entry(name: str, allowed: list[str]) -> None:
    """Which source or scene comes first: what the address names, else the first there is."""
    asked = st.session_state.get(name) or st.query_params.get(name)
    st.session_state[name] = asked if asked in allowed else allowed[0]  # said again, as its widget may be hidden now


def depart(settings: Settings) -> None:
    """Write the settings into the address, without those that have their defaults."""
    wanted = settings.texts()
    if st.session_state.get("source", "Webcam") != "Webcam":
        wanted["source"] = st.session_state["source"]
        if wanted["source"] == "Sample dancer" and st.session_state.get("scene", "solo") != "solo":
            wanted["scene"] = st.session_state["scene"]
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def command(settings: Settings, source: str, scene: str = "solo", own_glasses: bool = False) -> str:
    """The command line that does the same to a file; names in capitals stand for the visitor's own files."""
    texts = settings.texts()
    if source == "Webcam" and settings.mirror == "auto":
        texts["mirror"] = "on"
    dancer = "sample" if scene == "solo" else f"sample:{scene}"
    given = dancer if source == "Sample dancer" else _INPUTS[source]
    words = ["python", "-m", "pose_demo", "run", given, "--model", texts.pop("model", Settings().model)]
    if settings.match.reference == OWN:
        del texts["match.reference"]
        words += ["--reference", "POSE.json"]
    if settings.background.behind == "picture":
        words += ["--background", "PICTURE.jpg"]
    if own_glasses:
        words += ["--glasses", "GLASSES.png"]
    for name, text in texts.items():
        words += ["--set", f"{name}={text}"]
    return shlex.join([*words, "--output", "OUT.png" if source == "Photo" else "OUT.mp4"])


def panel(settings: Settings, own_glasses: bool) -> None:
    """The link, the file, the command, and the way back to the defaults."""
    st.caption("The address of this page holds every setting: copy it to share what you see.")
    st.download_button(
        "Save settings",
        json.dumps(settings.changes(), indent=2),
        "pose-settings.json",
        "application/json",
        icon=":material/download:",
        width="stretch",
    )
    st.file_uploader(
        "Load settings",
        type="json",
        key="settings-file",
        on_change=_load,
        help="A file saved here, or written by hand; what it does not name gets its default.",
    )
    if problem := st.session_state.pop("settings-problem", ""):
        st.error(problem, icon=":material/error:")
    st.caption("The same from the command line:")
    line = command(settings, st.session_state["source"], st.session_state["scene"], own_glasses)
    st.code(line, language="bash", wrap_lines=True)
    st.button("Reset all settings", icon=":material/restart_alt:", on_click=_reset, width="stretch")


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
