"""Download over https, check by SHA-256, and fail fast where there is no network."""

from __future__ import annotations

import hashlib
import http.client
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection, Iterable

CONNECT_SECONDS = 3.0  # for all hosts together: they are tried at the same time
READ_SECONDS = 20.0
FORGET_SECONDS = 60.0  # after this an unreachable host is tried again
CHUNK = 1 << 18  # bytes

Report = Callable[[int, int | None, str], None]
"""Told (bytes done, bytes in total if known, what is going on)."""

Address = tuple[str, int]


class SourceFailed(Exception):  # noqa: N818  (it says what happened; only this package sees it)
    """One source could not give a file; the message is the reason, in plain English."""


def check(data: bytes, accepted: Collection[str], what: str) -> bytes:
    """``data`` if its SHA-256 is one of ``accepted``.

    Raises:
        SourceFailed: it is not.
    """
    found = hashlib.sha256(data).hexdigest()
    if found not in accepted:
        raise SourceFailed(f"{what} has another content than expected (SHA-256 {found[:12]}...) and is not used")
    return data


def download(url: str, limit: int, report: Report) -> bytes:
    """The content at an address.

    Args:
        url: an http(s) address.
        limit: bytes; more than that is refused.
        report: told of the progress.

    Raises:
        SourceFailed: it cannot be had.
    """
    probe([url])
    _refuse_unreachable(url)
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "pose_demo"})
        with urllib.request.urlopen(request, timeout=READ_SECONDS) as response:
            return _read(response, limit, report)
    except urllib.error.HTTPError as error:
        raise SourceFailed(f"the server answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise SourceFailed(_in_english(error)) from error


def _read(response: http.client.HTTPResponse, limit: int, report: Report) -> bytes:
    total = response.length  # None where the server does not say it
    data = bytearray()
    while chunk := response.read(CHUNK):
        data += chunk
        if len(data) > limit:
            raise SourceFailed(f"more than the expected {limit / 1e6:.1f} MB came")
        report(len(data), total, "downloading")
    if total is not None and len(data) < total:
        raise SourceFailed(f"the connection broke after {len(data)} of {total} bytes")
    return bytes(data)


def _in_english(error: BaseException) -> str:
    """What a network error means to somebody who does not program."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return "its name is not known here (no network, or a closed one)"
    if isinstance(cause, TimeoutError):
        return "it did not answer in time"
    if isinstance(cause, ConnectionRefusedError):
        return "it refused the connection"
    return f"the connection failed: {cause}"


_unreachable: dict[Address, tuple[float, str]] = {}
_reached: dict[Address, float] = {}


def probe(urls: Iterable[str]) -> None:
    """Find out at the same time which hosts can be reached at all, in ``CONNECT_SECONDS`` at most.

    The look-up of a name takes as long as the system likes, so it is done in threads that nobody waits for. What was
    found is remembered for ``FORGET_SECONDS``.
    """
    now = time.monotonic()
    threads = {}
    for address in {_address(url) for url in urls}:
        if now - max(_reached.get(address, -1e9), _unreachable.get(address, (-1e9, ""))[0]) > FORGET_SECONDS:
            _unreachable[address] = now, f"it did not answer within {CONNECT_SECONDS:.0f} s"
            threads[address] = threading.Thread(target=_connect, args=(address,), daemon=True)
    for thread in threads.values():
        thread.start()
    for thread in threads.values():
        thread.join(max(0.0, now + CONNECT_SECONDS - time.monotonic()))


def _connect(address: Address) -> None:
    try:
        socket.create_connection(address, timeout=CONNECT_SECONDS).close()
    except OSError as error:
        _unreachable[address] = time.monotonic(), _in_english(error)
    else:
        _reached[address] = time.monotonic()
        _unreachable.pop(address, None)


def _refuse_unreachable(url: str) -> None:
    known = _unreachable.get(_address(url))
    if known is not None:
        raise SourceFailed(known[1])


def _address(url: str) -> Address:
    """Where a connection for ``url`` goes: to its host, or to the proxy that the environment names."""
    parts = urllib.parse.urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urllib.parse.urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
