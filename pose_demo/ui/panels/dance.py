"""Dancing along: the command of the toolbar, how it goes while somebody dances, and the takes."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pose_demo.dance.live_options import OWN
from pose_demo.dance.matcher import DanceState
from pose_demo.dance.schedule import COUNT_IN, DANCE, PREVIEW
from pose_demo.dance.wording import clock
from pose_demo.fields import NONE
from pose_demo.settings import Settings
from pose_demo.ui.components import limb_errors
from pose_demo.ui.components.dance_numbers import share_text, timing_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels import dance_group
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr


def has_teacher(session: Session, settings: Settings) -> bool:
    """Whether there is a dance to follow; not while the delay is measured."""
    reference, uploads = settings.dance.reference, session.uploads.current
    is_there = reference != NONE and (reference != OWN or uploads.teacher is not None)
    return is_there and not uploads.calibration


def command(session: Session, value: str) -> None:
    """Begin a take or stop it; used as a callback.

    Args:
        session: has the stream.
        value: "start" or "stop".
    """
    if value == "stop":
        end_take(session)
    else:
        begin_take(session)


def begin_take(session: Session) -> None:
    """Begin a take with the count-in, as soon as the stream is requested again."""
    session.uploads.current = replace(session.uploads.current, take=session.takes.begin())


def end_take(session: Session) -> None:
    """Stop the take, as soon as the stream is requested again; what was danced of it is compared."""
    session.takes.stop()
    session.uploads.current = replace(session.uploads.current, take=0)


def panel(session: Session, settings: Settings) -> None:
    """Show how the dance goes; nothing without a teacher, which ends the take."""
    if has_teacher(session, settings):
        _live(session)
    elif session.takes.is_running:
        end_take(session)


@fragment(run_every=0.5)
def _live(session: Session) -> None:
    state = _state(session)
    if state is None:
        return
    if session.takes.update(state):
        st.rerun()  # the whole page, with the take and the other button
    _progress(state, session.takes.note)
    if state.moment.phase in (COUNT_IN, DANCE):  # then the take has them
        _numbers(state, session.uploads.current.delay + session.stream.drift)
        if state.group:
            dance_group.panel(state)


def _state(session: Session) -> DanceState | None:
    """The state of the last frame; None without a dance, and while the delay is measured."""
    result = session.stream.status().result
    state = result.dance if result else None
    return None if state and state.calibration else state


def _progress(state: DanceState, note: str) -> None:
    """Show where the take is, and what to do."""
    moment = state.moment
    if moment.phase == PREVIEW:
        st.caption(tr("Press **Dance** on the picture, or the key D, and follow the teacher after the count-in."))
        if note:
            st.info(tr(note), icon=":material/timer_off:")
    elif moment.phase == COUNT_IN:
        st.caption(tr("The dance begins in {count} s.", count=moment.count))
    elif moment.phase == DANCE:
        where = tr("{position} of {end}", position=clock(moment.position - state.start), end=clock(_length(state)))
        st.caption(where if moment.round == 0 else tr("{where}, round {round}", where=where, round=moment.round + 1))
    else:
        st.caption(tr("Finished. Press **Dance** to begin again."))


def _length(state: DanceState) -> float:
    return state.end - state.start


def _numbers(state: DanceState, delay: float) -> None:
    """Show form, timing, the errors of the limbs, and why there is no number."""
    found = state.evaluation
    with st.container(horizontal=True, gap="large"):
        st.metric(tr("Form"), share_text(found.form), width="content")
        st.metric(tr("Timing"), timing_text(found.timing_ms), width="content")
    if found.reason:
        st.caption(f":material/info: {_sentence(found.reason)}")
    limb_errors.show(found.limbs)
    if delay:
        text = tr("The delay of the stream, {milliseconds:.0f} ms, is taken out.", milliseconds=1000 * delay)
        st.caption(text)


def _sentence(reason: str) -> str:
    text = tr(reason)
    return f"{text[:1].upper()}{text[1:]}."
