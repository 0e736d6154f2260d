"""What lies over the live picture: the buttons of the camera, and a toolbar to record, take a snapshot and so on.

The browser asks for the camera here, not in the WebRTC widget, whose only words are those of the browser's error. The
widget then gets the camera that was opened (see ``camera.js``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pose_demo.messages import message
from pose_demo.ui.translation import tr

_HTML = """
<div class="stage">
  <div class="notice"></div>
  <div class="bar"><div class="tools"></div><div class="buttons"></div></div>
  <div class="camera"></div>
</div>
"""

# What the browser reports, as a cause and what to do; the keys are those of camera.js.
PROBLEMS = {
    "refused": (
        message("The camera is blocked for this page."),
        message("Click the icon beside the address, allow the camera, and try again."),
    ),
    "missing": (message("No camera was found."), message("Connect a camera and try again.")),
    "busy": (
        message("Another program uses the camera."),
        message("Close the video call or app that has it, and try again."),
    ),
    "asking": (
        message("Your browser still asks for the camera."),
        message("Choose “Allow” in its question, which is usually beside the address."),
    ),
    "insecure": (
        message("Browsers allow the camera on secure pages only."),
        message("Open this page with https, or on localhost."),
    ),
    "unanswered": (
        message("The server does not answer."),
        message("Wait until the page is connected again, and try again."),
    ),
    "failed": (message("The camera could not be opened."), message("Try again, or choose another camera.")),
}
_TEXTS = {
    "start": message("Turn on camera"),
    "stop": message("Turn off camera"),
    "again": message("Try again"),
    "connecting": message("Connecting …"),
    "question": message("Allow the camera in your browser’s question."),
    "camera": message("Camera"),
    "instead": message("Everything except the camera works:"),
    "privacy": message(
        "Your video goes to this server, is processed in memory and sent back. The last 20 seconds stay in "
        "memory; nothing else is kept unless you ask for it."
    ),
    "record": message("Record (R)"),
    "stopRecording": message("Stop recording (R)"),
    "cancel": message("Cancel (R)"),
    "recording": message("Recording"),
    "dance": message("Dance (D)"),
    "stopDance": message("Stop the dance (D)"),
    "snapshot": message("Snapshot (S)"),
    "mirror": message("Mirror (M)"),
    "stageMode": message("Full screen (F)"),
}


@dataclass(frozen=True)
class CameraState:
    """What the buttons of the camera show.

    Attributes:
        wanted: the visitor turned the camera on.
        playing: the connection is established.
        may_start: the camera may be turned on.
        request: the last request that was answered.
    """

    wanted: bool
    playing: bool
    may_start: bool
    request: int


@dataclass(frozen=True)
class ToolbarState:
    """What the toolbar shows.

    Attributes:
        presets: their names; the keys 1, 2, 3 … choose one.
        mirrored: the picture is flipped horizontally.
        countdown: count down before a recording.
        sound: the countdown can be heard.
        recording: seconds of the current recording, and ``limit``, when it ends; None without one.
        dancing: whether a take of a dance goes on; None without a dance to follow.
    """

    presets: tuple[str, ...]
    mirrored: bool
    countdown: bool = True
    sound: bool = True
    recording: Mapping[str, float] | None = None
    dancing: bool | None = None


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    folder = Path(__file__).parent
    js = "\n".join((folder / name).read_text() for name in ("stage.js", "camera.js", "toolbar.js"))
    return st.components.v2.component("pose_demo_stage", html=_HTML, css=(folder / "stage.css").read_text(), js=js)


def show(
    toolbar: ToolbarState | None,
    actions: Mapping[str, Callable[[Any], None]],
    camera: CameraState | None = None,
    constraints: Mapping[str, Any] | None = None,
    alternatives: Mapping[str, str] | None = None,
    *,
    is_kiosk: bool = False,
    key: str = "stage-buttons",
) -> None:
    """Show the buttons.

    Args:
        toolbar: its state; None while there is no live picture.
        actions: what is called when the visitor uses the buttons or their keys. Of the camera: ``start`` with the time
            of the request in ms, when the camera was allowed; ``stop``; ``choose`` with the name of an alternative;
            ``side`` with the facing mode of a camera that was chosen, such as "environment". Of the toolbar: ``record``
            with "start" or "stop"; ``dance`` likewise; ``snapshot``; ``mirror`` with "on" or "off"; ``preset`` with its
            name.
        camera: the state of the camera; None for a source without one.
        constraints: media stream constraints of the camera.
        alternatives: what works without a camera: a name -> the label of its button.
        is_kiosk: nobody is there to press a button: the picture fills the window, and the camera is turned on.
        key: identifies the component on the page.
    """

    def pass_on(name: str, act: Callable[[Any], None]) -> Callable[[], None]:
        """A callback for a value of the browser; there is none when it is reset, or the page has left the picture."""

        def changed() -> None:
            value = getattr(st.session_state.get(key), name, None)
            if value:
                act(value)

        return changed

    data: dict[str, Any] = {
        "texts": {name: tr(text) for name, text in _TEXTS.items()},
        "is_kiosk": is_kiosk,
        "toolbar": toolbar and asdict(toolbar),
    }
    if camera:
        problems = {name: (tr(cause), tr(remedy)) for name, (cause, remedy) in PROBLEMS.items()}
        details = {"constraints": constraints, "alternatives": alternatives or {}, "problems": problems}
        data["camera"] = asdict(camera) | details
    callbacks = {f"on_{name}_change": pass_on(name, act) for name, act in actions.items()}
    _component()(data=data, key=key, height="stretch", **callbacks)
