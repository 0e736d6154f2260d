"""Page set-up, and the few lines of CSS that Streamlit's theme does not cover."""

from __future__ import annotations

from contextlib import AbstractContextManager
from html import escape

import streamlit as st

from pose_demo.ui.components import window
from pose_demo.ui.html_head import PICTURES
from pose_demo.ui.translation import language, tr

_SIDEBAR_WIDTH = 340  # pixels; the six topics fit
COLUMNS = [3, 1]  # relative widths of the image and the panel beside it

_CSS = """
<style>
  :lang(ko) { word-break: keep-all; }  /* lines break between words only */
  .block-container { padding-top: 1.2rem; padding-bottom: 2rem; max-width: 1080px; }
  .pd-title { display: flex; align-items: baseline; gap: .6rem; margin: 0; padding: 0; font-size: 1rem;
              font-weight: 400; }
  .pd-title b { font-size: 1.35rem; letter-spacing: -.01em; white-space: nowrap; }
  .pd-title span { opacity: .65; font-size: .92rem; }
  .st-key-heading { flex-wrap: nowrap; }
  .st-key-share-button button, [class*=st-key-language-] button { min-height: 1.9rem; padding-block: 0; }
  /* Choices with pictures, which `pictures.css` adds */
  [class*=st-key-pictured-] :has(> button[data-variant]) {
    display: grid; grid-template-columns: repeat(auto-fill, minmax(74px, 1fr)); gap: .35rem; }
  [class*=st-key-pictured-] button[data-variant] {
    flex-direction: column; gap: .2rem; height: auto; padding: .2rem; margin: 0;
    border: 2px solid transparent; border-radius: 8px; font-size: .75rem; white-space: normal; line-height: 1.15; }
  [class*=st-key-pictured-] button[data-variant]::before {
    content: ""; width: 100%; aspect-ratio: 1; border-radius: 5px; background-size: cover; }
  .pd-still { max-width: 100%; border-radius: 8px; }
  .pd-figure { margin: 0; }
  .pd-figure figcaption { font-size: .875rem; text-align: center; }
  /* Contrast of at least 4.5: captions, and texts on the primary color, which is bright in the dark theme. */
  [data-testid="stCaptionContainer"] { color: light-dark(#5c6366, #aab4b8); opacity: 1; }
  [data-testid="stBaseButton-primary"] p, [data-testid="stBaseButton-primary"] [data-testid="stIconMaterial"],
  [data-testid="stMultiSelect"] span[title] { color: light-dark(#fff, #0b1512); }
  /* Tables of numbers, and denser ones with bars */
  .pd-table, .pd-bars { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0; }
  .pd-table { font-size: .92rem; }
  .pd-table th, .pd-table td { padding: .3rem .5rem; text-align: left; border: 0;
                               border-bottom: 1px solid rgba(128, 128, 128, .25); }
  .pd-table th { font-weight: 500; opacity: .7; font-size: .82rem; }
  .pd-bars { font-size: .82rem; }
  .pd-bars th, .pd-bars td { padding: .12rem .4rem; border: 0; text-align: left; }
  .pd-bars th { font-weight: 500; opacity: .75; white-space: nowrap; width: 5.2rem; }
  .pd-bars thead th { width: 45%; }
  .pd-bars div { display: flex; align-items: center; gap: .45rem; min-height: 1.2rem; }
  .pd-bars i { display: block; height: .6rem; min-width: 2px; border-radius: 2px; background: #12a150; }
  .st-key-window { display: none; }
  .st-key-figures { font-variant-numeric: tabular-nums; }
  [data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }  /* no gap for a fragment that shows nothing */
  [data-testid="stLayoutWrapper"]:has(> * > * > * > * > .st-key-hint-chip) {  /* over the picture of the workbench */
    height: 0; margin-bottom: -1rem; z-index: 2;
  }
  .st-key-hint-chip button { margin-top: .6rem; border-radius: 2rem; box-shadow: 0 1px 6px rgb(0 0 0 / .3); }
  /* The stage has a fixed size, whatever it shows, and never fades. */
  :root { --pd-around: 190px; --pd-stage-width: min(100%, calc((100vh - var(--pd-around)) * 4 / 3)); }
  .st-key-stage { --pd-picture-height: 100cqh; --pd-picture-width: 100cqw;
                  position: relative; aspect-ratio: 4 / 3; width: var(--pd-stage-width);
                  min-width: min(100%, 320px);
                  margin: 0 auto; overflow: hidden; border-radius: 12px; background: #000;
                  container-type: size; }
  .st-key-stage > * { position: absolute !important; inset: 0; width: 100% !important; height: 100% !important; }
  .st-key-stage > .st-key-stage-buttons { z-index: 2; }
  .st-key-stage > .st-key-stage-buttons, .st-key-stage > :has(.st-key-stage-loop, .st-key-stage-light,
    .st-key-stage-verdict, .st-key-hint-chip) { pointer-events: none; margin: 0; }
  .st-key-stage .st-key-hint-chip button { pointer-events: auto; }
  .st-key-stage iframe { position: absolute; inset: 0; width: 100%; height: 100% !important; }
  .st-key-stage [data-stale="true"] { opacity: 1 !important; transition: none !important; }
  .st-key-stage > :has(.st-key-stage-loop) div { height: 100%; }
  .st-key-stage-loop video { width: 100%; height: 100%; object-fit: cover; border-radius: 0; }
  /* In the stage mode the picture fills the window; dialogs stay above it. */
  .pd-stage-mode .st-key-stage { position: fixed; inset: 0; z-index: 999991; width: 100vw; height: 100vh;
                                 max-height: none; aspect-ratio: auto; border-radius: 0; }
  .pd-stage-mode body { overflow: hidden; }
  .pd-stage-mode .st-key-heading { display: none; }
  .st-key-stage-light { position: absolute; left: .5rem; bottom: .6rem; width: auto !important; }
  .pd-light { display: inline-flex; align-items: center; gap: .5rem; padding: .3rem .8rem; border-radius: 1rem;
              background: #10161cd0; color: #fff; font-size: .9rem; font-variant-numeric: tabular-nums; }
  .pd-light i { width: .7rem; height: .7rem; border-radius: 50%; background: #9aa4ab; }
  .pd-light i.green { background: #2fd27a; }
  .pd-light i.orange { background: #ffb224; }
  .pd-light i.red { background: #ff6369; }
  @container (max-width: 620px) { .st-key-stage-light { bottom: 3.6rem; } }
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
  .st-key-topics { display: none; }
  [data-testid="stSidebar"] [role="tablist"] { gap: .1rem .5rem; flex-wrap: wrap; overflow: visible; }
  [data-testid="stSidebar"] [data-testid^="stTabsScroll"] { display: none; }
  [data-testid="stSidebar"] [role="tab"] p { font-size: .8125rem; }
  [data-testid="stColumn"]:has(.pd-empty) { display: none; }
  /* Where the sidebar would hide the picture, it is a sheet or a drawer that the bar of topics opens. */
  @media (max-width: 899px), (max-height: 499px) {
    .st-key-topics { display: block; position: fixed !important; z-index: 999980;
                     inset: auto 0 0 0; height: 52px !important; width: auto !important; }
    [data-testid="stExpandSidebarButton"] { display: none; }
    .block-container { padding-bottom: 5rem; }
  }
  @media (max-width: 640px) and (orientation: portrait) {
    [data-testid="stSidebar"] { position: fixed !important; inset: auto 0 52px 0 !important; width: 100% !important;
      min-width: 100% !important; max-width: 100% !important; height: 50vh !important; border-radius: 14px 14px 0 0;
      box-shadow: 0 -4px 20px rgb(0 0 0 / .25); transition: transform .2s; }
    [data-testid="stSidebar"][data-collapsed="true"] { transform: translateY(calc(100% + 60px)) !important; }
    [data-testid="stSidebar"] [role="tablist"] { display: none; }  /* the bar below has the same topics */
    [data-testid="stSidebarHeader"] { height: 2.4rem; min-height: 0; margin: 0; padding-block: 0; }
  }
  @media (max-width: 640px) {
    .block-container { padding: 3.4rem .7rem 5rem; }
    .pd-title span { display: none; }
    .st-key-source [role="radio"] { padding-inline: .5rem; }
    .st-key-stage { width: 100%; max-height: calc(100vh - 11rem); }
    .pd-light { font-size: .8rem; }
  }
  @media (max-width: 640px) and (orientation: portrait) {
    .st-key-stage { aspect-ratio: 3 / 4; }
    body:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-stage { aspect-ratio: 4 / 3; }  /* above it */
  }
  @media (max-height: 500px) {  /* a phone held sideways: the picture is as high as the window */
    .block-container { padding-top: .6rem; }
    .pd-title { position: absolute; height: 1px; overflow: hidden; }
    .st-key-heading { position: fixed; top: .3rem; right: 3.5rem; width: auto !important; z-index: 999992; }
    .block-container { padding-left: 84px; }
    .st-key-topics { inset: 0 auto 0 0; width: 72px !important; height: 100% !important; }
    :root { --pd-around: 82px; }
    .st-key-stage { width: var(--pd-stage-width); min-width: 0; max-height: none; }
    [data-testid="stHeader"] { background: transparent; pointer-events: none; }
    [data-testid="stHeader"] button { pointer-events: auto; }
  }
</style>
"""


def apply() -> None:
    """Set up the page."""
    icon = str(PICTURES["icon.png"])
    st.set_page_config(tr("Pose demo"), page_icon=icon, layout="wide", initial_sidebar_state=_SIDEBAR_WIDTH)
    st.html(_CSS)
    window.prepare(language())


def heading() -> AbstractContextManager[object]:
    """Show the title line; what is drawn in the context follows it on the right."""
    container = st.container(key="heading", horizontal=True, vertical_alignment="center")
    subtitle = tr("live pose estimation on a CPU. Videos are kept until you leave, live ones for 20 seconds.")
    container.html(
        f"<h1 class='pd-title'><b>{tr('Pose demo')}</b><span>{escape(subtitle)}</span></h1>",
        width="stretch",
    )
    return container
