"""The webcam through a real TURN relay, and what the page says when the relay does not help."""

from __future__ import annotations

import time

import pytest
from browser import Server, visiting, wait_for
from coturn import SECRET, relay
from ports import free_port

from pose_demo.live.turn.providers import shared_secret

WRONG = "wrong-secret-of-the-host"
_RELAY_ONLY = """
window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
  construct: (target, [options]) => new target({...options, iceTransportPolicy: "relay"}),
});
"""
_ROUTE = """async () => {
  for (const peer of window.peers)
    for (const [, pair] of await peer.getStats().then(reports => [...reports]))
      if (pair.type === "candidate-pair" && pair.nominated && pair.state === "succeeded")
        return (await peer.getStats()).get(pair.localCandidateId).candidateType;
}"""


@pytest.fixture(scope="module")
def coturn(tmp_path_factory):
    with relay(tmp_path_factory.mktemp("coturn")) as running:
        yield running


@pytest.fixture
def page(chromium, tmp_path):
    """Opens the page of a server with these variables, in a browser that connects through a relay only."""
    opened = []

    def open_page(**environment: str):
        opened.append(Server(tmp_path / "log.txt", {**environment, "POSE_DEMO_TESTS_IMPATIENT": "1"}))
        opened.append(visiting(chromium, opened[0].url))
        visitor = opened[1].__enter__()
        visitor.context.add_init_script(_RELAY_ONLY)
        visitor.page.reload()
        return visitor

    yield open_page
    if len(opened) == 2:
        opened[1].__exit__(None, None, None)
    opened[0].close()


def test_video_flows_through_the_relay_when_both_are_behind_a_firewall(page, coturn):
    visitor = page(TURN_URLS=coturn.url, TURN_SECRET=SECRET, POSE_DEMO_TESTS_BLOCKED="1")
    visitor.stream(fps=1)
    assert visitor.widget.evaluate(_ROUTE) == "relay"
    assert coturn.allocations() >= 2 and visitor.decoded() > 5


def test_a_wrong_secret_is_explained_and_not_shown(page, coturn, tmp_path):
    visitor = page(TURN_URLS=coturn.url, TURN_SECRET=WRONG)
    visitor.start()
    visitor.page.get_by_text("refuses the user name or the password").wait_for(timeout=30_000)
    visitor.page.get_by_text("Why is there no video?").click()
    visitor.page.get_by_text("Addresses of this server").wait_for()
    assert WRONG not in visitor.page.inner_text("body") + (tmp_path / "log.txt").read_text()


def test_no_relay_and_then_expired_credentials_are_explained(page, tmp_path):
    port = free_port()
    visitor = page(**_expired(f"turn:127.0.0.1:{port}"))
    visitor.start()
    visitor.page.get_by_text("does not answer this server").wait_for(timeout=30_000)
    with relay(tmp_path, port):
        visitor.page.get_by_text("Why is there no video?").click()
        visitor.page.get_by_role("button", name="Check again").click()
        visitor.page.get_by_text("have expired").wait_for(timeout=30_000)
    visitor.page.get_by_role("button", name="Use the sample dancer").click()
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")


def _expired(url: str) -> dict[str, str]:
    (server,) = shared_secret({"TURN_URLS": url, "TURN_SECRET": SECRET}, time.time() - 24 * 3600)
    return {"TURN_URLS": url, "TURN_USERNAME": server.username, "TURN_PASSWORD": server.credential}
