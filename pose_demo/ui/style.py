"""Page set-up, and the few lines of CSS that Streamlit's theme does not cover."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st
from PIL import Image as Pillow

from pose_demo.ui.components import window

COLUMNS = [3, 1]  # relative widths of the image and the panel beside it

_CSS = """
<style>
  .block-container { padding-top: 1.2rem; padding-bottom: 2rem; max-width: 1080px; }
  .pd-title { display: flex; align-items: baseline; gap: .6rem; margin: 0; padding: 0; font-size: 1rem;
              font-weight: 400; }
  .pd-title b { font-size: 1.35rem; letter-spacing: -.01em; }
  .pd-title span { opacity: .65; font-size: .92rem; }
  .st-key-window { display: none; }
  .st-key-figures { font-variant-numeric: tabular-nums; }
  [data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }  /* no gap for a fragment that shows nothing */
  [data-testid="stLayoutWrapper"]:has(> * > * > * > * > .st-key-hint-chip) {  /* over the picture of the workbench */
    height: 0; margin-bottom: -1rem; z-index: 2;
  }
  .st-key-hint-chip button { margin-top: .6rem; border-radius: 2rem; box-shadow: 0 1px 6px rgb(0 0 0 / .3); }
  /* The stage has a fixed size, whatever it shows, and never fades. */
  :root { --pd-around: 190px; --pd-stage-width: min(100%, calc((100vh - var(--pd-around)) * 4 / 3)); }
  .st-key-stage { --pd-picture-height: 100%; position: relative; aspect-ratio: 4 / 3; width: var(--pd-stage-width);
                  min-width: min(100%, 320px);
                  margin: 0 auto; overflow: hidden; border-radius: 12px; background: #000;
                  container-type: inline-size; }
  .st-key-stage > * { position: absolute !important; inset: 0; width: 100% !important; height: 100% !important; }
  .st-key-stage > .st-key-stage-buttons { z-index: 2; }
  .st-key-stage > .st-key-stage-buttons, .st-key-stage > :has(.st-key-stage-loop, .st-key-stage-light,
    .st-key-stage-verdict, .st-key-hint-chip) { pointer-events: none; margin: 0; }
  .st-key-stage .st-key-hint-chip button { pointer-events: auto; }
  .st-key-stage iframe { position: absolute; inset: 0; width: 100%; height: 100% !important; }
  .st-key-stage [data-stale="true"] { opacity: 1 !important; transition: none !important; }
  .st-key-stage > :has(.st-key-stage-loop) div { height: 100%; }
  .st-key-stage-loop video { width: 100%; height: 100%; object-fit: cover; border-radius: 0; }
  .st-key-stage:fullscreen { width: 100vw; height: 100vh; border-radius: 0; }
  .st-key-stage-light { position: absolute; left: .5rem; bottom: .6rem; width: auto !important; }
  .pd-light { display: inline-flex; align-items: center; gap: .5rem; padding: .3rem .8rem; border-radius: 1rem;
              background: #10161cd0; color: #fff; font-size: .9rem; font-variant-numeric: tabular-nums; }
  .pd-light i { width: .7rem; height: .7rem; border-radius: 50%; background: #9aa4ab; }
  .pd-light i.green { background: #2fd27a; }
  .pd-light i.orange { background: #ffb224; }
  .pd-light i.red { background: #ff6369; }
  @container (max-width: 520px) { .st-key-stage-light { bottom: 3.6rem; } }
  .st-key-stage-verdict { position: absolute; inset: .5rem; width: auto; height: auto; gap: .3rem; color: #fff; }
  .st-key-stage-verdict > * { position: static; }
  .st-key-stage-verdict > :not(:has(img)) { width: fit-content; max-width: 75cqw; }
  .st-key-stage-verdict > :has(img) { position: absolute; top: 0; right: 0; width: 20cqw; }
  .st-key-stage-verdict > :has(img) div { width: 100%; }
  .st-key-stage-verdict img { width: 100% !important; border-radius: 8px; opacity: .9; }
  .pd-verdict, .pd-advice { margin: 0; width: fit-content; background: #10161cd0; }
  .pd-verdict { font-size: max(1.8rem, 12cqw); font-weight: 700; line-height: 1; min-width: 4ch; padding: .1em .2em;
                text-align: right; border-radius: .15em; font-variant-numeric: tabular-nums; }
  .pd-verdict.match { background: #12803f; }
  .pd-verdict:empty, .pd-advice:empty { background: none; }
  .pd-advice { font-size: max(1rem, 4.5cqw); padding: 0 .4em; border-radius: .3em; }
  [data-testid="stColumn"]:has(.pd-empty) { display: none; }
  @media (max-width: 640px) {
    .block-container { padding: 3.4rem .7rem 2rem; }
    .pd-title span { display: none; }
    .st-key-source [role="radio"] { padding-inline: .5rem; }
    .st-key-stage { width: 100%; max-height: calc(100vh - 11rem); }
    .pd-light { font-size: .8rem; }
  }
  @media (max-width: 640px) and (orientation: portrait) { .st-key-stage { aspect-ratio: 3 / 4; } }
  @media (max-height: 500px) {  /* a phone held sideways: the picture is as high as the window */
    .block-container { padding-top: .6rem; }
    .pd-title { position: absolute; height: 1px; overflow: hidden; }
    .st-key-source { margin-left: 3rem; }
    :root { --pd-around: 82px; }
    .st-key-stage { width: var(--pd-stage-width); min-width: 0; max-height: none; }
    [data-testid="stHeader"] { background: transparent; pointer-events: none; }
    [data-testid="stHeader"] button { pointer-events: auto; }
  }
</style>
"""


def apply() -> None:
    """Set up the page."""
    st.set_page_config("Pose demo", page_icon=_icon(), layout="wide")
    st.html(_CSS)
    window.prepare()


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
        "<h1 class='pd-title'><b>Pose demo</b><span>live pose estimation on a CPU. "
        "Videos are kept until you leave, live ones for 20 seconds.</span></h1>"
    )
