"""Shows pictures one after another without flicker, over the page's own connection: it works where WebRTC does not."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st

from pose_demo.io.images import encode_jpeg
from pose_demo.types import Image

_HTML = '<img alt="processed picture">'
_CSS = """
img { display: block; width: auto; max-width: 100%; max-height: 60vh; min-height: 120px; margin: 0 auto;
      border-radius: 12px; }
"""
_JS = """
export default function ({ data, parentElement }) {
  if (!data) return;
  const image = parentElement.querySelector("img");
  const old = image.src;
  image.src = URL.createObjectURL(new Blob([data], { type: "image/jpeg" }));
  if (old) URL.revokeObjectURL(old);
}
"""
_LARGEST = 1600  # pixels of the longer side; more is not seen and only takes time


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_player", html=_HTML, css=_CSS, js=_JS)


def show(image: Image, key: str = "player") -> None:
    """Show an RGB picture in place of the last one with the same key."""
    height, width = image.shape[:2]
    scale = min(1.0, _LARGEST / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    _component()(data=encode_jpeg(image), key=key)
