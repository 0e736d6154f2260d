"""A chip over the picture that says whom the chosen model misses, and chooses the settings that help.

It takes no place of its own (see `pose_demo.ui.style`), so that nothing moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from pose_demo.fields import Value
from pose_demo.live.hint_thread import Observation, Observe, observe_stream
from pose_demo.messages import message
from pose_demo.offline.workbench import Workbench
from pose_demo.settings import Settings
from pose_demo.ui import state
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_ICONS = {
    "several": ":material/group_add:",
    "far": ":material/person_search:",
    "rotated": ":material/screen_rotation:",
}
_DETECTOR_HELP = message("MoveNet MultiPose finds the persons, and the model runs once for each of them.")
_HELP = {
    "several": _DETECTOR_HELP,
    "far": _DETECTOR_HELP,
    "rotated": message("MoveNet expects people to be upright; MediaPipe Pose does not mind."),
}


@fragment(run_every=1.0)
def stream_chip(session: Session) -> None:
    """Show the hint on the live stream; nothing without one."""
    _chip(session, partial(observe_stream, session.stream))


@fragment(run_every=1.0)
def workbench_chip(session: Session, workbench: Workbench) -> None:
    """Show the hint on the frame of the workbench; nothing without one."""
    _chip(session, lambda: Observation(*workbench.shown) if workbench.shown else None)


def _chip(session: Session, observe: Observe) -> None:
    if state.has_requests():  # pressed: the whole page is drawn again, also if the hint is gone meanwhile
        st.rerun()
    hint = session.hints.poll(observe)
    if hint is None:
        return
    with st.container(key="hint-chip", horizontal_alignment="center"):
        st.button(
            tr(hint.text),
            key="hint",
            icon=_ICONS[hint.kind],
            on_click=_apply,
            args=(hint.changes,),
            disabled=not hint.changes,  # then it only says what to do
            help=tr(_HELP[hint.kind]) if hint.changes else None,
        )


def _apply(changes: Mapping[str, Value]) -> None:
    state.apply(Settings.from_dict({**state.current_settings().to_dict(), **changes}))
