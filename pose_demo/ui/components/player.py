"""Shows images one after another without flicker over Streamlit's WebSocket, which works where WebRTC does not."""

from __future__ import annotations

from html import escape

import streamlit as st

from pose_demo.imaging import limit_size
from pose_demo.io.images import encode_jpeg
from pose_demo.live.placeholder import NO_MODEL, placeholder
from pose_demo.settings import Settings
from pose_demo.types import Image
from pose_demo.ui.translation import language, tr

_CSS = """
img { display: block; width: var(--pd-picture-width, auto); max-width: 100%; margin: 0 auto; border-radius: 12px;
      max-height: var(--pd-picture-height, 60vh); min-height: 120px; height: var(--pd-picture-height, auto);
      object-fit: contain; }
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
_MAX_SIDE = 1600  # pixels; more is not visible and only takes time


@st.cache_resource(show_spinner=False)
def _component(language: str, alt: str):  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    html = f'<img alt="{escape(alt)}">'  # here, because the data is the picture
    return st.components.v2.component(f"pose_demo_player_{language}", html=html, css=_CSS, js=_JS)


def show_unprocessed(image: Image, settings: Settings) -> None:
    """Show an image that could not be processed; a dark picture if the settings hide something of it."""
    height, width = image.shape[:2]
    show(placeholder((width, height), NO_MODEL) if settings.hides else image)


def show(image: Image, key: str = "player") -> None:
    """Show an RGB image in place of the previous one with the same key."""
    _component(language(), tr("processed image"))(data=encode_jpeg(limit_size(image, _MAX_SIDE)), key=key)
