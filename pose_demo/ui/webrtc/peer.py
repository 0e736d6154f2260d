"""What the server's end of a WebRTC connection knows: its candidates, the browser's, and the state of ICE."""

from __future__ import annotations

import asyncio
from concurrent.futures import TimeoutError
from dataclasses import dataclass

from aiortc import RTCPeerConnection

_ANSWER_S = 0.3  # of the event loop


@dataclass(frozen=True)
class PeerState:
    """One end's view of ICE.

    Attributes:
        ice: state of the server's ICE agent: new, checking, completed, failed or closed.
        server: types of the server's candidates: host, srflx (its address seen by a STUN server) and relay.
        browser: types of the browser's candidates, as far as they have arrived.
    """

    ice: str
    server: frozenset[str]
    browser: frozenset[str]


def read(peer: RTCPeerConnection) -> PeerState | None:
    """The state of a connection; None before the browser's offer has been read. May be called from any thread."""
    transports = [transceiver.receiver.transport for transceiver in peer.getTransceivers()]
    if not transports or transports[0] is None:
        return None
    ice = transports[0].transport
    return PeerState(
        ice=ice.state,
        server=frozenset(candidate.type for candidate in ice.iceGatherer.getLocalCandidates()),
        browser=frozenset(candidate.type for candidate in ice.getRemoteCandidates()),
    )


def round_trip_s(peer: RTCPeerConnection, loop: asyncio.AbstractEventLoop) -> float | None:
    """Seconds to the browser and back, from its receiver reports; None while there are none.

    Not to be called from the thread of ``loop``, the event loop of the connection.
    """
    try:
        reports = asyncio.run_coroutine_threadsafe(peer.getStats(), loop).result(_ANSWER_S)
    except (TimeoutError, RuntimeError):  # the event loop is busy, or has ended
        return None
    times = [it.roundTripTime for it in reports.values() if it.type == "remote-inbound-rtp" and it.kind == "video"]
    return next((seconds for seconds in times if seconds is not None), None)
