"""ICE servers and their URLs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pose_demo.messages import message

# IPv6 addresses are not in it: aiortc reads none.
_URL = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>[\w.-]+)(:(?P<port>\d{1,5}))?(\?transport=(?P<transport>udp|tcp))?"
)
_BLOCKED_PORT = 53  # browsers refuse it, after a time-out


class RelayError(Exception):
    """A relay cannot be used; the message is for the host of the page and contains no secret."""


@dataclass(frozen=True)
class IceUrl:
    """A STUN or TURN URL (RFC 7064, RFC 7065).

    Attributes:
        scheme: stun, stuns, turn or turns.
        transport: between client and server, udp or tcp.
    """

    scheme: str
    host: str
    port: int
    transport: str

    @property
    def is_relay(self) -> bool:
        """Whether it is a TURN server."""
        return self.scheme.startswith("turn")

    @property
    def is_encrypted(self) -> bool:
        """Whether the connection to the server uses TLS."""
        return self.scheme.endswith("s")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.host}:{self.port}" + (f"?transport={self.transport}" if self.is_relay else "")


@dataclass(frozen=True)
class IceServer:
    """One entry of ``iceServers``; credentials are not part of its text form."""

    urls: tuple[str, ...]
    username: str = field(default="", repr=False)
    credential: str = field(default="", repr=False)

    def relays(self) -> tuple[IceUrl, ...]:
        """Its TURN URLs."""
        return tuple(url for url in map(parse_url, self.urls) if url.is_relay)

    def as_dict(self) -> dict[str, Any]:
        """The form that browsers expect (``RTCIceServer``)."""
        credentials = {"username": self.username, "credential": self.credential} if self.username else {}
        return {"urls": list(self.urls), **credentials}


def parse_url(text: str) -> IceUrl:
    """The parts of a STUN or TURN URL; a missing port or transport is the default of its scheme.

    Raises:
        RelayError: browser or server would not accept it.
    """
    match = _URL.fullmatch(text)
    if not match or not 0 < int(match["port"] or 1) < 65536 or (match["transport"] and text.startswith("stun")):
        raise RelayError(
            message(
                "Expected an address like turn:turn.example.org:3478 or turns:turn.example.org:443?transport=tcp, got "
                "{address!r}. Correct TURN_URLS (or POSE_DEMO_STUN).",
                address=_without_credentials(text),
            )
        )
    encrypted = match["scheme"].endswith("s")
    port = int(match["port"] or (5349 if encrypted else 3478))
    return IceUrl(match["scheme"], match["host"], port, match["transport"] or ("tcp" if encrypted else "udp"))


def usable(urls: tuple[str, ...]) -> tuple[str, ...]:
    """The URLs of a provider's answer that browsers and aiortc accept."""
    return tuple(url for url in urls if _is_usable(url))


def _is_usable(url: str) -> bool:
    try:
        return parse_url(url).port != _BLOCKED_PORT
    except RelayError:
        return False


def _without_credentials(text: str) -> str:
    """The text without what stands before an @: some people write the password there."""
    return text.rpartition("@")[2][:80]
