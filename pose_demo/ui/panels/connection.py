"""Why there is no video: what was tried, the most likely cause, and a button to check again."""

from __future__ import annotations

import streamlit as st

from pose_demo.ui.translation import tr
from pose_demo.ui.webrtc import diagnosis, ice
from pose_demo.ui.webrtc.attempt import ConnectionAttempt
from pose_demo.ui.webrtc.stream import Connection

_ICONS = {True: ":material/check:", False: ":material/close:", None: ":material/remove:"}


def cause(attempt: ConnectionAttempt, connection: Connection) -> str:
    """The most likely reason why there is no video; starts a check of the relay the first time."""
    servers = ice.latest()
    if servers.has_relay and attempt.check.result is None:
        attempt.check.start(servers.servers)
    return diagnosis.cause(_facts(attempt, connection))


def details(attempt: ConnectionAttempt, connection: Connection) -> None:
    """Show what was tried."""
    with st.expander(tr("Why is there no video?"), icon=":material/troubleshoot:"):
        for finding in diagnosis.findings(_facts(attempt, connection)):
            st.markdown(f"{_ICONS[finding.fine]} **{tr(finding.what)}**: {tr(finding.result)}")
        if st.button(tr("Check again"), icon=":material/refresh:", on_click=_check_again, args=(attempt,)):
            st.rerun()  # the whole page: the browser needs the new credentials too


def _facts(attempt: ConnectionAttempt, connection: Connection) -> diagnosis.Facts:
    servers = ice.latest()
    return diagnosis.Facts(
        secure=ice.may_use_camera(st.context.url),
        localhost=ice.is_loopback(st.context.url),
        offered=connection.offered or attempt.failed,
        playing=connection.playing,
        peer=attempt.peer,
        relay=servers.has_relay,
        relay_problem=servers.problem,
        checks=attempt.check.result,
    )


def _check_again(attempt: ConnectionAttempt) -> None:
    attempt.check.reset()
    ice.renew()
