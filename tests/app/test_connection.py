"""Why there is no video: the panel of the page, and relays that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.live.turn.check import BackgroundCheck, RelayCheck
from pose_demo.live.turn.configuration import NAMES
from pose_demo.live.turn.servers import parse_url

APP = str(Path(__file__).parents[2] / "app.py")
CHECKS = (RelayCheck(parse_url("turn:relay.example.org"), "unreachable"),)


@pytest.fixture
def failed_page(monkeypatch):
    """The page after a connection without a frame, for the given values of the host."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def open_page(**values: str) -> AppTest:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        page = AppTest.from_file(APP, default_timeout=60).run()
        attempt = page.session_state["session"].attempt
        attempt.failed, attempt.check = True, BackgroundCheck(lambda servers: CHECKS)
        return page.run()

    return open_page


def _words(page: AppTest) -> str:
    assert not page.exception and not page.error
    return " ".join(element.value for element in (*page.warning, *page.markdown))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "there is no TURN relay"),
        ({"TURN_URLS": "turn:a"}, "set TURN_SECRET or TURN_USERNAME and TURN_PASSWORD too"),
        ({"TURN_URLS": "http://a", "TURN_SECRET": "hush"}, "Expected an address like turn:"),
        ({"POSE_DEMO_STUN": "a"}, "Expected an address like turn:"),
        (  # tests have no network
            {"CLOUDFLARE_TURN_KEY_ID": "a", "CLOUDFLARE_TURN_KEY_API_TOKEN": "hush"},
            "Cloudflare could not be reached",
        ),
    ],
)
def test_a_relay_that_cannot_be_used_leaves_the_page_usable(failed_page, values, words):
    page = failed_page(**values)
    assert words in _words(page) and "hush" not in _words(page)
    page.segmented_control(key="source").set_value("Sample dancer").run()
    assert not page.exception


def test_a_relay_is_checked_and_checked_again_with_new_credentials(failed_page):
    page = failed_page(TURN_URLS="turn:relay.example.org", TURN_SECRET="hush")
    attempt, ice_servers = page.session_state["session"].attempt, page.session_state["ice-servers"]
    attempt.check._thread.join(5)
    assert "does not answer this server" in _words(page.run()) and "hush" not in _words(page)
    before = ice_servers.latest
    next(button for button in page.button if button.label == "Check again").click().run()
    attempt.check._thread.join(5)
    assert ice_servers.latest is not before and attempt.check.result == CHECKS
    assert before.servers[1].credential not in _words(page)
