"""Secrets, the TURN relay, and the address of the page."""

from __future__ import annotations

import os
import secrets
import socket
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pose_demo.doctor.finding import ERROR, OK, WARNING, Finding, Host

_TIMEOUT_S = 3.0
_PORTS = {"turn": 3478, "turns": 5349}  # RFC 7065
_STUN_REQUEST = b"\x00\x01\x00\x00\x21\x12\xa4\x42"  # a binding request without attributes (RFC 8489), then its id
_SETTINGS = "Set TURN_URLS with TURN_USERNAME and TURN_PASSWORD, or with TURN_SECRET (README, Hosting)."


@dataclass(frozen=True)
class RelayAddress:
    """Where a relay listens, and how it is reached."""

    host: str
    port: int
    tcp: bool
    tls: bool

    @classmethod
    def parse(cls, url: str) -> RelayAddress:
        """Read a URL such as ``turn:relay.example.org:3478?transport=tcp`` (RFC 7065).

        Raises:
            ValueError: it is no TURN URL.
        """
        scheme, _, rest = url.strip().partition(":")
        address, _, query = rest.partition("?")
        parts = urlsplit(f"//{address}")
        if scheme not in _PORTS or not parts.hostname or query not in ("", "transport=udp", "transport=tcp"):
            raise ValueError(f"expected turn:HOST:PORT?transport=udp, tcp, or turns:HOST:PORT, got {url!r}")
        tls = scheme == "turns"
        return cls(parts.hostname, parts.port or _PORTS[scheme], tls or query == "transport=tcp", tls)


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
    """Whether the variables of a TURN relay are complete."""
    values = _values(host)
    present = [name for name in ("TURN_USERNAME", "TURN_PASSWORD", "TURN_SECRET") if values.get(name)]
    if not values.get("TURN_URLS"):
        if present:
            return Finding(ERROR, f"{', '.join(present)} without TURN_URLS", _SETTINGS)
        return Finding(WARNING, "no relay: visitors behind the firewall of a company get no live video", _SETTINGS)
    try:
        count = len(_addresses(values))
    except ValueError as error:
        return Finding(ERROR, f"TURN_URLS: {error}", "Correct it; several URLs are separated by commas.")
    if not values.get("TURN_SECRET") and not (values.get("TURN_USERNAME") and values.get("TURN_PASSWORD")):
        return Finding(ERROR, "TURN_URLS without credentials, or with half of them", _SETTINGS)
    return Finding(OK, f"{count} URLs with {'a shared secret' if values.get('TURN_SECRET') else 'a password'}")


def relay(host: Host) -> Finding:
    """Whether the relay answers from here; its credentials are not tried."""
    try:
        addresses = _addresses(_values(host))
    except ValueError:
        return Finding(OK, "not tried: see turn")
    if not addresses:
        return Finding(OK, "not tried: none is configured")
    failures = [f"{it.host}:{it.port} ({reason})" for it in addresses if (reason := unreachable(it))]
    if not failures:
        return Finding(OK, "every URL answers")
    level = ERROR if len(failures) == len(addresses) else WARNING
    advice = "Is the relay running, and do firewalls of both machines let the port pass (UDP and TCP)?"
    return Finding(level, f"no answer from {', '.join(failures)}", advice)


def unreachable(address: RelayAddress, timeout_s: float = _TIMEOUT_S) -> str:
    """Why a relay does not answer; empty when it does."""
    try:
        (_connect if address.tcp else _bind)(address, timeout_s)
    except TimeoutError:
        return f"nothing within {timeout_s:g} s"
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _connect(address: RelayAddress, timeout_s: float) -> None:
    with socket.create_connection((address.host, address.port), timeout_s) as connection:
        if address.tls:
            ssl.create_default_context().wrap_socket(connection, server_hostname=address.host).close()


def _bind(address: RelayAddress, timeout_s: float) -> None:
    """Every TURN server answers a STUN binding request, without credentials."""
    family, _, _, _, target = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as connection:
        connection.settimeout(timeout_s)
        connection.connect(target)
        connection.send(_STUN_REQUEST + secrets.token_bytes(12))
        connection.recv(2048)


def https(host: Host) -> Finding:
    """Whether browsers allow the camera: on https pages and on localhost only."""
    parts = urlsplit(host.url)
    if parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return Finding(OK, f"{host.url}: browsers allow the camera")
    if host.url:
        advice = "Serve it over https, for example by a reverse proxy with a certificate (docs/hosting.md)."
        return Finding(ERROR, f"{host.url}: browsers allow no camera on it", advice)
    return Finding(
        WARNING, "unknown address; the camera needs https, or localhost", "Tell it: doctor --url https://..."
    )


def _addresses(values: Mapping[str, str]) -> list[RelayAddress]:
    return [RelayAddress.parse(url) for url in values.get("TURN_URLS", "").split(",") if url.strip()]


def _values(host: Host) -> dict[str, str]:
    """Secrets, then environment variables, which have precedence, as on the page."""
    values: dict[str, str] = {}
    for file in host.streamlit_files("secrets.toml"):
        if os.access(file, os.R_OK):
            values |= {name: str(value) for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    return values | dict(host.environment)
