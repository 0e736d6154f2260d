"""The few lines of style that Streamlit's theme does not cover."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st
from PIL import Image as Pillow

COLUMNS = [3, 1]  # the picture, and what stands beside it

_CSS = """
<style>
  .block-container { padding-top: 1.2rem; padding-bottom: 2rem; max-width: 1080px; }
  .pd-title { display: flex; align-items: baseline; gap: .6rem; margin: 0; }
  .pd-title b { font-size: 1.35rem; letter-spacing: -.01em; }
  .pd-title span { opacity: .65; font-size: .92rem; }
  .pd-chips { display: flex; flex-wrap: wrap; gap: .4rem; }
  .pd-chip { border: 1px solid rgba(128, 128, 128, .28); border-radius: 999px; padding: .12rem .7rem;
             font-size: .86rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .pd-label { opacity: .6; margin-right: .4rem; }
  .pd-governor { margin: .1rem 0 0; padding: .35rem .8rem; border-radius: 10px; font-size: .9rem;
                 background: rgba(255, 170, 0, .16); }
  [data-testid="stColumn"]:has(.pd-nothing) { display: none; }
  .pd-verdict ul { margin: .3rem 0 0; padding-left: 1.1rem; font-size: .9rem; }
  .pd-verdict b { font-size: 1.7rem; font-variant-numeric: tabular-nums; }
  .pd-yes { color: #12a150; }
  .pd-count { font-size: 5rem; font-weight: 800; text-align: center; line-height: 1.1; }
  .pd-spark { width: 100%; height: 40px; display: block; margin: .2rem 0; }
  .pd-joint { margin-top: .2rem; font-size: .82rem; }
  .pd-joint p { margin: .1rem 0 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
  .pd-row { display: grid; grid-template-columns: 3.6rem 1fr; gap: .5rem; margin-bottom: 3px; }
  .pd-side { display: flex; flex-direction: column; justify-content: space-between; text-align: right;
             font-size: .72rem; line-height: 1.1; padding: 2px 0; opacity: .65; }
  .pd-times { display: grid; grid-template-columns: repeat(5, 1fr); position: relative; font-size: .72rem;
              line-height: 1.2; opacity: .65; }
  .pd-times i { font-style: normal; margin-left: -.25em; }
  .pd-times b { position: absolute; right: 0; font-weight: normal; }
  .pd-plot { width: 100%; height: 62px; display: block; }
  .pd-line { display: inline-block; width: 1.4rem; vertical-align: middle; margin: 0 .35rem 0 0; }
  @media (max-width: 640px) {
    .block-container { padding: 3.4rem .7rem 2rem; }
    .pd-title span { display: none; }
  }
</style>
"""


def apply() -> None:
    """Set up the page."""
    st.set_page_config("Pose demo", page_icon=_icon(), layout="wide")
    st.html(_CSS)


@st.cache_data(show_spinner=False)
def _icon() -> Pillow.Image:
    """A dancer of a few lines. Streamlit would fetch its own icons from another server."""
    icon = np.full((64, 64, 3), (15, 123, 108), np.uint8)
    joints = np.array([(32, 24), (14, 10), (50, 30), (30, 42), (18, 58), (46, 56)])
    for start, end in ((0, 1), (0, 2), (0, 3), (3, 4), (3, 5)):
        cv2.line(icon, joints[start].tolist(), joints[end].tolist(), (255, 255, 255), 4, cv2.LINE_AA)
    cv2.circle(icon, (33, 14), 6, (255, 210, 90), -1, cv2.LINE_AA)
    return Pillow.fromarray(icon)


def title() -> None:
    """One line above the picture."""
    st.html(
        "<p class='pd-title'><b>Pose demo</b><span>what pose models see, live, on a plain CPU. "
        "Only what you record is stored, until you leave.</span></p>"
    )
