"""The delay of the stream, which does not count as late: estimated, or measured with claps."""

from __future__ import annotations

import time
from dataclasses import replace

import streamlit as st

from pose_demo.dance import library
from pose_demo.dance.calibration import MAX_DELAY, Measurement, measure
from pose_demo.live.delay import CHOSEN, ESTIMATED, MEASURED, estimate
from pose_demo.messages import message
from pose_demo.ui.components import round_trip
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_KEY = "dance-delay"
_TIMEOUT_S = 30.0  # the count-in and the claps take 14
_SILENT_S = 3.0  # without a frame
_TEXTS = {
    ESTIMATED: message("Delay: {milliseconds:.0f} ms, estimated"),
    MEASURED: message("Delay: {milliseconds:.0f} ms, measured"),
    CHOSEN: message("Delay: {milliseconds:.0f} ms, set by hand"),
}
_ENDED = message("the stream ended before the claps did: turn on the camera, and measure again")
_HELP = message(
    "From a movement of the teacher on your screen until the server sees yours. Without it, somebody who follows the "
    "screen would always be late."
)


def options(session: Session) -> None:
    """Show the delay, and let the visitor measure it; it applies to the frames of the webcam."""
    delay = session.delay
    _estimate(session)
    st.caption(_text(session), help=tr(_HELP))
    if session.uploads.current.calibration:
        _await_claps(session)
        return
    key = f"{_KEY}-{delay.changes}"  # another widget, whose old value the browser does not send again
    st.session_state.setdefault(key, round(1000 * delay.seconds))
    st.number_input(
        tr("Delay in milliseconds"), 0, int(1000 * MAX_DELAY), step=10, key=key, on_change=_choose, args=(session, key)
    )
    with st.container(horizontal=True):
        st.button(
            tr("Measure with claps"),
            key="measure-delay",
            icon=":material/front_hand:",
            help=tr("Clap along with the teacher for ten seconds, with the sound and the picture."),
            disabled=not session.camera.is_on,
            on_click=_begin,
            args=(session,),
        )
        if delay.source != ESTIMATED:
            st.button(tr("Use the estimate"), on_click=delay.forget)
    if delay.problem:
        st.warning(visitor_text(tr(delay.problem).capitalize()), icon=":material/front_hand:")


def _text(session: Session) -> str:
    return tr(_TEXTS[session.delay.source], milliseconds=1000 * session.delay.seconds)


def _estimate(session: Session) -> None:
    uploads, status = session.uploads.current, session.stream.status()
    session.delay.update(estimate(status.latency_ms, session.camera.round_trip_s), uploads.take)
    seconds = session.delay.seconds if session.source == "Webcam" else 0.0
    if seconds != uploads.delay:
        session.uploads.current = replace(uploads, delay=seconds)


@fragment()
def follow(session: Session) -> None:
    """Let the browser measure the round trip of the video while somebody dances."""
    is_dancing = session.source == "Webcam" and session.uploads.current.take > 0
    seconds = round_trip.measure(is_active=is_dancing)
    if seconds is not None:
        session.delay.observe(seconds)
    session.stream.drift = session.delay.drift


def _choose(session: Session, key: str) -> None:
    milliseconds = st.session_state[key]
    if milliseconds != round(1000 * session.delay.seconds):  # the browser also sends what it was told to show
        session.delay.choose(milliseconds / 1000)


def _begin(session: Session) -> None:
    session.delay.begin_calibration(time.monotonic() + _TIMEOUT_S)
    session.takes.abandon()
    session.uploads.current = replace(session.uploads.current, calibration=True, take=session.takes.new_number())


@fragment(run_every=0.5)
def _await_claps(session: Session) -> None:
    """Show what to do until the claps have ended."""
    if not session.uploads.current.calibration:
        return
    st.info(tr("Clap along with the teacher, in time with the music."), icon=":material/front_hand:")
    st.button(tr("Cancel"), key="cancel-claps", on_click=_end, args=(session, Measurement()))
    found = _found(session)
    if found:
        _end(session, found)
        if found.seconds is not None:
            st.toast(_text(session), icon=":material/front_hand:")
        st.rerun()


def _found(session: Session) -> Measurement | None:
    """The result of the claps; None while they go on."""
    status, deadline = session.stream.status(), session.delay.deadline or 0.0
    state = status.result.dance if status.result else None
    if state and state.calibration and state.performance:
        return measure(library.claps().reference.dancers[0], state.performance)
    silent = (session.stream.silent_s or 0.0) > _SILENT_S
    return Measurement(reason=_ENDED) if silent or time.monotonic() > deadline else None


def _end(session: Session, found: Measurement) -> None:
    session.uploads.current = replace(session.uploads.current, calibration=False, take=0)
    if found.seconds is not None:
        session.delay.measured(found.seconds)
    session.delay.problem = found.reason
