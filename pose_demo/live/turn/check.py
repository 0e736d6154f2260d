"""Checks a TURN relay from this machine: is it reachable, are the credentials accepted, does it allocate an address?"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from aioice import stun, turn

from pose_demo.live.turn.servers import IceServer, IceUrl, parse_url
from pose_demo.messages import message

log = logging.getLogger(__name__)

Outcome = Literal[
    "works", "unknown host", "unreachable", "certificate", "expired", "rejected", "refused", "private address"
]

_TIMEOUT_S = 5.0  # aioice gives up after 31 s
_CODES = {
    403: message("forbidden"),
    437: message("allocation mismatch"),
    442: message("UDP is not relayed"),
    486: message("quota reached"),
    508: message("full"),
}
_EXPIRY = re.compile(r"(\d{9,11})(:|$)")  # at the start of a time-limited user name


@dataclass(frozen=True)
class RelayCheck:
    """The result for one URL.

    Attributes:
        detail: more about the outcome, without credentials; may be empty.
    """

    url: IceUrl
    outcome: Outcome
    detail: str = ""

    @property
    def works(self) -> bool:
        """Whether the relay has allocated an address that others can reach."""
        return self.outcome == "works"


def check_relays(
    servers: Iterable[IceServer], timeout_s: float = _TIMEOUT_S, now: Callable[[], float] = time.time
) -> tuple[RelayCheck, ...]:
    """Check every TURN URL of the servers at the same time; returns after at most about ``timeout_s`` seconds.

    Args:
        servers: STUN servers among them are ignored.
        timeout_s: for each URL.
        now: Unix time in seconds, to tell expired credentials from wrong ones.
    """

    async def all_of_them() -> list[RelayCheck]:
        checks = [_check(url, server, timeout_s, now()) for server in servers for url in server.relays()]
        return list(await asyncio.gather(*checks))

    with ThreadPoolExecutor(1) as thread:  # the caller may have an event loop, as a notebook has
        return tuple(thread.submit(asyncio.run, all_of_them()).result())


def working_first(servers: Iterable[IceServer], checks: Iterable[RelayCheck]) -> tuple[IceServer, ...]:
    """The servers and their URLs in the same order, except that those of which a check works come first."""
    working = {check.url for check in checks if check.works}
    ordered = [
        replace(server, urls=tuple(sorted(server.urls, key=lambda url: parse_url(url) not in working)))
        for server in servers
    ]
    return tuple(sorted(ordered, key=lambda server: parse_url(server.urls[0]) not in working))


async def _check(url: IceUrl, server: IceServer, timeout_s: float, now: float) -> RelayCheck:
    try:
        async with asyncio.timeout(timeout_s):
            return await _allocate(url, server)
    except stun.TransactionFailed as error:
        return _failure(url, error.response.error_code, server.username, now)
    except socket.gaierror:
        return RelayCheck(url, "unknown host")
    except ssl.SSLError:
        return RelayCheck(url, "certificate")
    except (OSError, TimeoutError, stun.TransactionError):
        return RelayCheck(url, "unreachable")


async def _allocate(url: IceUrl, server: IceServer) -> RelayCheck:
    found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port, type=socket.SOCK_DGRAM)
    transport, ended = await turn.create_turn_endpoint(
        _Client,
        (url.host, url.port),
        server.username,
        server.credential,
        ssl=url.is_encrypted or None,
        transport=url.transport,
    )
    relayed: str = transport.get_extra_info("sockname")[0]
    transport.close()
    with contextlib.suppress(TimeoutError):  # the allocation is deleted, not left until it expires
        await asyncio.wait_for(ended.closed.wait(), _TIMEOUT_S / 5)
    if _is_public(found[0][4][0]) and not _is_public(relayed):
        return RelayCheck(url, "private address", relayed)
    return RelayCheck(url, "works")


class _Client(asyncio.DatagramProtocol):
    """Receives nothing; knows when the connection to the relay has ended."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()


def _failure(url: IceUrl, code: int | None, username: str, now: float) -> RelayCheck:
    """What an error response means (RFC 8656 section 18); its text is not shown, it comes from another machine."""
    if code not in (401, 441):
        return RelayCheck(url, "refused", _meaning(code))
    expiry = _EXPIRY.match(username)
    return RelayCheck(url, "expired" if expiry and int(expiry[1]) < now else "rejected")


def _meaning(code: int | None) -> str:
    if code in _CODES:
        return message("code {code}, {meaning}", code=code, meaning=_CODES[code])
    return message("code {code}", code=code)


def _is_public(address: object) -> bool:
    return ipaddress.ip_address(str(address).partition("%")[0]).is_global


class BackgroundCheck:
    """Checks relays in a background thread.

    Attributes:
        result: of the last finished check; None before.
    """

    def __init__(self, check: Callable[[tuple[IceServer, ...]], tuple[RelayCheck, ...]] = check_relays) -> None:
        self.result: tuple[RelayCheck, ...] | None = None
        self._check = check
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether a check has not finished yet."""
        return bool(self._thread and self._thread.is_alive())

    def start(self, servers: tuple[IceServer, ...]) -> None:
        """Check these servers, unless a check is running."""
        if self.running:
            return
        self.result = None
        self._thread = threading.Thread(target=self._run, args=(servers,), name="relay-check", daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Forget the last result."""
        if not self.running:
            self.result, self._thread = None, None

    def _run(self, servers: tuple[IceServer, ...]) -> None:
        try:
            self.result = self._check(servers)
        except Exception as error:  # without its text and traceback, which may show credentials
            log.error("the TURN relay could not be checked: %s", type(error).__name__)
            self.result = ()
