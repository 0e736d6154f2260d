"""The visitor's place in the queue for a live stream, and the end of a stream that nobody needs."""

from __future__ import annotations

import streamlit as st

from pose_demo.live import capacity, cpu
from pose_demo.live.seats import OFFER_S, Admission, Idle, State
from pose_demo.live.stream import active_streams
from pose_demo.messages import message, plural
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_SOON = {
    Idle.NO_PERSON: message(
        "Nobody is in the picture. The stream ends in {seconds:.0f} s, so that others can use the place."
    ),
    Idle.NO_FRAMES: message("No frames arrive. The stream ends in {seconds:.0f} s, so that others can use the place."),
}
_ENDED = {
    Idle.NO_PERSON: message("The stream has ended, because nobody was in the picture for a long time."),
    Idle.NO_FRAMES: message("The stream has ended, because no frames arrived."),
}


@fragment(run_every=1.0)
def panel(session: Session, shown: Admission) -> None:
    """Show what the visitor has to know; nothing while a seat is free or used.

    It also keeps the seat or the place in the queue, and draws the whole page when that changes whether the camera may
    be turned on.

    Args:
        session: has the seat.
        shown: what the page was drawn for.
    """
    admission = session.seat.admission()
    if admission.may_play != shown.may_play or (admission.state is State.SEATED) != (shown.state is State.SEATED):
        st.rerun()
    if admission.idle and admission.state in (State.SEATED, State.ENDED, State.VISITING):
        _idle(session, admission)
    if admission.state is State.OFFERED:
        text = tr("It is your turn: turn the camera on within {seconds:.0f} s.", seconds=admission.seconds_left or 0)
        st.success(text, icon=":material/event_seat:")
    elif admission.state is not State.ENDED and not admission.may_play:
        _full(session, admission)


def _idle(session: Session, admission: Admission) -> None:
    if admission.idle is None:
        return
    if admission.state is not State.SEATED:
        st.info(tr(_ENDED[admission.idle]), icon=":material/timer_off:")
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.warning(tr(_SOON[admission.idle], seconds=admission.seconds_left or 0), icon=":material/timer:")
    right.button(tr("Stay"), key="seat-stay", on_click=session.seat.stay, width="stretch")


def _full(session: Session, admission: Admission) -> None:
    """Tell why the camera cannot be turned on."""
    texts = [tr(plural("The only place is in use.", "All {count} places are in use.", admission.seats))]
    if admission.state is State.WAITING:
        texts.append(tr("You are number {number} in the queue; your turn comes by itself.", number=admission.position))
    if admission.state is State.MISSED:
        missed = tr(
            "Your turn has passed, because the camera was not turned on within {seconds:.0f} s.", seconds=OFFER_S
        )
        texts.append(missed)
    st.info(" ".join(texts), icon=":material/hourglass_top:")
    if admission.state is not State.WAITING:
        label = tr("Queue again") if admission.state is State.MISSED else tr("Queue for a place")
        st.button(label, key="seat-queue", icon=":material/group:", on_click=session.seat.enqueue)


def preview_fps() -> float:
    """Updates per second of a moving picture on a page without a seat, at present; see `capacity.preview_fps`."""
    taken = capacity.shared_seats().taken
    return capacity.preview_fps(cpu.available_cores(), taken, active_streams() - taken)
