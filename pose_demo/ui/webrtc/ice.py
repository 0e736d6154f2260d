"""ICE servers: how browser and server find each other."""

from __future__ import annotations

import os
import time
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from pose_demo.live.turn.check import RelayCheck, working_first
from pose_demo.live.turn.configuration import IceServers, RenewedServers, configured_values, ice_servers

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_KEY = "ice-servers"


def configuration(*, connected: bool) -> dict[str, Any]:
    """The RTC configuration of the browser.

    On localhost there is no default STUN server, so nothing leaves the machine unless a relay is configured (see
    `pose_demo.live.turn.configuration`).

    Args:
        connected: a connection exists, or is being made; otherwise its credentials are renewed when they are due.
    """
    return {"iceServers": [server.as_dict() for server in _renewed().current(connected=connected).servers]}


def server_configuration(checks: tuple[RelayCheck, ...]) -> dict[str, Any]:
    """The RTC configuration of the server: aiortc uses the first TURN URL only, so one that works comes first."""
    return {"iceServers": [server.as_dict() for server in working_first(latest().servers, checks)]}


def latest() -> IceServers:
    """The ICE servers that browser and server have now."""
    return _renewed().latest


def renew() -> None:
    """Fetch new credentials now."""
    _renewed().renew()


def expire_soon() -> bool:
    """Whether a page that waits without a script run needs new credentials."""
    return _renewed().expires_soon


def _renewed() -> RenewedServers:
    if _KEY not in st.session_state:
        localhost = is_loopback(st.context.url)
        st.session_state[_KEY] = RenewedServers(lambda: ice_servers(_values(), time.time(), localhost=localhost))
    renewed: RenewedServers = st.session_state[_KEY]
    return renewed


def is_loopback(url: str | None) -> bool:
    """Whether the page's address is localhost: the browser runs on this machine, or its user has forwarded the port."""
    return urlsplit(url or "").hostname in _LOOPBACK


def may_use_camera(url: str | None) -> bool:
    """Whether browsers allow the camera for this URL: https pages and localhost only."""
    return is_loopback(url) or urlsplit(url or "").scheme == "https"


def _values() -> dict[str, str]:
    try:
        return configured_values(os.environ, st.secrets)
    except FileNotFoundError:  # no secrets file at all, or one that is not valid TOML
        return configured_values(os.environ, {})
