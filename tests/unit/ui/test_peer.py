"""What the server knows about ICE, from a real connection on the loopback."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import aioice.ice
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from pose_demo.ui.webrtc.peer import PeerState, read, round_trip_s


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


@pytest.fixture
def loop():
    """A running event loop of another thread."""
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join()
    made.close()


class ReportingPeer:
    """Has a report of the given round-trip time in seconds."""

    def __init__(self, seconds, kind="video", wait=0.0):
        self.seconds, self.kind, self.wait = seconds, kind, wait

    async def getStats(self):  # noqa: N802  # of aiortc
        await asyncio.sleep(self.wait)
        sent = SimpleNamespace(type="outbound-rtp", kind="video")
        heard = SimpleNamespace(type="remote-inbound-rtp", kind=self.kind, roundTripTime=self.seconds)
        return {"sent": sent, "heard": heard}


def test_the_round_trip_time_of_the_video(loop, monkeypatch):
    assert round_trip_s(ReportingPeer(0.04), loop) == 0.04
    assert round_trip_s(ReportingPeer(None), loop) is None
    assert round_trip_s(ReportingPeer(0.04, kind="audio"), loop) is None
    monkeypatch.setattr("pose_demo.ui.webrtc.peer._ANSWER_S", 0.01)
    assert round_trip_s(ReportingPeer(0.04, wait=0.5), loop) is None
