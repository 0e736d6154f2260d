"""Secrets, the TURN relay, and the address of the page."""

from __future__ import annotations

import contextlib
import time
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pose_demo.doctor.finding import ERROR, OK, WARNING, Finding, Host

if TYPE_CHECKING:
    from pose_demo.live.turn.configuration import IceServers

_TIMEOUT_S = 3.0
_SETTINGS = "docs/turn.md has the variables of each kind of relay."


def secrets_file(host: Host) -> Finding:
    """Whether Streamlit's secrets can be read."""
    files = host.streamlit_files("secrets.toml")
    for file in files:
        try:
            tomllib.loads(file.read_text(encoding="utf-8"))
        except PermissionError:
            return Finding(ERROR, f"{file} is not readable for this user", "Give the page's user read permission.")
        except (OSError, ValueError) as error:  # the reason has the line and column, not the text
            reason = type(error).__name__ if isinstance(error, UnicodeError) else error
            return Finding(ERROR, f"{file} is no valid TOML: {reason}", 'Write one NAME = "value" on each line.')
    return Finding(OK, ", ".join(map(str, files)) or "no secrets.toml; environment variables are used")


def turn_variables(host: Host) -> Finding:
    """Whether the variables of a TURN relay are complete, and a provider gives credentials."""
    servers = _ice_servers(host)
    if servers.problem:
        return Finding(ERROR, servers.problem, _SETTINGS)
    if not servers.has_relay:
        return Finding(WARNING, "no relay: visitors behind the firewall of a company get no live video", _SETTINGS)
    urls = [str(url) for server in servers.servers for url in server.relays()]
    return Finding(OK, ", ".join(urls))


def relay(host: Host) -> Finding:
    """Whether the relay answers from here, accepts the credentials and allocates an address."""
    from pose_demo.live.turn.check import check_relays

    checks = check_relays(_ice_servers(host).servers, _TIMEOUT_S)
    failures = [f"{it.url} ({' '.join(filter(None, (it.outcome, it.detail)))})" for it in checks if not it.works]
    if not checks:
        return Finding(OK, "not tried: see turn")
    if not failures:
        return Finding(OK, "every URL allocates an address")
    advice = "docs/turn.md lists what each result means. Do the firewalls of both machines let the port pass?"
    return Finding(ERROR if len(failures) == len(checks) else WARNING, ", ".join(failures), advice)


def _ice_servers(host: Host) -> IceServers:
    from pose_demo.live.turn.configuration import configured_values, ice_servers

    return ice_servers(configured_values(host.environment, _secrets(host)), time.time())


def https(host: Host) -> Finding:
    """Whether browsers allow the camera: on https pages and on localhost only."""
    parts = urlsplit(host.url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")):
        return Finding(OK, f"{host.url}: browsers allow the camera")
    if host.url and parts.scheme != "http":
        return Finding(ERROR, f"{host.url}: not the address of a page", "Tell it: doctor --url https://...")
    if host.url:
        advice = "Serve it over https, for example by a reverse proxy with a certificate (docs/hosting.md)."
        return Finding(ERROR, f"{host.url}: browsers allow no camera on it", advice)
    return Finding(
        WARNING, "unknown address; the camera needs https, or localhost", "Tell it: doctor --url https://..."
    )


def _secrets(host: Host) -> dict[str, object]:
    """Streamlit's secrets; `secrets_file` reports a file that cannot be read."""
    secrets: dict[str, object] = {}
    for file in host.streamlit_files("secrets.toml"):
        with contextlib.suppress(OSError, ValueError):
            secrets |= tomllib.loads(file.read_text(encoding="utf-8"))
    return secrets
