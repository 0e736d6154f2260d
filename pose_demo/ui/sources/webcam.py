"""The visitor's webcam: the stream, and alternatives when it cannot be used."""

from __future__ import annotations

import streamlit as st

from pose_demo.live import prometheus
from pose_demo.live.seats import Turn
from pose_demo.settings import Settings
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import request_stream
from pose_demo.ui.panels import compare, hints, match, recorder, seats, status
from pose_demo.ui.panels import connection as connection_panel
from pose_demo.ui.session import Session
from pose_demo.ui.sources import sample
from pose_demo.ui.style import COLUMNS
from pose_demo.ui.webrtc import ice, stream

_CONNECT_TIMEOUT_S = 8.0
_LOST_S = 3.0  # without a frame, after some
_LOST = "The connection to the camera was lost. Press START to go on."
_ALTERNATIVES = {"Sample dancer": "Use the sample dancer", "Video file": "Use a video", "Photo": "Use a photo"}


def show(session: Session, settings: Settings) -> None:
    """Show the webcam stream; until START is pressed, the sample dancer."""
    left, right = st.columns(COLUMNS)  # always both: a widget that changes its place would restart
    with left:
        hints.stream_chip(session)
        turn = _turn(session)
        connection = stream.stream(
            session.seat.callback, session.camera, session.connection.check.result or (), may_play=turn.may_play
        )
        _update_attempt(session, connection)
        request_stream(session, settings, live=True)
        compare.request(session, live=True)
        seats.panel(session, turn)
        session.connection.observe(connection.peer())
        if connection.started:
            compare.divider(session)
            _check_frames(session, connection)
        else:
            _idle(session, connection, may_start=turn.may_play)
        compare.controls(session, settings)
        compare.panel(session)
        status.panel(session)
        recorder.panel(session)
    with right:
        match.panel(session, settings)


def _turn(session: Session) -> Turn:
    """What the visitor may do; a connection without a seat is ended, or refused before it begins."""
    turn = session.seat.admit(session.camera.is_started)
    if session.camera.is_started and not turn.may_play:
        if session.connection.started_at is None:
            prometheus.count_refusal("seat")
        session.stop_camera(why=turn.idle.value if turn.idle else "no seat")
        turn = session.seat.admit(False)
    return turn


def _update_attempt(session: Session, connection: stream.Connection) -> None:
    """Detect START and the end of a connection."""
    attempt = session.connection
    if connection.started and attempt.started_at is None:
        session.begin_stream()
    elif not connection.started and attempt.started_at is not None:
        session.end_stream()


def _idle(session: Session, connection: stream.Connection, *, may_start: bool) -> None:
    if session.connection.stopped_because:
        st.info(session.connection.stopped_because, icon=":material/videocam_off:")
    elif session.connection.failed or not ice.may_use_camera(st.context.url):
        _explain_failure(session, connection)
    if may_start:
        st.caption("Press **START** to use your webcam. Until then the sample dancer is shown.")
    sample.play(session, "solo")


@fragment(run_every=1.0)
def _check_frames(session: Session, connection: stream.Connection) -> None:
    """Explain why no frames arrive, or no more."""
    if session.camera.is_lost and (session.stream.silent_s or 0.0) > _LOST_S:  # else STOP may be on its way
        session.stop_camera(_LOST)
        st.rerun()
    session.connection.observe(connection.peer())
    if session.connection.elapsed_s > _CONNECT_TIMEOUT_S and not session.stream.status().received:
        _explain(session, connection)


@fragment(run_every=1.0)
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
