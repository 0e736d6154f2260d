"""Two pictures in one place with a divider that is dragged in the browser, and a divider for a video."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path

import cv2
import numpy as np
import streamlit as st

from pose_demo.imaging import as_uint8, limit_size
from pose_demo.io.images import encode_jpeg
from pose_demo.types import Image
from pose_demo.ui.translation import tr

_HTML = """
<div class="split">
  <div class="frame">
    <canvas role="img"></canvas>
    <span class="label a"></span><span class="label b"></span>
    <div class="handle" role="slider" tabindex="0" aria-valuemin="0" aria-valuemax="100"><i></i></div>
  </div>
</div>
"""
_MAX_SIDE = 1280  # pixels of one picture; more is not visible and only takes time
_CENTER = 0.5


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    css, js = (Path(__file__).with_suffix(suffix).read_text() for suffix in (".css", ".js"))
    return st.components.v2.component("pose_demo_split", html=_HTML, css=css, js=js)


def show(left: Image, right: Image, labels: tuple[str, str], key: str, position: float = _CENTER) -> float:
    """Show ``left`` left of the divider and ``right`` right of it; the browser moves the divider without a rerun.

    Both are sent as one JPEG, so that they always belong to the same frame.

    Args:
        left, right: RGB images; the right one is scaled to the size of the left one.
        labels: the name of each.
        key: identifies the component; other images with the same key replace the previous ones.
        position: initial position of the divider in [0, 1] of the width.

    Returns:
        the position of the divider after the last drag.
    """
    left = limit_size(left, _MAX_SIDE)
    height, width = left.shape[:2]
    if right.shape != left.shape:  # an effect may change the size of one side
        right = as_uint8(cv2.resize(right, (width, height), interpolation=cv2.INTER_AREA))
    both = np.hstack((left, right))
    return _mount(packed(labels, position, encode_jpeg(both)), key, position)


def divider(labels: tuple[str, str], key: str, position: float = _CENTER) -> float:
    """A divider without a picture, as wide as the video of the webcam; see `show`. It reports while it is dragged."""
    return _mount(packed(labels, position), key, position)


def packed(labels: tuple[str, str], position: float, jpeg: bytes = b"") -> bytes:
    """The data for the browser: the length of a JSON header in four bytes, the header, and a JPEG if there is one."""
    left, right = labels
    texts = {
        "handle": tr("Divider: {left} is left of it, {right} right", left=left, right=right),
        "picture": tr("{left} left of the divider, {right} right of it", left=left, right=right),
        "percent": tr("{percent} % of the width"),
    }
    header = json.dumps({"labels": labels, "position": position, "texts": texts}).encode()
    return struct.pack(">I", len(header)) + header + jpeg


def _mount(data: bytes, key: str, position: float) -> float:
    state = _component()(data=data, key=key, default={"position": position}, on_position_change=lambda: None)
    chosen = getattr(state, "position", None)
    if not isinstance(chosen, int | float) or not math.isfinite(chosen):
        return position
    return min(1.0, max(0.0, float(chosen)))
