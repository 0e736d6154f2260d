"""Shows pictures one after another without flicker, over the page's own connection: it works where WebRTC does not."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st

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
_QUALITY = 85
_LARGEST = 1600  # pixels of the longer side; more is not seen and only takes time


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    return st.components.v2.component("pose_demo_player", html=_HTML, css=_CSS, js=_JS)


def show(image: Image, key: str = "player") -> None:
    """Show an RGB picture in place of the last one with the same key."""
    largest = max(image.shape[:2])
    if largest > _LARGEST:
        image = np.asarray(cv2.resize(image, None, fx=(k := _LARGEST / largest), fy=k, interpolation=cv2.INTER_AREA))
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    _component()(data=jpeg.tobytes(), key=key)
