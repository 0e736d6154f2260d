"""The buttons over the picture of the webcam: they turn the camera on and off, and explain why that is not possible.

The browser asks for the camera here, not in the WebRTC widget, whose only words are those of the browser's error. The
widget then gets the camera that was opened (see ``stage.js``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

_HTML = '<div class="stage"></div>'

# What the browser reports, as a cause and what to do; the keys are those of stage.js.
PROBLEMS = {
    "refused": (
        "The camera is blocked for this page.",
        "Click the icon beside the address, allow the camera, and try again.",
    ),
    "missing": ("No camera was found.", "Connect a camera and try again."),
    "busy": ("Another program uses the camera.", "Close the video call or app that has it, and try again."),
    "asking": (
        "Your browser still asks for the camera.",
        "Choose “Allow” in its question, which is usually beside the address.",
    ),
    "insecure": ("Browsers allow the camera on secure pages only.", "Open this page with https, or on localhost."),
    "unanswered": ("The server does not answer.", "Wait until the page is connected again, and try again."),
    "failed": ("The camera could not be opened.", "Try again, or choose another camera."),
}
_TEXTS = {
    "start": "Turn on camera",
    "stop": "Turn off camera",
    "again": "Try again",
    "connecting": "Connecting …",
    "question": "Allow the camera in your browser’s question.",
    "camera": "Camera",
    "fullScreen": "Full screen",
    "instead": "Everything except the camera works:",
    "privacy": "Your video goes to this server, is processed in memory and sent back. The last 20 seconds stay in "
    "memory; nothing else is kept unless you ask for it.",
}


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    css, js = (Path(__file__).with_suffix(suffix).read_text() for suffix in (".css", ".js"))
    return st.components.v2.component("pose_demo_stage", html=_HTML, css=css, js=js)


def show(
    state: Mapping[str, bool | int],
    constraints: Mapping[str, Any],
    alternatives: Mapping[str, str],
    *,
    on_start: Callable[[int], None],
    on_stop: Callable[[], None],
    on_choose: Callable[[str], None],
    key: str = "stage-buttons",
) -> None:
    """Show the buttons.

    Args:
        state: ``wanted``: the visitor turned the camera on; ``playing``: the connection is established; ``may_start``:
            the camera may be turned on; ``request``: the last one that was answered.
        constraints: media stream constraints of the camera.
        alternatives: what works without a camera: a name for ``on_choose`` -> the label of its button.
        on_start: called with the time of the request, in ms, when the camera was allowed.
        on_stop: called when the camera is turned off.
        on_choose: called with the name of an alternative.
        key: identifies the component on the page.
    """

    def pass_on(name: str, act: Callable[[Any], None]) -> Callable[[], None]:
        """A callback for a value of the browser; there is none when it is reset, or the page has left the webcam."""

        def changed() -> None:
            value = getattr(st.session_state.get(key), name, None)
            if value:
                act(value)

        return changed

    _component()(
        data={
            **state,
            "constraints": constraints,
            "alternatives": alternatives,
            "texts": _TEXTS,
            "problems": PROBLEMS,
        },
        key=key,
        on_start_change=pass_on("start", on_start),
        on_stop_change=pass_on("stop", lambda _: on_stop()),
        on_choose_change=pass_on("choose", on_choose),
        height="stretch",
    )
