"""The bad case of each check of secrets, relay and address."""

from pathlib import Path

import pytest

from pose_demo.doctor import ERROR, OK, WARNING, Host, network
from pose_demo.live.turn import check
from pose_demo.live.turn.check import RelayCheck
from pose_demo.live.turn.servers import parse_url

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
        (STATIC, ERROR, "set TURN_URLS"),
        ({"TURN_URLS": "turn:a.example"}, ERROR, "TURN_SECRET or TURN_USERNAME and TURN_PASSWORD"),
        ({"TURN_URLS": "https://a.example", **STATIC}, ERROR, "https"),
        ({"CLOUDFLARE_TURN_KEY_ID": "hidden"}, ERROR, "CLOUDFLARE_TURN_KEY_API_TOKEN"),
        ({"TURN_URLS": "turn:a.example, turns:a.example:443", **STATIC}, OK, "turns:a.example:443"),
        ({"TURN_URLS": "turn:a.example", "TURN_SECRET": "hidden"}, OK, "turn:a.example:3478"),
    ],
)
def test_turn_variables_are_complete(host, variables, level, text):
    found = network.turn_variables(host(variables))
    assert found.level == level and text in found.found
    assert "hidden" not in found.found + found.advice


def test_variables_come_from_secrets_too_which_have_precedence(host):
    secrets = 'TURN_URLS = "turn:a.example"\nTURN_USERNAME = "user"\nTURN_PASSWORD = "hidden"'
    assert network.turn_variables(host(secrets=secrets)).level == OK
    assert network.turn_variables(host({"TURN_URLS": "nonsense"}, secrets)).level == OK


@pytest.mark.parametrize(
    ("outcomes", "level"),
    [((), OK), (("works",), OK), (("works", "unreachable"), WARNING), (("rejected", "unknown host"), ERROR)],
)
def test_relays_that_do_not_work_are_named(host, monkeypatch, outcomes, level):
    url = parse_url("turn:a.example")
    monkeypatch.setattr(check, "check_relays", lambda *_: tuple(RelayCheck(url, it) for it in outcomes))
    found = network.relay(host())
    assert found.level == level
    assert all(outcome in found.found for outcome in outcomes if outcome != "works")


def test_a_relay_that_nobody_runs_is_an_error(host):
    found = network.relay(host({"TURN_URLS": "turn:127.0.0.1:9?transport=tcp", **STATIC}))
    assert found.level == ERROR and "turn:127.0.0.1:9?transport=tcp (unreachable)" in found.found


@pytest.mark.parametrize(
    ("url", "level"),
    [("", WARNING), ("http://pose.example", ERROR), ("https://pose.example", OK), ("http://localhost:8501", OK)],
)
def test_camera_needs_https(host, url, level):
    assert network.https(host(url=url)).level == level
