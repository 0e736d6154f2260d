"""The visitor's own webcam: START, what comes of it, and what to do when nothing comes."""

from __future__ import annotations

import time

import streamlit as st

from pose_demo.settings import Settings
from pose_demo.ui.models import serve
from pose_demo.ui.panels import match, recorder, status
from pose_demo.ui.session import Session
from pose_demo.ui.sources.sample import dance
from pose_demo.ui.style import COLUMNS
from pose_demo.ui.webrtc import ice, stream

_PATIENCE = 8.0  # seconds a connection may take before the page says something
_A_MOMENT = 3.0  # a connection that ends by itself after this long without a picture has failed
_OTHER_SOURCES = {"Sample dancer": "Watch the dancer", "Video file": "Use a video", "Photo": "Use a photo"}


def webcam(session: Session, settings: Settings) -> None:
    """The visitor's own camera. Until START is pressed the dancer shows what to expect."""
    picture, side = st.columns(COLUMNS)  # always both: a widget that changes its place starts anew
    with picture:
        connection = stream.stream(session.live)
        _note_change(session, connection)
        serve(session, settings, live=True)
        if connection.wanted:
            _watch(session, connection)
        else:
            _invite(session, connection)
        status.live(session)
        recorder.panel(session)
    with side:
        match.panel(session, settings)


def _note_change(session: Session, connection: stream.Connection) -> None:
    """Notice START and the end of a stream."""
    if connection.wanted and session.wanted_since is None:
        session.wanted_since, session.in_vain = time.monotonic(), False
        session.live.restart()
    elif not connection.wanted and session.wanted_since is not None:
        waited = time.monotonic() - session.wanted_since
        session.in_vain = not session.live.status().frames and waited > _A_MOMENT
        session.wanted_since = None
        session.live.restart()


def _invite(session: Session, connection: stream.Connection) -> None:
    if session.in_vain:
        _offer_others(_reason(connection))
    elif not ice.may_use_camera(st.context.url):
        _offer_others(
            "Browsers give the camera only to https pages and to localhost, and this page is neither. "
            "Open it over https, or go on without the webcam:"
        )
    st.caption("Press **START** to see yourself. Until then the drawn dancer shows what the model sees.")
    dance(session, "solo")


@st.fragment(run_every=1.0)
def _watch(session: Session, connection: stream.Connection) -> None:
    """Say why when no picture comes."""
    waited = time.monotonic() - (session.wanted_since or time.monotonic())
    if waited > _PATIENCE and not session.live.status().frames:
        _offer_others(_reason(connection))


def _offer_others(reason: str) -> None:
    st.warning(reason, icon=":material/wifi_off:")
    for column, (name, label) in zip(st.columns(len(_OTHER_SOURCES)), _OTHER_SOURCES.items(), strict=True):
        if column.button(label, key=f"instead-{name}", on_click=_go_to, args=(name,), width="stretch"):
            st.rerun()  # the whole page, not only this fragment


def _go_to(source: str) -> None:
    st.session_state["source"] = source


def _reason(connection: stream.Connection) -> str:
    if connection.playing:
        return (
            "The connection stands, but the camera sends no picture. Is another program using it, or its cover closed? "
            "Press STOP and try SELECT DEVICE, or go on without the webcam:"
        )
    relay = (
        "Its TURN relay did not help; check its address and password."
        if ice.has_turn()
        else "It has no TURN relay for such networks; whoever hosts it can set one up (see the README)."
    )
    return (
        "Your browser and this server could not find a way to each other, most likely because of a firewall. "
        f"{relay} Everything but the webcam works all the same:"
    )
