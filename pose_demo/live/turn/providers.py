"""Where the credentials of a TURN relay come from: one function for each kind of provider."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pose_demo.live.turn.servers import IceServer, RelayError, parse_url, usable
from pose_demo.messages import Message, message

CREDENTIAL_TTL_S = 6 * 3600  # of credentials that expire
CLOUDFLARE_API = "https://rtc.live.cloudflare.com/v1"
TWILIO_API = "https://api.twilio.com/2010-04-01"
_TIMEOUT_S = 3.0  # of a request; the script run waits for it
_MAX_ANSWER = 64 * 1024  # bytes

Values = Mapping[str, str]


@dataclass(frozen=True)
class Provider:
    """A source of ICE servers with credentials.

    Attributes:
        title: for the page.
        needs: names of the values that must be set.
        servers: returns the ICE servers. Its arguments are the values and the Unix time in seconds; it raises
            `RelayError`.
    """

    title: str
    needs: tuple[str, ...]
    servers: Callable[[Values, float], tuple[IceServer, ...]]


def shared_secret(values: Values, now: float) -> tuple[IceServer, ...]:
    """Credentials derived from a secret that the relay knows too (coturn: ``static-auth-secret``).

    Source: time-limited TURN credentials (TURN REST API), draft-uberti-behave-turn-rest-00.
    """
    username = f"{int(now) + CREDENTIAL_TTL_S}:{values.get('TURN_USERNAME') or 'pose_demo'}"
    digest = hmac.new(values["TURN_SECRET"].encode(), username.encode(), hashlib.sha1).digest()
    return (IceServer(_urls(values), username, base64.b64encode(digest).decode()),)


def static(values: Values, now: float) -> tuple[IceServer, ...]:
    """A user name and a password that do not change."""
    return (IceServer(_urls(values), values["TURN_USERNAME"], values["TURN_PASSWORD"]),)


def cloudflare(values: Values, now: float, api: str = CLOUDFLARE_API) -> tuple[IceServer, ...]:
    """Credentials from Cloudflare Realtime TURN.

    Source: https://developers.cloudflare.com/realtime/turn/generate-credentials/
    """
    url = f"{api}/turn/keys/{quote(values['CLOUDFLARE_TURN_KEY_ID'], safe='')}/credentials/generate-ice-servers"
    headers = {
        "Authorization": f"Bearer {values['CLOUDFLARE_TURN_KEY_API_TOKEN']}",
        "Content-Type": "application/json",
    }
    answer = _post("Cloudflare", url, headers, json.dumps({"ttl": CREDENTIAL_TTL_S}).encode())
    return _servers("Cloudflare", answer, "iceServers")


def twilio(values: Values, now: float, api: str = TWILIO_API) -> tuple[IceServer, ...]:
    """Credentials from Twilio's Network Traversal Service.

    Source: https://www.twilio.com/docs/stun-turn/api
    """
    sid, token = values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"]
    basic = base64.b64encode(f"{sid}:{token}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    url = f"{api}/Accounts/{quote(sid, safe='')}/Tokens.json"
    answer = _post("Twilio", url, headers, urlencode({"Ttl": CREDENTIAL_TTL_S}).encode())
    return _servers("Twilio", answer, "ice_servers")


# The first one whose values are all set is used.
PROVIDERS = {
    "secret": Provider("shared secret", ("TURN_URLS", "TURN_SECRET"), shared_secret),
    "static": Provider("user name and password", ("TURN_URLS", "TURN_USERNAME", "TURN_PASSWORD"), static),
    "cloudflare": Provider("Cloudflare", ("CLOUDFLARE_TURN_KEY_ID", "CLOUDFLARE_TURN_KEY_API_TOKEN"), cloudflare),
    "twilio": Provider("Twilio", ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), twilio),
}


def choose(values: Values, providers: Mapping[str, Provider] = PROVIDERS) -> Provider | None:
    """The provider whose values are all set; None if no relay is configured.

    Raises:
        RelayError: only some of a provider's values are set.
    """
    for provider in providers.values():
        if all(values.get(name) for name in provider.needs):
            return provider
    started = [p for p in providers.values() if any(values.get(name) for name in p.needs)]
    if not started:
        return None
    present = sorted({name for p in started for name in p.needs if values.get(name)})
    missing = _any_of(_all_of(name for name in p.needs if not values.get(name)) for p in started)
    raise RelayError(
        message(
            "{present} alone is not enough for a TURN relay: set {missing} too.",
            present=_all_of(present),
            missing=missing,
        )
    )


def _all_of(names: Iterable[str]) -> str:
    return functools.reduce(lambda a, b: message("{a} and {b}", a=a, b=b), names)


def _any_of(names: Iterable[str]) -> str:
    return functools.reduce(lambda a, b: message("{a} or {b}", a=a, b=b), names)


def _urls(values: Values) -> tuple[str, ...]:
    """The TURN URLs of the host.

    Raises:
        RelayError: one of them is not valid, or there is none.
    """
    urls = tuple(url.strip() for url in values["TURN_URLS"].split(",") if url.strip())
    if True not in {parse_url(url).is_relay for url in urls}:
        text = message("Expected at least one address like turn:turn.example.org:3478 in TURN_URLS, got none.")
        raise RelayError(text)
    return urls


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected request would carry the token to another server."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


def _post(service: str, url: str, headers: Mapping[str, str], body: bytes) -> Any:
    """The JSON answer of an API.

    Raises:
        RelayError: there is none; the message contains neither the URL nor a header.
    """
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        request = urllib.request.Request(url, body, dict(headers), method="POST")
        with opener.open(request, timeout=_TIMEOUT_S) as response:
            return json.loads(response.read(_MAX_ANSWER))
    except urllib.error.HTTPError as error:
        raise RelayError(_refusal(service, error.code)) from None
    except OSError:  # URLError and TimeoutError too
        raise RelayError(_unreachable(service)) from None
    except ValueError:  # not JSON, or a character that a header cannot have
        raise RelayError(_unexpected(service)) from None


def _unreachable(service: str) -> Message:
    return message(
        "{service} could not be reached within {seconds:g} s for credentials of its TURN relay. Check that this server "
        "may open https connections, then try again.",
        service=service,
        seconds=_TIMEOUT_S,
    )


def _refusal(service: str, code: int) -> Message:
    if code in (401, 403, 404):
        return message(
            "{service} refuses this server's key (HTTP {code}): the id or the token of its TURN service is wrong or "
            "was revoked. Correct it in the secrets.",
            service=service,
            code=code,
        )
    return message(
        "{service} gave no credentials for its TURN relay (HTTP {code}). Try again in a minute.",
        service=service,
        code=code,
    )


def _unexpected(service: str) -> Message:
    return message(
        "Expected a list of ICE servers with a TURN relay from {service}, got something else. Check the values in the "
        "secrets for characters that do not belong there.",
        service=service,
    )


def _servers(service: str, answer: Any, key: str) -> tuple[IceServer, ...]:
    """The ICE servers in the answer of an API; URLs that no browser accepts are left out.

    Raises:
        RelayError: there is no relay among them.
    """
    entries = answer.get(key) if isinstance(answer, dict) else None
    entries = [entries] if isinstance(entries, dict) else entries if isinstance(entries, list) else []
    servers = tuple(server for entry in entries if isinstance(entry, dict) if (server := _server(entry)).urls)
    if not any(server.relays() and server.username and server.credential for server in servers):
        raise RelayError(_unexpected(service))
    return servers


def _server(entry: Mapping[str, Any]) -> IceServer:
    urls = entry.get("urls") or ()
    texts = (urls,) if isinstance(urls, str) else tuple(str(url) for url in urls)
    return IceServer(usable(texts), str(entry.get("username") or ""), str(entry.get("credential") or ""))
