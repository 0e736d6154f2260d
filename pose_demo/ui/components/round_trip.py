"""The round trip of the video, from the camera to the display, as the browser measures it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_KEY = "round-trip"


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    js = Path(__file__).with_suffix(".js").read_text("utf-8")
    return st.components.v2.component("pose_demo_round_trip", html="<i></i>", js=js)


def measure(*, is_active: bool) -> float | None:
    """The round trip in the last second, in seconds plus a constant of the connection; None if it is not new.

    A returned frame has the RTP timestamp of the frame of the camera. How much later it is displayed is known but for
    the constant between the two clocks. Browsers that do not tell the RTP timestamp measure nothing.

    Args:
        is_active: whether to measure; the fragment that calls this runs again each second meanwhile.
    """
    value = _component()(data={"isActive": is_active}, key=_KEY, on_milliseconds_change=lambda: None).milliseconds
    return None if value is None else value / 1000
