"""The page in the window: one entry in the browser's history, and no sidebar where it would hide the picture."""

from __future__ import annotations

import streamlit as st

# Streamlit adds an entry for each change of the address: "Back" would go through the steps of a slider, and undo none.
# It collapses the sidebar of narrow windows only.
_JS = """
const WIDTH = 900, HEIGHT = 500;
const COLLAPSE = "[data-testid=stSidebarCollapseButton] button[aria-expanded=true]";
let isPrepared = false;
export default function ({ data }) {
  document.documentElement.lang = data.language;
  if (isPrepared) return;
  isPrepared = true;
  history.pushState = (...given) => history.replaceState(...given);
  if (innerWidth < WIDTH || innerHeight < HEIGHT) document.querySelector(COLLAPSE)?.click();
}
"""


_RELOAD_JS = "export default function () { location.reload(); }"


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_window", html="<i></i>", js=_JS)


def prepare(language: str) -> None:
    """Prepare the window once, and tell the browser the language of the page."""
    _component()(data={"language": language}, key="window")


@st.cache_resource(show_spinner=False)
def _reloading_component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_reload", html="<i></i>", js=_RELOAD_JS)


def reload() -> None:
    """Open the page's address again, as a new visitor."""
    _reloading_component()(key="reload")
