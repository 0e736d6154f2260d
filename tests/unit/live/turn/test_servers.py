"""ICE server URLs, and text forms without credentials."""

from __future__ import annotations

import pytest

from pose_demo.live.turn.servers import IceServer, IceUrl, RelayError, parse_url, usable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn:relay.example.org", IceUrl("turn", "relay.example.org", 3478, "udp")),
        ("turn:10.0.0.1:443?transport=tcp", IceUrl("turn", "10.0.0.1", 443, "tcp")),
        ("turns:relay.example.org", IceUrl("turns", "relay.example.org", 5349, "tcp")),
        ("stun:stun.example.org:19302", IceUrl("stun", "stun.example.org", 19302, "udp")),
    ],
)
def test_missing_parts_are_the_defaults_of_the_scheme(text, expected):
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    "text",
    "relay.example.org|turn://relay.example.org|turn:a:b|turn:a:0|turn:a:70000|turn:[::1]:3478|turn:a?transport=sctp|"
    "stun:a?transport=udp|http://a|turn:a b|".split("|"),
)
def test_what_browsers_or_aiortc_refuse_is_refused(text):
    with pytest.raises(RelayError, match="Expected an address like turn:"):
        parse_url(text)


def test_the_message_does_not_repeat_a_password_in_an_address():
    with pytest.raises(RelayError) as error:
        parse_url("turn:me:hush@relay.example.org")
    assert "hush" not in str(error.value) and "relay.example.org" in str(error.value)


def test_usable_urls_have_no_port_that_browsers_block():
    assert usable(("turn:a:53", "turn:a:3478", "turn://a")) == ("turn:a:3478",)


def test_credentials_are_for_the_browser_only():
    server = IceServer(("turn:a",), "user-1", "hush")
    assert server.as_dict() == {"urls": ["turn:a"], "username": "user-1", "credential": "hush"}
    assert "hush" not in repr(server) and "user-1" not in str(server)
    assert IceServer(("stun:a",)).as_dict() == {"urls": ["stun:a"]}
