"""ICE servers: how browser and server find each other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

_STUN = "stun:stun.l.google.com:19302"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_CREDENTIAL_TTL_S = 6 * 3600  # of time-limited TURN credentials


def configuration() -> dict[str, Any]:
    """The RTC configuration; created in every script run, because TURN credentials expire.

    Nothing is needed on localhost. Elsewhere: a STUN server (``POSE_DEMO_STUN``; empty for none), and TURN from
    ``TURN_URLS`` (comma-separated) with ``TURN_USERNAME`` and ``TURN_PASSWORD``, or with the server's shared
    ``TURN_SECRET``. Each may be an environment variable or an entry of Streamlit's secrets.
    """
    if is_loopback(st.context.url):
        return {"iceServers": []}
    return {"iceServers": servers(_Values(), time.time())}


def is_loopback(url: str | None) -> bool:
    """Whether the browser runs on the machine that serves the page."""
    return urlsplit(url or "").hostname in _LOOPBACK


def may_use_camera(url: str | None) -> bool:
    """Whether browsers allow the camera for this URL: https pages and localhost only."""
    return is_loopback(url) or urlsplit(url or "").scheme == "https"


def has_turn() -> bool:
    """Whether a TURN server is configured."""
    return bool(_Values().get("TURN_URLS"))


def servers(values: Mapping[str, str], now: float) -> list[dict[str, Any]]:
    """The ICE servers of a configuration.

    Args:
        values: see `configuration`.
        now: Unix time in seconds.

    Source: time-limited TURN credentials (TURN REST API), draft-uberti-behave-turn-rest-00.
    """
    servers: list[dict[str, Any]] = []
    stun = values.get("POSE_DEMO_STUN", _STUN)
    if stun:
        servers.append({"urls": [stun]})
    urls = [url.strip() for url in values.get("TURN_URLS", "").split(",") if url.strip()]
    if urls:
        username, password = values.get("TURN_USERNAME", ""), values.get("TURN_PASSWORD", "")
        if secret := values.get("TURN_SECRET", ""):
            username = f"{int(now) + _CREDENTIAL_TTL_S}:{username or 'pose_demo'}"
            digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
            password = base64.b64encode(digest).decode()
        servers.append({"urls": urls, "username": username, "credential": password})
    return servers


class _Values(dict[str, str]):
    """Environment variables, then Streamlit's secrets."""

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        if key in os.environ:
            return os.environ[key]
        try:
            return str(st.secrets.get(key, default))
        except FileNotFoundError:  # no secrets file at all
            return default
