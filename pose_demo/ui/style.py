"""Page set-up, and the few lines of CSS that Streamlit's theme does not cover."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st
from PIL import Image as Pillow

COLUMNS = [3, 1]  # relative widths of the image and the panel beside it

_CSS = """
<style>
  .block-container { padding-top: 1.2rem; padding-bottom: 2rem; max-width: 1080px; }
  .pd-title { display: flex; align-items: baseline; gap: .6rem; margin: 0; }
  .pd-title b { font-size: 1.35rem; letter-spacing: -.01em; }
  .pd-title span { opacity: .65; font-size: .92rem; }
  .st-key-figures { font-variant-numeric: tabular-nums; }
  [data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }  /* no gap for a fragment that shows nothing */
  [data-testid="stLayoutWrapper"]:has(> * > * > * > * > .st-key-hint-chip) {
    height: 0; margin-bottom: -1rem; z-index: 2;
  }
  .st-key-hint-chip button { margin-top: .6rem; border-radius: 2rem; box-shadow: 0 1px 6px rgb(0 0 0 / .3); }
  [data-testid="stColumn"]:has(.pd-empty) { display: none; }
  @media (max-width: 640px) {
    .block-container { padding: 3.4rem .7rem 2rem; }
    .pd-title span { display: none; }
    .st-key-source [role="radio"] { padding-inline: .5rem; }
  }
</style>
"""


def apply() -> None:
    """Set up the page."""
    st.set_page_config("Pose demo", page_icon=_icon(), layout="wide")
    st.html(_CSS)


@st.cache_data(show_spinner=False)
def _icon() -> Pillow.Image:
    """A stick figure; Streamlit would fetch its own icons from another server."""
    icon = np.full((64, 64, 3), (15, 123, 108), np.uint8)
    keypoints = np.array([(32, 24), (14, 10), (50, 30), (30, 42), (18, 58), (46, 56)])
    for start, end in ((0, 1), (0, 2), (0, 3), (3, 4), (3, 5)):
        cv2.line(icon, keypoints[start].tolist(), keypoints[end].tolist(), (255, 255, 255), 4, cv2.LINE_AA)
    cv2.circle(icon, (33, 14), 6, (255, 210, 90), -1, cv2.LINE_AA)
    return Pillow.fromarray(icon)


def title() -> None:
    """Show the title line."""
    st.html(
        "<p class='pd-title'><b>Pose demo</b><span>live pose estimation on a CPU. "
        "Videos are kept until you leave, live ones for 20 seconds.</span></p>"
    )
