"""The ICE servers of a host, and when credentials are renewed."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from pose_demo.live.turn.configuration import NAMES, IceServers, RenewedServers, configured_values, ice_servers
from pose_demo.live.turn.providers import CREDENTIAL_TTL_S, PROVIDERS
from pose_demo.live.turn.servers import IceServer, RelayError

RELAY = {"TURN_URLS": "turn:a", "TURN_USERNAME": "me", "TURN_PASSWORD": "hush"}
GOOGLE = ("stun:stun.l.google.com:19302",)


@pytest.mark.parametrize(
    ("values", "localhost", "urls"),
    [
        ({}, False, [GOOGLE]),
        ({}, True, []),  # nothing leaves the machine
        ({"POSE_DEMO_STUN": ""}, False, []),
        ({"POSE_DEMO_STUN": "stun:b"}, False, [("stun:b",)]),
        ({"POSE_DEMO_STUN": "stun:b"}, True, [("stun:b",)]),
        (RELAY, False, [GOOGLE, ("turn:a",)]),
        (RELAY, True, [("turn:a",)]),  # the port may be forwarded
    ],
)
def test_a_configured_relay_is_used_on_localhost_too(values, localhost, urls):
    found = ice_servers(values, 0, localhost=localhost)
    assert [server.urls for server in found.servers] == urls and not found.problem
    assert found.has_relay == ("TURN_URLS" in values)


@pytest.mark.parametrize("values", [{"TURN_URLS": "turn:a"}, RELAY | {"TURN_URLS": "a"}, {"POSE_DEMO_STUN": "a"}])
def test_a_bad_configuration_leaves_the_page_usable(values):
    found = ice_servers(values, 0)
    assert found.problem and not found.has_relay and "hush" not in repr(found)


def test_a_provider_that_fails_leaves_the_page_usable():
    def fail(values, now):
        raise RelayError("no answer")

    providers = {"static": replace(PROVIDERS["static"], servers=fail)}
    found = ice_servers(RELAY, 0, providers=providers)
    assert (found.problem, [server.urls for server in found.servers]) == ("no answer", [GOOGLE])


def test_the_secrets_come_before_the_environment():
    environment = {"TURN_URLS": "turn:environment", "POSE_DEMO_STUN": "", "OTHER": "x"}
    secrets = {"TURN_URLS": " turn:secrets\n", "TURN_SECRET": "hush", "OTHER": "x"}
    assert configured_values(environment, secrets) == {
        "TURN_URLS": "turn:secrets",
        "TURN_SECRET": "hush",
        "POSE_DEMO_STUN": "",
    }


def test_every_value_of_every_provider_is_read():
    assert {name for provider in PROVIDERS.values() for name in provider.needs} <= set(NAMES)


class Clock:
    time = 1000.0

    def __call__(self) -> float:
        return self.time


class Source:
    """Fetches numbered credentials, or fails."""

    def __init__(self) -> None:
        self.numbers, self.problem = itertools.count(1), ""

    def __call__(self) -> IceServers:
        number = str(next(self.numbers))
        return IceServers(problem="down") if self.problem else IceServers((IceServer(("turn:a",), number, "hush"),))


@pytest.fixture
def renewed():
    source, clock = Source(), Clock()
    servers = RenewedServers(source, clock)
    servers.source, servers.clock = source, clock
    return servers


def _number(servers: IceServers) -> str:
    return servers.servers[0].username if servers.servers else servers.problem


def test_every_connection_has_new_credentials_and_keeps_them(renewed):
    assert [_number(renewed.current(connected=c)) for c in (False, False, True, True, False, False)] == list("111122")


def test_a_waiting_page_renews_credentials_with_its_script_runs(renewed):
    renewed.current(connected=False)
    renewed.clock.time += 301
    assert _number(renewed.current(connected=False)) == "2"


def test_a_page_without_script_runs_is_told_before_they_expire(renewed):
    renewed.current(connected=False)
    assert not renewed.expires_soon
    renewed.clock.time += CREDENTIAL_TTL_S * 0.6
    assert renewed.expires_soon
    renewed.current(connected=False)
    assert not renewed.expires_soon


def test_valid_credentials_outlive_a_failure_of_the_provider(renewed):
    renewed.current(connected=False)
    renewed.source.problem = "down"
    renewed.clock.time += 301
    assert _number(renewed.current(connected=False)) == "1"
    renewed.clock.time += CREDENTIAL_TTL_S
    assert _number(renewed.current(connected=False)) == "down" and not renewed.expires_soon


def test_a_failing_provider_is_not_asked_in_every_script_run(renewed):
    renewed.source.problem = "down"
    for _ in range(5):
        assert _number(renewed.current(connected=False)) == "down"
    assert next(renewed.source.numbers) == 2
    renewed.source.problem = ""
    renewed.clock.time += 31
    assert _number(renewed.current(connected=False)) == "3"


def test_they_can_be_renewed_at_once(renewed):
    renewed.current(connected=False)
    renewed.renew()
    assert _number(renewed.latest) == "2"
