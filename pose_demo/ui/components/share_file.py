"""A button that passes a shown picture or video on to another app of the visitor's device, where the browser can."""

from __future__ import annotations

import streamlit as st

from pose_demo.ui.translation import tr

_HTML = '<button type="button" hidden></button>'
_CSS = """
button { font: inherit; min-height: 40px; padding: .25rem .9rem; border-radius: 8px; cursor: pointer;
         color: #fff; background: #0f7b6c; border: 0; font-weight: 600; }
button:hover { background: #0c6558; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
_JS = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  const type = data.selector === "video" ? "video/mp4" : "image/jpeg";
  button.hidden = !navigator.canShare?.({ files: [new File([], data.name, { type })] });
  button.onclick = async () => {
    const shown = document.querySelector(`[role=dialog] ${data.selector}`);
    const content = await (await fetch(shown.currentSrc || shown.src)).blob();
    await navigator.share({ files: [new File([content], data.name, { type })] }).catch(() => {});   // it was cancelled
  };
}
"""


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_share_file", html=_HTML, css=_CSS, js=_JS)


def show(selector: str, name: str) -> None:
    """Show the button in a dialog; nothing in a browser that cannot share files.

    Args:
        selector: the element of the dialog whose file is shared: "img" or "video".
        name: of the file.
    """
    data = {"selector": selector, "name": name, "label": tr("Share")}
    _component()(data=data, key=f"share-{name}", width="content")
