"""The few lines of style that Streamlit's theme does not cover."""

from __future__ import annotations

import streamlit as st

_CSS = """
<style>
  .block-container { padding-top: 1.2rem; padding-bottom: 2rem; max-width: 960px; }
  .pd-title { display: flex; align-items: baseline; gap: .6rem; margin: 0; }
  .pd-title b { font-size: 1.35rem; letter-spacing: -.01em; }
  .pd-title span { opacity: .65; font-size: .92rem; }
  .pd-chips { display: flex; flex-wrap: wrap; gap: .4rem; }
  .pd-chip { border: 1px solid rgba(128, 128, 128, .28); border-radius: 999px; padding: .12rem .7rem;
             font-size: .86rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .pd-label { opacity: .6; margin-right: .4rem; }
  @media (max-width: 640px) { .pd-title span { display: none; } .block-container { padding: .6rem .7rem 2rem; } }
</style>
"""


def apply() -> None:
    """Set up the page."""
    st.set_page_config("Pose demo", page_icon=":material/accessibility_new:", layout="wide")
    st.html(_CSS)


def title() -> None:
    """One line above the picture."""
    st.html(
        "<p class='pd-title'><b>Pose demo</b><span>what pose models see, live, on a plain CPU. "
        "Pictures stay in memory and are never stored.</span></p>"
    )
