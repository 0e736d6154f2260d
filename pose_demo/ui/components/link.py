"""A link with buttons to copy it and to pass it on to another app, and its QR code."""

from __future__ import annotations

import segno
import streamlit as st

from pose_demo.messages import message
from pose_demo.ui.translation import tr

_MAX_QR_CHARACTERS = 800  # of a link; a denser code is hard to read from a screen

_HTML = """
<div class="link">
  <input readonly>
  <div class="row">
    <button type="button" class="copy"></button><button type="button" class="share" hidden></button>
    <span role="status"></span>
  </div>
  <img hidden>
</div>
"""
_CSS = """
.link { display: flex; flex-direction: column; gap: .6rem; }
.row { display: flex; gap: .5rem; align-items: center; }
input { font: inherit; min-height: 40px; padding: .25rem .6rem; border-radius: 8px; color: var(--st-text-color);
        background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color); min-width: 0; }
button { font: inherit; min-height: 40px; padding: .25rem .9rem; border-radius: 8px; cursor: pointer;
         color: var(--st-text-color); background: transparent; border: 1px solid var(--st-border-color); }
.copy { color: #fff; background: var(--st-primary-color); border-color: var(--st-primary-color); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
img { width: min(100%, 260px); align-self: center; padding: 12px; border-radius: 8px; background: #fff;
      image-rendering: pixelated; }
[hidden] { display: none; }
"""
_JS = """
export default function ({ data, parentElement }) {
  const find = selector => parentElement.querySelector(selector), { texts } = data;
  const link = find("input"), status = find("[role=status]");
  link.value = data.link;
  link.setAttribute("aria-label", texts.link);
  find(".copy").textContent = texts.copy;
  find(".share").textContent = texts.share;
  find(".share").hidden = !navigator.share;
  find("img").hidden = !data.qr;
  if (data.qr) Object.assign(find("img"), { src: data.qr, alt: texts.qr });
  find(".copy").onclick = async () => {
    link.select();
    try { await navigator.clipboard.writeText(data.link); } catch { document.execCommand("copy"); }   // over http
    status.textContent = texts.copied;
  };
  find(".share").onclick = () => navigator.share({ title: document.title, url: data.link }).catch(() => {});
}
"""
_TEXTS = {
    "link": message("Link"),
    "copy": message("Copy the link"),
    "share": message("Share"),
    "copied": message("Copied"),
    "qr": message("QR code of the link"),
}


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_link", html=_HTML, css=_CSS, js=_JS)


def show(link: str, key: str = "link") -> bool:
    """Show the link; returns whether it is short enough for a QR code."""
    has_qr = len(link) <= _MAX_QR_CHARACTERS
    qr = segno.make_qr(link, error="l").svg_data_uri(border=0) if has_qr else ""
    texts = {name: tr(text) for name, text in _TEXTS.items()}
    _component()(data={"link": link, "qr": qr, "texts": texts}, key=key)
    return has_qr
