"""Downloads over https with SHA-256 verification, failing fast without a network."""

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

from pose_demo.messages import message

CONNECT_S = 3.0  # for all hosts together, which are probed in parallel
READ_S = 20.0
PROBE_MAX_AGE_S = 60.0
CHUNK = 1 << 18  # bytes

ReportProgress = Callable[[int, int | None, str], None]
"""Called with (bytes received, total bytes or None if unknown, current step)."""

Address = tuple[str, int]


class SourceError(Exception):
    """A source did not provide a file; the text is the reason. Internal to this package."""


def verify(data: bytes, accepted: Collection[str], description: str) -> bytes:
    """Return ``data`` if its SHA-256 is one of ``accepted``.

    Raises:
        SourceError: it is not.
    """
    actual = hashlib.sha256(data).hexdigest()
    if actual not in accepted:
        raise SourceError(f"{description} does not have the expected SHA-256 (got {actual[:12]}...) and is not used")
    return data


def download(url: str, limit: int, report_progress: ReportProgress) -> bytes:
    """Download a URL into memory.

    Args:
        url: an http(s) URL.
        limit: maximum size in bytes; a larger response is refused.
        report_progress: called after each chunk.

    Raises:
        SourceError: the host is unreachable, or the response is an error, too large or incomplete.
    """
    probe([url])
    _require_reachable(url)
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "pose_demo"})
        with urllib.request.urlopen(request, timeout=READ_S) as response:
            return _read(response, limit, report_progress)
    except urllib.error.HTTPError as error:
        raise SourceError(f"the server answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise SourceError(_describe_network_error(error)) from error


def _read(response: http.client.HTTPResponse, limit: int, report_progress: ReportProgress) -> bytes:
    total = response.length  # None without a Content-Length header
    data = bytearray()
    while chunk := response.read(CHUNK):
        data += chunk
        if len(data) > limit:
            raise SourceError(f"the response is larger than the expected {limit / 1e6:.1f} MB")
        report_progress(len(data), total, message("downloading"))
    if total is not None and len(data) < total:
        raise SourceError(f"the connection was closed after {len(data)} of {total} bytes")
    return bytes(data)


def _describe_network_error(error: BaseException) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return "the host name cannot be resolved (no network, or a restricted one)"
    if isinstance(cause, TimeoutError):
        return "the host did not answer in time"
    if isinstance(cause, ConnectionRefusedError):
        return "the host refused the connection"
    return f"the connection failed: {cause}"


_probes: dict[Address, tuple[float, str]] = {}  # (monotonic time, why the address is unreachable or "")


def probe(urls: Iterable[str]) -> None:
    """Test in parallel which hosts accept a connection, within ``CONNECT_S``.

    DNS resolution has no timeout of its own, hence daemon threads that are abandoned when the time is up. Results are
    cached for ``PROBE_MAX_AGE_S``.
    """
    now = time.monotonic()
    threads = []
    for address in {_address(url) for url in urls}:
        if address not in _probes or now - _probes[address][0] > PROBE_MAX_AGE_S:
            _probes[address] = now, f"the host did not answer within {CONNECT_S:.0f} s"
            threads.append(threading.Thread(target=_connect, args=(address,), daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, now + CONNECT_S - time.monotonic()))


def _connect(address: Address) -> None:
    try:
        socket.create_connection(address, timeout=CONNECT_S).close()
    except OSError as error:
        _probes[address] = time.monotonic(), _describe_network_error(error)
    else:
        _probes[address] = time.monotonic(), ""


def _require_reachable(url: str) -> None:
    reason = _probes[_address(url)][1]
    if reason:
        raise SourceError(reason)


def _address(url: str) -> Address:
    """Return (host, port) to connect to for ``url``: its own, or those of the proxy that the environment sets."""
    parts = urllib.parse.urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urllib.parse.urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
