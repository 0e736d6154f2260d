"""The check of a relay: a fake relay for the answers, coturn for the real thing."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import pytest
from aioice import stun, turn
from coturn import SECRET, relay
from ports import free_port

from pose_demo.live.turn.check import BackgroundCheck, RelayCheck, check_relays, working_first
from pose_demo.live.turn.providers import PROVIDERS
from pose_demo.live.turn.servers import IceServer, parse_url


def _server(url: str, username: str = "me") -> IceServer:
    return IceServer((url,), username, "hush-password")


def _outcome(*servers: IceServer) -> str:
    (check,) = check_relays(servers, 0.3, now=lambda: 2e9)
    return f"{check.outcome} {check.detail}".strip()


def test_a_relay_that_is_not_there():
    port = free_port()
    assert _outcome(_server(f"turn:127.0.0.1:{port}")) == "unreachable"
    assert _outcome(_server(f"turn:127.0.0.1:{port}?transport=tcp")) == "unreachable"
    assert _outcome(_server(f"turns:127.0.0.1:{port}")) == "unreachable"


def test_a_relay_without_an_address(monkeypatch):
    async def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", unknown)
    assert _outcome(_server("turn:nowhere.invalid")) == "unknown host"


def test_a_server_that_speaks_no_tls():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: listening.accept()[0].sendall(b"HTTP/1.1 400\r\n\r\n"), daemon=True).start()
        assert _outcome(_server(f"turns:127.0.0.1:{listening.getsockname()[1]}")) == "certificate"


@pytest.mark.parametrize(
    ("code", "username", "expected"),
    [
        (401, "me", "rejected"),
        (441, "2100000000:me", "rejected"),
        (401, "1900000000:me", "expired"),
        (401, "1900000000", "expired"),
        (401, "1234:me", "rejected"),
        (486, "me", "refused code 486, quota reached"),
        (499, "me", "refused code 499"),
    ],
)
def test_an_error_response_is_explained_by_its_code(monkeypatch, code, username, expected):
    async def fail(*args: object, **options: object) -> None:
        response = stun.Message(stun.Method.ALLOCATE, stun.Class.ERROR)
        response.attributes["ERROR-CODE"] = (code, "<b>text of another machine</b>")
        raise stun.TransactionFailed(response)

    monkeypatch.setattr(turn, "create_turn_endpoint", fail)
    assert _outcome(_server("turn:127.0.0.1:1", username)) == expected


@pytest.mark.parametrize(
    ("relay_address", "relayed", "expected"),
    [
        ("198.51.100.1", "203.0.113.2", "works"),
        ("8.8.8.8", "172.31.5.4", "private address 172.31.5.4"),
        ("8.8.8.8", "8.8.4.4", "works"),
        ("10.0.0.1", "10.0.0.1", "works"),  # everything in one private network
    ],
)
def test_a_private_address_of_a_public_relay_is_noticed(monkeypatch, relay_address, relayed, expected):
    class Allocation:
        def get_extra_info(self, name: str) -> tuple[str, int]:
            return relayed, 50000

        def close(self) -> None:
            self.protocol.connection_lost(None)

    async def allocate(protocol_factory, *args: object, **options: object):
        allocation = Allocation()
        allocation.protocol = protocol_factory()
        return allocation, allocation.protocol

    monkeypatch.setattr(turn, "create_turn_endpoint", allocate)
    assert _outcome(_server(f"turn:{relay_address}")) == expected


def test_stun_servers_are_ignored():
    assert check_relays([IceServer(("stun:127.0.0.1:1",))], 0.1) == ()


def test_coturn_works_and_neither_log_nor_text_shows_credentials(tmp_path, caplog):
    caplog.set_level("DEBUG")
    with relay(tmp_path) as running:
        urls = f"{running.url},{running.url}?transport=tcp"
        good = PROVIDERS["secret"].servers({"TURN_URLS": urls, "TURN_SECRET": SECRET}, time.time())
        wrong = PROVIDERS["secret"].servers({"TURN_URLS": urls, "TURN_SECRET": "hush-wrong"}, time.time())
        old = PROVIDERS["secret"].servers({"TURN_URLS": urls, "TURN_SECRET": SECRET}, time.time() - 1e5)
        outcomes = [[check.outcome for check in check_relays(servers)] for servers in (good, wrong, old)]
        assert outcomes == [["works"] * 2, ["rejected"] * 2, ["expired"] * 2]
        assert "delete" in running.log.read_text()  # no allocation is left behind
    assert "aioice" in {record.name.partition(".")[0] for record in caplog.records}
    for server in (*good, *wrong, *old):
        assert server.credential not in caplog.text and server.credential not in repr(server)


def test_a_url_that_works_comes_first():
    stun_server, first, second = (
        IceServer(("stun:s",)),
        IceServer(("turn:a", "turn:b"), "u", "p"),
        IceServer(("turn:c",)),
    )
    servers = (stun_server, first, second)
    blocked, works = RelayCheck(parse_url("turn:a"), "unreachable"), RelayCheck(parse_url("turn:b:3478"), "works")
    assert working_first(servers, ()) == working_first(servers, (blocked,)) == servers
    ordered = working_first(servers, (blocked, works))
    assert [server.urls for server in ordered] == [("turn:b", "turn:a"), ("stun:s",), ("turn:c",)]
    assert ordered[0].credential == "p"


def _finished(check: BackgroundCheck) -> tuple[RelayCheck, ...] | None:
    if check._thread:
        check._thread.join(5)
    return check.result


def test_a_check_in_the_background_runs_once_at_a_time():
    url, proceed, calls = parse_url("turn:a"), threading.Event(), []

    def slow(servers):
        calls.append(servers)
        proceed.wait(5)
        return (RelayCheck(url, "works"),)

    check = BackgroundCheck(slow)
    check.start(())
    check.start(())
    assert check.running and check.result is None
    check.reset()  # the running check goes on
    proceed.set()
    assert _finished(check) == (RelayCheck(url, "works"),) and len(calls) == 1
    check.reset()
    assert check.result is None and not check.running


def test_an_unexpected_error_ends_the_check_without_showing_credentials(caplog):
    def fail(servers):
        raise AssertionError(servers[0].credential)

    check = BackgroundCheck(fail)
    check.start((_server("turn:a"),))
    assert _finished(check) == () and "hush" not in caplog.text and "AssertionError" in caplog.text
