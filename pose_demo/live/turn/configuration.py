"""The ICE servers that a host has configured, and their renewal."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pose_demo.live.turn.providers import CREDENTIAL_TTL_S, PROVIDERS, Provider, Values, choose
from pose_demo.live.turn.servers import IceServer, RelayError, parse_url
from pose_demo.messages import text_of

NAMES = ("POSE_DEMO_STUN", "TURN_SECRET", *dict.fromkeys(name for p in PROVIDERS.values() for name in p.needs))
_STUN = "stun:stun.l.google.com:19302"
_RENEW_AFTER_S = 300.0  # credentials that a waiting page may still use
_RETRY_AFTER_S = 30.0  # after a failure


@dataclass(frozen=True)
class IceServers:
    """ICE servers for one connection.

    Attributes:
        servers: STUN and TURN servers.
        problem: why a configured relay is not among them; empty if nothing is wrong.
    """

    servers: tuple[IceServer, ...] = ()
    problem: str = ""

    @property
    def has_relay(self) -> bool:
        """Whether there is a TURN server."""
        return any(server.relays() for server in self.servers)


def configured_values(environment: Mapping[str, str], secrets: Mapping[str, object]) -> dict[str, str]:
    """What the host has set; the secrets come first: Streamlit writes them into the environment of the page."""
    found = {name: environment[name] for name in NAMES if name in environment}
    found.update((name, str(secrets[name])) for name in NAMES if name in secrets)
    return {name: value.strip() for name, value in found.items()}


def ice_servers(
    values: Values, now: float, *, localhost: bool = False, providers: Mapping[str, Provider] = PROVIDERS
) -> IceServers:
    """The ICE servers of a configuration; it may ask a provider, which takes seconds if that does not answer.

    Args:
        values: see `configured_values`.
        now: Unix time in seconds.
        localhost: the page's address is localhost, so the default STUN server is not used: most likely browser and
            server are on one machine, and nothing has to leave it. A configured relay is used, as the port may be
            forwarded (``ssh -L``, a container, an editor).
        providers: see `PROVIDERS`.
    """
    stun: tuple[IceServer, ...] = ()
    try:
        stun = _stun(values, localhost)
        provider = choose(values, providers)
        return IceServers((*stun, *(provider.servers(values, now) if provider else ())))
    except RelayError as error:
        return IceServers(stun, text_of(error))


def _stun(values: Values, localhost: bool) -> tuple[IceServer, ...]:
    url = values.get("POSE_DEMO_STUN", "" if localhost else _STUN)
    if not url:
        return ()
    parse_url(url)
    return (IceServer((url,)),)


class RenewedServers:
    """The ICE servers of one page: credentials are new for every connection, and renewed while the page waits."""

    def __init__(self, fetch: Callable[[], IceServers], clock: Callable[[], float] = time.monotonic) -> None:
        """Ask ``fetch`` for ICE servers; ``clock`` is in seconds."""
        self._fetch, self._clock = fetch, clock
        self._latest = IceServers()
        self._fetched_at = self._tried_at = float("-inf")
        self._used = self._failed = False

    @property
    def latest(self) -> IceServers:
        """Those that were fetched last."""
        return self._latest

    def current(self, *, connected: bool) -> IceServers:
        """The ICE servers to pass to browser and server; a connection keeps those it has started with."""
        if connected and math.isfinite(self._fetched_at):
            self._used = True
        elif self._is_due():
            self.renew()
        return self._latest

    def renew(self) -> None:
        """Fetch new ones now."""
        fetched, self._tried_at = self._fetch(), self._clock()
        self._failed = bool(fetched.problem)
        if self._failed and self._latest.has_relay and self._age_s < CREDENTIAL_TTL_S / 2:
            return  # the provider does not answer, but the last credentials are valid
        self._latest, self._fetched_at, self._used = fetched, self._tried_at, False

    @property
    def expires_soon(self) -> bool:
        """Whether a page that has waited without a script run needs new credentials."""
        return self._latest.has_relay and self._age_s > CREDENTIAL_TTL_S / 2 and self._is_due()

    @property
    def _age_s(self) -> float:
        return self._clock() - self._fetched_at

    def _is_due(self) -> bool:
        if self._failed:
            return self._clock() - self._tried_at > _RETRY_AFTER_S
        return self._used or self._age_s > _RENEW_AFTER_S
