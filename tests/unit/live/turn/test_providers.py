"""Credentials of TURN relays, from every kind of provider; the APIs are a server on the loopback."""

from __future__ import annotations

import base64
import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pose_demo.live.turn import providers
from pose_demo.live.turn.providers import CREDENTIAL_TTL_S, PROVIDERS, choose, cloudflare, twilio
from pose_demo.live.turn.servers import RelayError

STATIC = {"TURN_URLS": "turn:a, turns:b:443?transport=tcp", "TURN_USERNAME": "me", "TURN_PASSWORD": "hush-static"}
SECRET = {"TURN_URLS": "turn:a", "TURN_SECRET": "hush-shared"}
CLOUDFLARE = {"CLOUDFLARE_TURN_KEY_ID": "key/1", "CLOUDFLARE_TURN_KEY_API_TOKEN": "hush-token"}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "hush-auth"}
RELAY = {"urls": ["turn:r:3478?transport=udp", "turn:r:53"], "username": "u", "credential": "hush-made"}


class Api:
    """A fake API: the answer, and the last request."""

    def __init__(self) -> None:
        self.status, self.answer, self.location = 201, json.dumps({}), ""
        self.requests: list[tuple[str, dict, bytes]] = []
        api = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                api.requests.append((self.path, dict(self.headers), body))
                self.send_response(api.status)
                if api.location:
                    self.send_header("Location", api.location)
                self.end_headers()
                self.wfile.write(api.answer.encode())

            do_GET = do_POST  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def api():
    running = Api()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, None),
        (STATIC, "static"),
        (SECRET, "secret"),
        (STATIC | SECRET, "secret"),
        (CLOUDFLARE, "cloudflare"),
        (TWILIO, "twilio"),
        (TWILIO | SECRET, "secret"),
        (CLOUDFLARE | {"TURN_URLS": ""}, "cloudflare"),
    ],
)
def test_the_first_provider_with_all_its_values_is_used(values, name):
    assert choose(values) is (PROVIDERS[name] if name else None)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"TURN_URLS": "turn:a"}, "set TURN_SECRET or TURN_USERNAME and TURN_PASSWORD too"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "set TWILIO_AUTH_TOKEN too"),
        ({"TURN_SECRET": "hush"}, "set TURN_URLS too"),
    ],
)
def test_a_missing_value_is_named(values, missing):
    with pytest.raises(RelayError, match=missing) as error:
        choose(values)
    assert "hush" not in str(error.value)


def test_a_static_password_is_passed_on():
    (server,) = PROVIDERS["static"].servers(STATIC, 0)
    assert (server.urls, server.username) == (("turn:a", "turns:b:443?transport=tcp"), "me")
    assert server.credential == "hush-static"


def test_a_shared_secret_makes_credentials_that_expire():
    (server,) = PROVIDERS["secret"].servers(SECRET, 1_000_000_000.5)
    assert server.username == f"{1_000_000_000 + CREDENTIAL_TTL_S}:pose_demo"
    # printf %s 1000021600:pose_demo | openssl dgst -sha1 -hmac hush-shared -binary | base64
    assert server.credential == "gDASVZgiZ3jzj7ej1+716zMMiuw="
    (later,) = PROVIDERS["secret"].servers(SECRET, 1_000_000_060)
    assert later.credential != server.credential


@pytest.mark.parametrize("urls", ["turn://a", "turn:a, b", "stun:a", " , "])
def test_bad_urls_of_the_host_are_reported(urls):
    with pytest.raises(RelayError, match="Expected"):
        PROVIDERS["secret"].servers(SECRET | {"TURN_URLS": urls}, 0)


def test_cloudflare_makes_credentials(api):
    api.answer = json.dumps({"iceServers": [{"urls": ["stun:s", "stun:s:53"]}, RELAY]})
    stun, relay = cloudflare(CLOUDFLARE, 0, api=api.url)
    assert (stun.urls, relay.urls) == (("stun:s",), ("turn:r:3478?transport=udp",))
    assert (relay.username, relay.credential) == ("u", "hush-made")
    path, headers, body = api.requests[0]
    assert path == "/turn/keys/key%2F1/credentials/generate-ice-servers"
    assert headers["Authorization"] == "Bearer hush-token" and json.loads(body) == {"ttl": CREDENTIAL_TTL_S}


def test_twilio_makes_credentials(api):
    one_url = RELAY | {"url": "turn:r:3478?transport=udp", "urls": "turn:r:3478?transport=udp"}
    api.answer = json.dumps({"username": "u", "ice_servers": [{"url": "stun:s", "urls": "stun:s"}, one_url]})
    stun, relay = twilio(TWILIO, 0, api=api.url)
    assert (stun.urls, relay.urls, relay.credential) == (("stun:s",), ("turn:r:3478?transport=udp",), "hush-made")
    path, headers, body = api.requests[0]
    assert path == "/Accounts/AC1/Tokens.json" and body == f"Ttl={CREDENTIAL_TTL_S}".encode()
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC1:hush-auth"


FETCHES = [partial(cloudflare, CLOUDFLARE, 0), partial(twilio, TWILIO, 0)]


@pytest.mark.parametrize("fetch", FETCHES, ids=["cloudflare", "twilio"])
@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [(401, "hush-token", "refuses this server's key"), (404, "", "refuses this server's key"), (500, "", "HTTP 500")]
    + [(201, text, "got something else") for text in ("<html>", "[]", "{}", "null", '{"iceServers": [1]}')]
    + [(201, json.dumps({key: [{"urls": ["turn:r"]}] for key in ("iceServers", "ice_servers")}), "something else")],
)
def test_a_failing_api_is_explained_without_secrets(api, fetch, status, answer, words, caplog):
    caplog.set_level("DEBUG")
    api.status, api.answer = status, answer
    with pytest.raises(RelayError, match=words) as error:
        fetch(api=api.url)
    assert "hush" not in f"{error.value} {error.value.__cause__} {caplog.text}"


@pytest.mark.parametrize("fetch", FETCHES, ids=["cloudflare", "twilio"])
def test_an_api_out_of_reach_is_explained(api, fetch, monkeypatch):
    monkeypatch.setattr(providers, "_TIMEOUT_S", 0.2)
    with pytest.raises(RelayError, match="could not be reached"):
        fetch(api="http://127.0.0.1:1")


def test_a_token_is_not_sent_to_where_an_api_redirects(api):
    api.status, api.location = 302, f"{api.url}/elsewhere"
    with pytest.raises(RelayError, match="HTTP 302"):
        cloudflare(CLOUDFLARE, 0, api=api.url)
    assert len(api.requests) == 1


def test_a_token_with_a_line_break_is_explained(api):
    with pytest.raises(RelayError, match="characters that do not belong"):
        cloudflare(CLOUDFLARE | {"CLOUDFLARE_TURN_KEY_API_TOKEN": "a\nb"}, 0, api=api.url)
    assert not api.requests
