"""The similarity of each person with the reference pose, and advice: over the picture, and below it in detail."""

from __future__ import annotations

import time
from html import escape

import streamlit as st

from pose_demo.fields import NONE
from pose_demo.matching import library
from pose_demo.matching.feedback import advice, first_action, percent
from pose_demo.matching.matcher import MatchState
from pose_demo.matching.options import OWN
from pose_demo.matching.pictures import stick_figure
from pose_demo.matching.similarity import Match
from pose_demo.messages import message
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.types import Image
from pose_demo.ui.components import still
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels import live_calibration
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.ui.uploads import capture_reference

_IMAGE_SIZE = (240, 240)
_INSET_WIDTH = 120  # pixels, over the picture


def panel(session: Session, settings: Settings) -> None:
    """Show the similarity of each person with advice, and the calibration; nothing without a reference that counts."""
    if settings.match.reference == NONE or settings.plays_game:
        return
    _live(session, settings)
    live_calibration.panel(session, settings)


@fragment(run_every=0.5)
def verdict(session: Session, settings: Settings) -> None:
    """Show, over the picture, the reference and the most similar person's similarity with advice, or a countdown."""
    image = reference_image(session, settings)
    result = session.stream.status().result
    states = [state for state in result.matches if state.match.score is not None] if result else []
    best = max(states, key=lambda state: state.match.score or 0.0, default=None)
    with st.container(key="stage-verdict"):
        if image is not None:
            still.show(image, tr("Reference pose"), width=_INSET_WIDTH)
        remaining = session.uploads.capture_in
        st.html(_score_html(best) if remaining is None else f"<p class='pd-verdict'>{remaining:.0f}</p>")
        text = tr(session.advice.update(_first_advice(result, best), time.monotonic())).capitalize()
        st.html(f"<p class='pd-advice' role='status'>{escape(text)}</p>")  # screen readers read a new one


def _first_advice(result: Result | None, best: MatchState | None) -> str:
    """What to do first; empty for a match, and without a person."""
    if best is None:
        missing = result and any(state.match.too_little_visible for state in result.matches)
        return message("step back") if missing else ""
    return "" if best.is_match else first_action(best.match)


def _score_html(best: MatchState | None) -> str:
    """The similarity, with the color of a match."""
    score = "" if best is None else percent(best.match.score or 0.0)
    return f"<p class='pd-verdict {'match' if best and best.is_match else ''}'>{score}</p>"


def reference_image(session: Session, settings: Settings) -> Image | None:
    """An image of the reference pose; None while the user has not set one."""
    if settings.match.reference != OWN:
        return _library_image(settings.match.reference)
    own = session.uploads.current.reference
    if own is None:
        return None
    return own.thumbnail if own.thumbnail is not None else stick_figure(own.pose.xy, _IMAGE_SIZE)


@st.cache_data(show_spinner=False)
def _library_image(name: str) -> Image:
    return library.image(name, _IMAGE_SIZE)


@fragment(run_every=0.5)
def _live(session: Session, settings: Settings) -> None:
    remaining = capture_reference(session)
    if remaining is not None:
        st.metric(tr("Capture in"), f"{int(remaining) + 1} s")
        return
    if settings.match.reference == OWN and session.uploads.current.reference is None:
        text = tr("Capture a pose from the live video, or upload one in the sidebar.")
        st.info(text, icon=":material/add_a_photo:")
        return
    result = session.stream.status().result
    if result is None or not result.matches:
        st.caption(tr("No person detected."))
        return
    show(result, settings.match.similarity)


def show(result: Result, threshold: float) -> None:
    """Show the similarity of each person of a result, with advice; nothing without a reference."""
    if not result.matches:
        return
    for pose, state in zip(result.estimate.poses, result.matches, strict=True):
        person = tr("Person {number}", number=pose.track_id) if len(result.matches) > 1 else ""
        _person(state, person, threshold)


def _person(state: MatchState, person: str, threshold: float) -> None:
    """Show the similarity of one person, whose name is empty where there is only one."""
    score = state.match.score
    if score is None:
        _no_score(state.match, person)
        return
    st.metric(
        person or tr("Similarity"),
        percent(score),
        tr("match") if state.is_match else tr("no match"),
        delta_color="green" if state.is_match else "gray",
        delta_arrow="off",
        delta_description=tr("needs {similarity}", similarity=percent(threshold)),
    )
    if len(state.history) > 1:
        _chart(state, threshold)
    st.markdown("\n".join(f"- :small[{tr(text)}]" for text in advice(state.match)))
    if state.match.not_visible:
        limbs = ", ".join(map(tr, state.match.not_visible))
        st.caption(tr("Not visible: {limbs}. Step back if they are outside the image.", limbs=limbs))


def _no_score(result: Match, person: str) -> None:
    """Show what prevents a score, and what to do."""
    reason = tr(result.reason)
    sentences = [tr("**Step back.**")] if result.too_little_visible else []
    text = " ".join([*sentences, f"{reason[0].upper()}{reason[1:]}."])
    st.warning(f"{person}: {text}" if person else text, icon=":material/zoom_out_map:")


def _chart(state: MatchState, threshold: float) -> None:
    from pose_demo.ui.components.charts import show_scores  # loaded where needed: it takes time and memory

    show_scores(state.history, threshold)
