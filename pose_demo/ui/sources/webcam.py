"""The visitor's webcam: the stream, and alternatives when it cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pose_demo.fields import NONE
from pose_demo.live import prometheus
from pose_demo.live.seats import Admission
from pose_demo.live.sound_track import SoundTrack
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.ui import share, state
from pose_demo.ui.components import loop, stage
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import request_stream
from pose_demo.ui.panels import compare, dance, dance_delay, dance_takes, game, overlays, recorder, seats, toolbar
from pose_demo.ui.panels import connection as connection_panel
from pose_demo.ui.session import Session
from pose_demo.ui.sources import live_panels
from pose_demo.ui.translation import tr
from pose_demo.ui.webrtc import ice, stream

_CONNECT_TIMEOUT_S = 8.0
_LOST_S = 3.0  # without a frame, after some
_LOST = message("The connection to the camera was lost. Turn the camera on to go on.")
_ALTERNATIVES = {
    "Sample dancer": message("Use the sample dancer"),
    "Video file": message("Use a video"),
    "Photo": message("Use a photo"),
}


def show(session: Session, settings: Settings) -> None:
    """Show the webcam stream; until the camera is on, a video of the dancer, which costs the server nothing."""
    admission = _admission(session)
    connection = _stage(session, settings, admission)
    _update_attempt(session, connection)
    request_stream(session, settings, live=True)
    compare.request(session, live=True)
    if connection.started or not admission.may_play or admission.seconds_left is not None or admission.idle:
        seats.panel(session, admission)
    session.attempt.observe(connection.peer())
    if connection.started:
        _live(session, settings, connection)
    else:
        _explain_end(session, connection)
        if session.comparison.active:
            compare.controls(session, settings)
        dance_takes.panel(session.takes)
        if session.recordings.exist:
            recorder.panel(session)
        game.card(session)


def _admission(session: Session) -> Admission:
    """What the visitor may do; a connection without a seat is ended, or refused before it begins."""
    camera = session.camera
    if camera.has_ended:  # the widget would connect again, without end if the camera is gone
        _end(session)
    admission = session.seat.admit(camera.is_on)
    if camera.is_on and not admission.may_play:
        if session.attempt.started_at is None:
            prometheus.count_refusal("seat")
        session.stop_camera(why=admission.idle.value if admission.idle else "no seat")
        admission = session.seat.admit(False)
    return admission


def _end(session: Session) -> None:
    """Do without a connection that the browser has ended."""
    if session.stream.status().received:
        session.stop_camera(_LOST)
    else:
        session.camera.turn_off()  # the page explains why there is no video


def _stage(session: Session, settings: Settings, admission: Admission) -> stream.Connection:
    """The video, and over it the buttons of the camera."""
    camera = session.camera
    with st.container(key="stage"):
        connection = stream.stream(
            session.seat.callback,
            camera,
            session.attempt.check.result or (),
            SoundTrack(lambda: session.stream.playback),
            audible=_is_audible(session, settings),
        )
        buttons = stage.CameraState(
            wanted=camera.wanted,
            playing=connection.playing,
            may_start=admission.may_play and not connection.offered,  # the last connection has ended
            request=camera.request,
        )
        stage.show(
            toolbar.toolbar(session, settings) if connection.playing else None,
            _actions(session, settings),
            buttons,
            stream.CONSTRAINTS,
            {source: tr(label) for source, label in _ALTERNATIVES.items()},
            is_kiosk=share.is_kiosk(),
        )
        if not connection.playing:
            loop.show()
        else:
            overlays.show(session, settings)
    return connection


def _is_audible(session: Session, settings: Settings) -> bool:
    """Whether there may be the sound of a teacher; not where nobody presses a button, which browsers require for it."""
    if share.is_kiosk():
        return False
    return session.uploads.current.calibration or (settings.dance.reference != NONE and settings.dance.sound)


def _actions(session: Session, settings: Settings) -> dict[str, Callable[[Any], None]]:
    """What the buttons over the video do."""
    return {
        "start": session.camera.turn_on,
        "stop": lambda _: session.camera.turn_off(),
        "choose": _choose,
        "side": toolbar.show_side,
        **toolbar.actions(session, settings),
    }


def _update_attempt(session: Session, connection: stream.Connection) -> None:
    """Detect that the camera was turned on, and the end of a connection."""
    attempt = session.attempt
    if connection.started and attempt.started_at is None:
        session.begin_stream()
    elif not connection.started and attempt.started_at is not None:
        session.end_stream()


def _live(session: Session, settings: Settings, connection: stream.Connection) -> None:
    """Show what belongs to a running stream."""
    compare.divider(session)
    _check_frames(session, connection)
    dance.panel(session, settings)
    dance_delay.follow(session)
    live_panels.show(session, settings)


def _explain_end(session: Session, connection: stream.Connection) -> None:
    """Explain why the camera is off, if the visitor did not turn it off."""
    if session.attempt.stopped_because:
        st.info(tr(session.attempt.stopped_because), icon=":material/videocam_off:")
    elif session.attempt.failed or not ice.may_use_camera(st.context.url):
        _explain_failure(session, connection)


@fragment(run_every=1.0)
def _check_frames(session: Session, connection: stream.Connection) -> None:
    """Explain why no frames arrive, or no more."""
    if session.camera.is_lost and (session.stream.silent_s or 0.0) > _LOST_S:  # else it may be turned off this moment
        session.stop_camera(_LOST)
        st.rerun()
    session.attempt.observe(connection.peer())
    if session.attempt.elapsed_s > _CONNECT_TIMEOUT_S and not session.stream.status().received:
        _explain(session, connection)


@fragment(run_every=1.0)
def _explain_failure(session: Session, connection: stream.Connection) -> None:
    _explain(session, connection)


def _explain(session: Session, connection: stream.Connection) -> None:
    cause = connection_panel.cause(session.attempt, connection)
    _offer_alternatives(tr("{cause} Everything except the webcam works:", cause=cause))
    connection_panel.details(session.attempt, connection)


def _offer_alternatives(reason: str) -> None:
    st.warning(reason, icon=":material/wifi_off:")
    for column, (source, label) in zip(st.columns(len(_ALTERNATIVES)), _ALTERNATIVES.items(), strict=True):
        if column.button(tr(label), key=f"instead-{source}", on_click=_choose, args=(source,), width="stretch"):
            st.rerun()  # the whole page, not only this fragment


def _choose(source: str) -> None:
    state.request("source", source)
