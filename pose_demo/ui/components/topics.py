"""A bar of the sidebar's topics, for windows that are too small to show the sidebar beside the picture."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pose_demo.ui.translation import tr

_HTML = '<nav class="topics"></nav>'
_CSS = """
:host { display: block; height: 100%; }
.topics { display: flex; height: 52px; background: var(--st-secondary-background-color); }
button { flex: 1; min-width: 44px; min-height: 44px; border: 0; padding: 0 .1rem; cursor: pointer; font: inherit;
         font-size: .78rem; color: var(--st-text-color); background: transparent; }
button:hover, button[aria-expanded="true"] { color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
@media (max-height: 499px) { .topics { flex-direction: column; height: 100vh; } }
"""
_JS = """
const OPEN = "[data-testid=stExpandSidebarButton]", CLOSE = "[data-testid=stSidebarCollapseButton] button";
const TABS = "[data-testid=stSidebar] [role=tab]";
export default function ({ data, parentElement }) {
  const bar = parentElement.querySelector(".topics");
  const isOpen = () => document.querySelector("[data-testid=stSidebar]")?.dataset.collapsed === "false";
  const tab = index => document.querySelectorAll(TABS)[index];
  const isShown = index => isOpen() && tab(index)?.getAttribute("aria-selected") === "true";
  const buttons = data.topics.map((topic, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = topic;
    let wasShown = null;   // when it was touched: Streamlit then closes the sheet, as for a touch of the picture
    button.onpointerdown = () => { wasShown = isShown(index); };
    button.onclick = () => {
      const isClosing = wasShown ?? isShown(index);
      wasShown = null;
      if (isClosing) {
        if (isOpen()) document.querySelector(CLOSE)?.click();
      } else {
        if (!isOpen()) document.querySelector(OPEN)?.click();
        tab(index)?.click();
      }
      setTimeout(show, 100);
    };
    return button;
  });
  const show = () => buttons.forEach((button, index) => button.setAttribute("aria-expanded", String(isShown(index))));
  bar.setAttribute("aria-label", data.label);
  bar.replaceChildren(...buttons);
  show();
}
"""


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_topics", html=_HTML, css=_CSS, js=_JS)


def show(topics: Sequence[str]) -> None:
    """Show the bar; a press opens the sidebar with that topic, or closes it."""
    _component()(data={"topics": list(topics), "label": tr("Settings")}, key="topics", height="stretch")
