"""The visitor's webcam: the stream, and alternatives when it cannot be used."""

from __future__ import annotations

import streamlit as st

from pose_demo.settings import Settings
from pose_demo.ui.models import request_stream
from pose_demo.ui.panels import compare, hints, match, recorder, status
from pose_demo.ui.panels import connection as connection_panel
from pose_demo.ui.session import Session
from pose_demo.ui.sources import sample
from pose_demo.ui.style import COLUMNS
from pose_demo.ui.webrtc import ice, stream

_CONNECT_TIMEOUT_S = 8.0
_ALTERNATIVES = {"Sample dancer": "Use the sample dancer", "Video file": "Use a video", "Photo": "Use a photo"}


def show(session: Session, settings: Settings) -> None:
    """Show the webcam stream; until START is pressed, the sample dancer."""
    left, right = st.columns(COLUMNS)  # always both: a widget that changes its place would restart
    with left:
        hints.stream_chip(session)
        connection = stream.stream(session.stream, session.connection.check.result or ())
        _update_attempt(session, connection)
        request_stream(session, settings, live=True)
        compare.request(session, live=True)
        session.connection.observe(connection.peer())
        if connection.started:
            compare.divider(session)
            _check_frames(session, connection)
        else:
            _idle(session, connection)
        compare.controls(session, settings)
        compare.panel(session)
        status.panel(session)
        recorder.panel(session)
    with right:
        match.panel(session, settings)


def _update_attempt(session: Session, connection: stream.Connection) -> None:
    """Detect START and the end of a connection."""
    attempt = session.connection
    if connection.started and attempt.started_at is None:
        attempt.start()
        session.stream.restart()
    elif not connection.started and attempt.started_at is not None:
        attempt.end(session.stream.status().frames)
        session.stream.restart()


def _idle(session: Session, connection: stream.Connection) -> None:
    if session.connection.failed or not ice.may_use_camera(st.context.url):
        _explain_failure(session, connection)
    st.caption("Press **START** to use your webcam. Until then the sample dancer is shown.")
    sample.play(session, "solo")


@st.fragment(run_every=1.0)
def _check_frames(session: Session, connection: stream.Connection) -> None:
    """Explain why no frames arrive."""
    session.connection.observe(connection.peer())
    if session.connection.elapsed_s > _CONNECT_TIMEOUT_S and not session.stream.status().frames:
        _explain(session, connection)


@st.fragment(run_every=1.0)
def _explain_failure(session: Session, connection: stream.Connection) -> None:
    _explain(session, connection)


def _explain(session: Session, connection: stream.Connection) -> None:
    cause = connection_panel.cause(session.connection, connection)
    _offer_alternatives(f"{cause} Everything except the webcam works:")
    connection_panel.details(session.connection, connection)


def _offer_alternatives(reason: str) -> None:
    st.warning(reason, icon=":material/wifi_off:")
    for column, (source, label) in zip(st.columns(len(_ALTERNATIVES)), _ALTERNATIVES.items(), strict=True):
        if column.button(label, key=f"instead-{source}", on_click=_choose, args=(source,), width="stretch"):
            st.rerun()  # the whole page, not only this fragment


def _choose(source: str) -> None:
    st.session_state["source"] = source
