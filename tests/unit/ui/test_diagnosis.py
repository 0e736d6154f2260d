"""Why there is no video, for a table of situations."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from pose_demo.live.turn.check import Outcome, RelayCheck
from pose_demo.live.turn.servers import parse_url
from pose_demo.ui.webrtc.diagnosis import Facts, cause, findings
from pose_demo.ui.webrtc.peer import PeerState

URL = parse_url("turn:relay.example.org:3478")
PEER = PeerState("failed", frozenset({"host"}), frozenset({"host", "srflx"}))
RELAYED = replace(PEER, browser=frozenset({"host", "relay"}))
RELAY = Facts(relay=True, peer=PEER)


def _checked(*outcomes: Outcome, detail: str = "") -> Facts:
    return replace(RELAY, checks=tuple(RelayCheck(URL, outcome, detail) for outcome in outcomes))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(secure=False, offered=False), "Browsers allow the camera on https pages and on localhost only"),
        (Facts(playing=True), "the camera sends no frames"),
        (Facts(secure=False, playing=True), "the camera sends no frames"),  # a browser that was told to trust the page
        (Facts(), "Most likely a firewall is in between, and there is no TURN relay"),
        (Facts(localhost=True), "If its port was forwarded"),
        (Facts(localhost=True, relay_problem="set X too."), "The TURN relay cannot be used: set X too."),
        (RELAY, "is being checked"),
        (replace(RELAY, localhost=True), "is being checked"),
        (_checked("rejected"), "turn:relay.example.org:3478?transport=udp refuses the user name or the password"),
        (_checked("expired"), "have expired"),
        (_checked("unreachable"), "does not answer this server"),
        (_checked("unknown host"), "no machine with the name"),
        (_checked("certificate"), "certificate"),
        (_checked("refused", detail="code 486, quota reached"), "does not relay (code 486, quota reached)"),
        (_checked("private address", detail="10.0.0.4"), "offers the private address 10.0.0.4"),
        (_checked("unreachable", "rejected"), "refuses the user name"),  # it answers at one address
        (_checked("unreachable", "works"), "but not your browser"),
        (_checked("works"), "but not your browser"),
        (replace(_checked("works"), peer=RELAYED), "nothing came through it"),
        (replace(_checked("works"), peer=None), "nothing came through it"),
        (replace(RELAY, checks=()), "could not be checked"),
    ],
)
def test_the_most_likely_cause(facts, words):
    assert words in cause(facts)


def test_every_outcome_has_its_own_words():
    causes = {cause(_checked(outcome)) for outcome in get_args(Outcome)}
    assert len(causes) == len(get_args(Outcome))


def test_what_was_tried():
    facts = replace(_checked("works", "unreachable"), peer=RELAYED)
    assert [(f.what, f.result, f.fine) for f in findings(facts)] == [
        ("Page address", "https", True),
        ("Camera", "allowed in the browser", True),
        ("Addresses of this server", "local", True),
        ("Addresses of your browser", "local, relay", True),
        ("Connection", "not established (failed)", False),
        (f"TURN relay {URL}", "works", True),
        (f"TURN relay {URL}", "unreachable", False),
    ]


def test_what_was_tried_when_little_is_known():
    assert [(f.what, f.fine) for f in findings(Facts(secure=False, offered=False))] == [
        ("Page address", False),
        ("Camera", None),
        ("Connection", None),
        ("TURN relay", None),
    ]
    blocked = replace(PEER, server=frozenset(), browser=frozenset({"srflx", "prflx"}))
    results = [f.result for f in findings(replace(RELAY, peer=blocked))]
    assert results[2:4] == ["none", "public"] and results[-1] == "is being checked ..."
    assert findings(Facts(relay_problem="set X too."))[-1].result == "set X too."
