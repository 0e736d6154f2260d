"""Two buttons that act while they are held, with the mouse, a finger, or the space bar."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pose_demo.ui.translation import tr

_HTML = """
<div class="buttons">
  <button type="button" class="match" data-label="match" aria-pressed="false"></button>
  <button type="button" class="no-match" data-label="no match" aria-pressed="false"></button>
</div>
"""
_CSS = """
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
button { flex: 1 1 7rem; min-height: 44px; padding: .4rem .6rem; border-radius: 8px; cursor: pointer; font: inherit;
         font-size: .9rem; color: var(--st-text-color); background: var(--st-secondary-background-color);
         border: 2px solid var(--color); touch-action: none; user-select: none; -webkit-user-select: none; }
.match { --color: #12a150; }
.no-match { --color: #e5484d; }
button[aria-pressed="true"] { background: var(--color); color: #fff; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
_JS = """
const attached = new WeakSet();
const KEYS = [" ", "Enter"];
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".buttons"), buttons = [...root.querySelectorAll("button")];
  root.send = setStateValue;
  buttons.forEach(it => { it.textContent = data.texts[it.dataset.label]; });
  if (attached.has(root)) return;
  attached.add(root);
  const hold = label => {
    buttons.forEach(it => it.setAttribute("aria-pressed", String(it.dataset.label === label)));
    root.send("held", label);
  };
  const isHeld = button => button.getAttribute("aria-pressed") === "true";
  for (const button of buttons) {
    const start = () => isHeld(button) || hold(button.dataset.label);
    const end = () => isHeld(button) && hold("");
    button.addEventListener("pointerdown", event => { button.setPointerCapture(event.pointerId); start(); });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(name, end);
    button.addEventListener("contextmenu", event => event.preventDefault());
    button.addEventListener("keydown", event => { if (KEYS.includes(event.key)) { event.preventDefault(); start(); } });
    button.addEventListener("keyup", event => { if (KEYS.includes(event.key)) end(); });
  }
}
"""
_LABELS = {"match": True, "no match": False}


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_hold_buttons", html=_HTML, css=_CSS, js=_JS)


def show(on_change: Callable[[bool | None], None], key: str) -> None:
    """Show the buttons.

    Args:
        on_change: called with True (match) or False (no match) when a button is pressed, and with None when it is
            released.
        key: identifies the buttons on the page.
    """

    def changed() -> None:
        on_change(_LABELS.get(getattr(st.session_state[key], "held", "")))

    texts = {"match": tr("Hold: match"), "no match": tr("Hold: no match")}
    _component()(data={"texts": texts}, key=key, on_held_change=changed, default={"held": ""})
