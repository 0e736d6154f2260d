"""What the server knows about ICE, from a real connection on the loopback."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import aioice.ice
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from pose_demo.ui.webrtc.peer import PeerState, read


@pytest.mark.parametrize(
    ("addresses", "server", "ice"),
    [(["127.0.0.1"], {"host"}, {"checking", "completed"}), ([], set(), {"new"})],
    ids=["open", "blocked"],
)
def test_candidates_and_state_of_a_connection(monkeypatch, addresses, server, ice):
    async def connect() -> list[PeerState | None]:
        ours, theirs = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
        states = [read(ours)]
        monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
        theirs.addTransceiver("video")
        await theirs.setLocalDescription(await theirs.createOffer())
        monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: addresses)
        offer = theirs.localDescription
        await ours.setRemoteDescription(RTCSessionDescription(offer.sdp, offer.type))
        await ours.setLocalDescription(await ours.createAnswer())
        await asyncio.sleep(0.05)
        states.append(read(ours))
        await asyncio.gather(ours.close(), theirs.close())
        return [*states, read(ours)]

    with ThreadPoolExecutor(1) as thread:  # after a browser test this one has an event loop
        before, connecting, closed = thread.submit(asyncio.run, connect()).result()
    assert before is None and connecting.ice in ice
    assert (connecting.server, connecting.browser) == (server, {"host"})
    assert closed.ice in ("closed", "failed")
