"""Why there is no video: facts about the connection -> what was tried, and the most likely cause."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.live.turn.check import Outcome, RelayCheck
from pose_demo.messages import message
from pose_demo.ui.translation import tr
from pose_demo.ui.webrtc.peer import PeerState


@dataclass(frozen=True)
class Facts:
    """What is known about a connection without video.

    Attributes:
        secure: browsers allow the camera at the page's address.
        localhost: the page's address is localhost.
        offered: the browser made an offer, which it does after the user has allowed the camera.
        playing: the connection is established.
        peer: ICE; None if the server has not got that far.
        relay: a TURN server is configured, and there are credentials for it.
        relay_problem: why a configured relay cannot be used; may be empty.
        checks: of the relay, by this server; None while they run.
    """

    secure: bool = True
    localhost: bool = False
    offered: bool = True
    playing: bool = False
    peer: PeerState | None = None
    relay: bool = False
    relay_problem: str = ""
    checks: tuple[RelayCheck, ...] | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Attributes:
        fine: whether it is as it should be; None if it is not known or says nothing.
    """

    what: str
    result: str
    fine: bool | None = None


# In this order a failing relay is reported: what the host can correct comes before what may be temporary.
_RELAY_CAUSES: dict[Outcome, str] = {
    "expired": message(
        "The credentials for the TURN relay {url} have expired. Reload the page; if that does not help, the "
        "host of this page must provide new ones, or correct this server's clock."
    ),
    "rejected": message(
        "The TURN relay {url} refuses the user name or the password. The host of this page must correct "
        "TURN_USERNAME and TURN_PASSWORD, or TURN_SECRET."
    ),
    "private address": message(
        "The TURN relay {url} offers the private address {detail}, which nobody else can reach. The "
        "host of this page must set external-ip in its configuration."
    ),
    "certificate": message(
        "The certificate of the TURN relay {url} is not valid. The host of this page must renew it, or "
        "correct the name in TURN_URLS."
    ),
    "unknown host": message(
        "There is no machine with the name of the TURN relay {url}. The host of this page must correct TURN_URLS."
    ),
    "refused": message(
        "The TURN relay {url} accepts the credentials but does not relay ({detail}). Try again in a minute."
    ),
    "unreachable": message(
        "The TURN relay {url} does not answer this server. The host of this page must start it, correct "
        "TURN_URLS, or open its port in the firewall."
    ),
}

_OUTCOMES: dict[Outcome, str] = {
    "works": message("works"),
    "unknown host": message("unknown host"),
    "unreachable": message("unreachable"),
    "certificate": message("certificate"),
    "expired": message("expired"),
    "rejected": message("rejected"),
    "refused": message("refused"),
    "private address": message("private address"),
}


def cause(facts: Facts) -> str:
    """The most likely cause, in one or two sentences."""
    if not facts.secure and not facts.offered:
        return tr(
            "Browsers allow the camera on https pages and on localhost only, and this page is neither. "
            "Open it over https."
        )
    if facts.playing:
        return tr(
            "The connection is established, but the camera sends no frames. Is another program using it, or is its "
            "cover closed? If there is another camera, it can be chosen in the corner of the picture."
        )
    return tr("Your browser and this server could not connect. {cause}", cause=_connection_cause(facts))


def _connection_cause(facts: Facts) -> str:
    if facts.relay_problem:
        return tr("The TURN relay cannot be used: {problem}", problem=facts.relay_problem)
    if not facts.relay:
        return _without_relay(facts.localhost)
    if facts.checks is None:
        return tr("The TURN relay is being checked ...")
    if not any(check.works for check in facts.checks):
        return _relay_cause(facts.checks)
    if facts.peer and facts.peer.browser and "relay" not in facts.peer.browser:
        return tr(
            "The TURN relay answers this server, but not your browser: your network blocks it. Another network may "
            "work; the host of this page can offer the relay at turns:…:443?transport=tcp, which few firewalls block."
        )
    return tr(
        "The TURN relay answers this server, yet nothing came through it. Try again; if that does not help, the host "
        "of this page should check that the relay may reach this server's address (peer permissions, UDP ports)."
    )


def _without_relay(localhost: bool) -> str:
    if localhost:
        return tr(
            "The address of this page is localhost. If its port was forwarded (ssh -L, a container, an editor), the "
            "server is another machine and the webcam needs a TURN relay (see docs/turn.md)."
        )
    return tr(
        "Most likely a firewall is in between, and there is no TURN relay for that; the host of this page can set one "
        "up (see docs/turn.md)."
    )


def _relay_cause(checks: tuple[RelayCheck, ...]) -> str:
    for outcome, text in _RELAY_CAUSES.items():
        for check in checks:
            if check.outcome == outcome:
                return tr(text, url=check.url, detail=check.detail)
    return tr("The TURN relay could not be checked.")


def findings(facts: Facts) -> list[Finding]:
    """What was tried, in the order in which a connection is made."""
    return [
        Finding(tr("Page address"), _address(facts), facts.secure),
        Finding(tr("Camera"), _camera(facts), True if facts.offered else None),
        *_ice(facts),
        *_relay(facts),
    ]


def _address(facts: Facts) -> str:
    if not facts.secure:
        return tr("neither https nor localhost: browsers do not allow the camera here")
    return "localhost" if facts.localhost else "https"


def _camera(facts: Facts) -> str:
    if facts.offered:
        return tr("allowed in the browser")
    return tr("not known; the browser has not asked for a connection yet")


def _ice(facts: Facts) -> list[Finding]:
    peer = facts.peer
    if peer is None:
        return [Finding(tr("Connection"), tr("not tried yet"))]
    established = tr("established") if facts.playing else tr("not established ({state})", state=peer.ice)
    return [
        Finding(tr("Addresses of this server"), _candidates(peer.server), bool(peer.server)),
        Finding(tr("Addresses of your browser"), _candidates(peer.browser), bool(peer.browser)),
        Finding(tr("Connection"), established, facts.playing),
    ]


_CANDIDATES = {
    "host": message("local"),
    "srflx": message("public"),
    "prflx": message("public"),
    "relay": message("relay"),
}


def _candidates(types: frozenset[str]) -> str:
    return ", ".join(dict.fromkeys(tr(title) for kind, title in _CANDIDATES.items() if kind in types)) or tr("none")


def _relay(facts: Facts) -> list[Finding]:
    if facts.relay_problem:
        return [Finding(tr("TURN relay"), tr(facts.relay_problem), False)]
    if not facts.relay:
        return [Finding(tr("TURN relay"), tr("none is configured"))]
    if facts.checks is None:
        return [Finding(tr("TURN relay"), tr("is being checked ..."))]
    return [Finding(tr("TURN relay {url}", url=check.url), _outcome(check), check.works) for check in facts.checks]


def _outcome(check: RelayCheck) -> str:
    outcome = tr(_OUTCOMES[check.outcome])
    return f"{outcome} ({tr(check.detail)})" if check.detail else outcome
