"""A still image with a text for screen readers, which `st.image` does not have."""

from __future__ import annotations

import base64
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pose_demo.io.images import encode_jpeg
from pose_demo.types import Image


def show(
    image: Image | bytes, alt: str, *, width: int | None = None, caption: str = "", column: DeltaGenerator | None = None
) -> None:
    """Show an image.

    Args:
        image: RGB, or a JPEG file.
        alt: what it shows, in words.
        width: in pixels of the page; None for the whole width.
        caption: a text below it.
        column: where to show it; None for here.
    """
    jpeg = image if isinstance(image, bytes) else encode_jpeg(image)
    style = f"width: {width}px" if width else "width: 100%"
    source = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    shown = f"<img class='pd-still' alt='{escape(alt)}' src='{source}' style='{style}'>"
    if caption:
        shown = f"<figure class='pd-figure'>{shown}<figcaption>{escape(caption)}</figcaption></figure>"
    (column or st).html(shown)
