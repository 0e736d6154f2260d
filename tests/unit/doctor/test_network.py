"""The bad case of each check of secrets, relay and address."""

import socket
import threading
from pathlib import Path

import pytest

from pose_demo.doctor import ERROR, OK, WARNING, Host, network
from pose_demo.doctor.network import RelayAddress

STATIC = {"TURN_USERNAME": "user", "TURN_PASSWORD": "hidden"}


@pytest.fixture
def host(tmp_path):
    """``host(variables, secrets)``: a host with environment variables and the text of a secrets file."""

    def make(variables=None, secrets=None, url=""):
        if secrets is not None:
            (tmp_path / ".streamlit").mkdir(exist_ok=True)
            (tmp_path / ".streamlit" / "secrets.toml").write_text(secrets)
        return Host(variables or {}, tmp_path, None, url)

    return make


@pytest.fixture
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        yield server


def test_secrets_that_are_no_toml_are_an_error_without_their_text(host):
    found = network.secrets_file(host(secrets="TURN_PASSWORD = hidden"))
    assert found.level == ERROR and "no valid TOML" in found.found and "hidden" not in found.found + found.advice
    assert network.secrets_file(host(secrets='TURN_PASSWORD = "hidden"')).level == OK


def test_secrets_that_another_user_owns(host, monkeypatch):
    examined = host(secrets="")

    def refuse(*arguments, **options):
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    found = network.secrets_file(examined)
    assert found.level == ERROR and "not readable" in found.found


@pytest.mark.parametrize(
    ("variables", "level", "text"),
    [
        ({}, WARNING, "no relay"),
        (STATIC, ERROR, "TURN_USERNAME, TURN_PASSWORD without TURN_URLS"),
        ({"TURN_URLS": "turn:a.example"}, ERROR, "without credentials"),
        ({"TURN_URLS": "turn:a.example", "TURN_USERNAME": "user"}, ERROR, "half of them"),
        ({"TURN_URLS": "https://a.example", **STATIC}, ERROR, "expected turn:HOST:PORT"),
        ({"TURN_URLS": "turn:a.example:abc", **STATIC}, ERROR, "TURN_URLS:"),
        ({"TURN_URLS": "turn:a.example, turns:a.example:443", **STATIC}, OK, "2 URLs with a password"),
        ({"TURN_URLS": "turn:a.example", "TURN_SECRET": "hidden"}, OK, "1 URLs with a shared secret"),
    ],
)
def test_turn_variables_are_complete(host, variables, level, text):
    found = network.turn_variables(host(variables))
    assert found.level == level and text in found.found
    assert "hidden" not in found.found + found.advice


def test_variables_come_from_secrets_too_and_the_environment_has_precedence(host):
    secrets = 'TURN_URLS = "turn:a.example"\nTURN_USERNAME = "user"\nTURN_PASSWORD = "hidden"'
    assert network.turn_variables(host(secrets=secrets)).level == OK
    assert network.turn_variables(host({"TURN_URLS": "nonsense"}, secrets)).level == ERROR


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("turn:a.example", RelayAddress("a.example", 3478, tcp=False, tls=False)),
        ("turn:a.example:443?transport=tcp", RelayAddress("a.example", 443, tcp=True, tls=False)),
        ("turns:[::1]", RelayAddress("::1", 5349, tcp=True, tls=True)),
    ],
)
def test_turn_urls(url, expected):
    assert RelayAddress.parse(url) == expected


def test_a_relay_that_answers_over_udp(host, udp):
    received = []

    def answer():
        request, client = udp.recvfrom(2048)
        received.append(request)
        udp.sendto(b"\x01\x01", client)

    thread = threading.Thread(target=answer)
    thread.start()
    found = network.relay(host({"TURN_URLS": f"turn:127.0.0.1:{udp.getsockname()[1]}"}))
    thread.join()
    assert found.level == OK and len(received[0]) == 20  # a STUN header


def test_a_relay_that_does_not_answer_over_udp(udp):
    address = RelayAddress("127.0.0.1", udp.getsockname()[1], tcp=False, tls=False)
    assert network.unreachable(address, timeout_s=0.05) == "nothing within 0.05 s"


def test_relays_that_are_unreachable_over_tcp(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        works = f"turn:127.0.0.1:{server.getsockname()[1]}?transport=tcp"
        assert network.relay(host({"TURN_URLS": works})).level == OK
        some = network.relay(host({"TURN_URLS": f"{works},turn:127.0.0.1:9?transport=tcp"}))
    assert some.level == WARNING and "127.0.0.1:9 (Connection refused)" in some.found
    assert network.relay(host({"TURN_URLS": works})).level == ERROR


@pytest.mark.parametrize("urls", ["", "nonsense"])
def test_no_relay_is_tried_without_a_url(host, urls):
    assert "not tried" in network.relay(host({"TURN_URLS": urls})).found


@pytest.mark.parametrize(
    ("url", "level"),
    [("", WARNING), ("http://pose.example", ERROR), ("https://pose.example", OK), ("http://localhost:8501", OK)],
)
def test_camera_needs_https(host, url, level):
    assert network.https(host(url=url)).level == level
