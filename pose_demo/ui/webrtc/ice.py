"""How browser and server find a way to each other."""

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
_LIFETIME = 6 * 3600  # seconds a temporary TURN password is good for


def configuration() -> dict[str, Any]:
    """The RTC configuration of this run; made anew each time, because TURN passwords expire.

    Nothing is needed on the loopback. Elsewhere: a STUN server (``POSE_DEMO_STUN``; empty for none), and TURN from
    ``TURN_URLS`` (comma-separated) with ``TURN_USERNAME`` and ``TURN_PASSWORD``, or with the server's shared
    ``TURN_SECRET``. Each may be an environment variable or an entry of Streamlit's secrets.
    """
    if is_loopback(st.context.url):
        return {"iceServers": []}
    return {"iceServers": servers(_Values(), time.time())}


def is_loopback(url: str | None) -> bool:
    """Whether the page is looked at on the machine that serves it."""
    return urlsplit(url or "").hostname in _LOOPBACK


def may_use_camera(url: str | None) -> bool:
    """Browsers give the camera to https pages and to the loopback only."""
    return is_loopback(url) or urlsplit(url or "").scheme == "https"


def has_turn() -> bool:
    """Whether a TURN server is set up."""
    return bool(_Values().get("TURN_URLS"))


def servers(values: Mapping[str, str], now: float) -> list[dict[str, Any]]:
    """The ICE servers that configuration values ask for; ``now`` is Unix time in seconds.

    Source: TURN's shared-secret passwords, draft-uberti-behave-turn-rest-00.
    """
    found: list[dict[str, Any]] = []
    stun = values.get("POSE_DEMO_STUN", _STUN)
    if stun:
        found.append({"urls": [stun]})
    urls = [url.strip() for url in values.get("TURN_URLS", "").split(",") if url.strip()]
    if urls:
        username, password = values.get("TURN_USERNAME", ""), values.get("TURN_PASSWORD", "")
        if secret := values.get("TURN_SECRET", ""):
            username = f"{int(now) + _LIFETIME}:{username or 'pose_demo'}"
            digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
            password = base64.b64encode(digest).decode()
        found.append({"urls": urls, "username": username, "credential": password})
    return found


class _Values(dict[str, str]):
    """Environment variables, then Streamlit's secrets."""

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        if key in os.environ:
            return os.environ[key]
        try:
            return str(st.secrets.get(key, default))
        except FileNotFoundError:  # no secrets file at all
            return default
