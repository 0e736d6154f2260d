"""Faults of the connection between page, camera and server: what is shown, what is said, and what is left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from browser import HURRY, Server, Visitor, visiting, wait_for
from playwright.sync_api import WebSocketRoute

HIDING = "?effects=skeleton-only"


class Network:
    """The websocket of a page, which can be cut."""

    def __init__(self, visitor: Visitor) -> None:
        self.cut = False
        self._routes: list[WebSocketRoute] = []
        visitor.context.route_web_socket("**/_stcore/stream", self._route)
        visitor.page.goto(visitor.page.url)

    def _route(self, route: WebSocketRoute) -> None:
        if self.cut:
            route.close()
        else:
            route.connect_to_server()
            self._routes.append(route)

    def lose(self) -> None:
        """Close the websocket, and refuse new ones."""
        self.cut = True
        for route in self._routes:
            route.close()
        self._routes.clear()

    def restore(self) -> None:
        """Let the page connect again."""
        self.cut = False


class CountedServer(Server):
    """A server for which pages are gone after seconds, and whose connections can be counted."""

    def __init__(self, folder, port=0):
        self._count = folder / "connections"
        environment = {"POSE_DEMO_TESTS_CONNECTIONS": str(self._count), "POSE_DEMO_TESTS_IMPATIENT": "1"}
        super().__init__(folder / "log.txt", environment, port=port)

    def connections(self) -> int:
        """WebRTC connections that the server holds."""
        return int(self._count.read_text())


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[CountedServer]:
    running = CountedServer(tmp_path_factory.mktemp("server"))
    yield running
    running.close()


def _shown(visitor: Visitor) -> bool:
    """Whether the video shows the room of the camera; a skeleton on black is dark."""
    return bool(np.median(visitor.video_pixels()) > 60)


def _says(visitor: Visitor, text: str) -> bool:
    return visitor.page.get_by_text(text).first.is_visible()


def test_a_stream_that_was_left_for_a_photo_can_be_started_again_and_nothing_is_blamed(visitor, server):
    for _ in range(2):
        visitor.stream(fps=1)
        visitor.source("Photo")
        wait_for(lambda: server.connections() == 0, 10, "the connection to end")
        visitor.source("Webcam")
        visitor.start_button.wait_for()
        assert not _says(visitor, "firewall")
    visitor.page.wait_for_timeout(4000)  # this server's page explains a missing picture after 3 s
    assert not _says(visitor, "firewall") and not _says(visitor, "sends no frames")
    assert not server.errors()


def test_a_page_that_was_away_too_long_shows_nothing_hidden_and_can_start_again(chromium, server):
    with visiting(chromium, server.url, path=HIDING) as visitor:
        network = Network(visitor)
        visitor.stream(fps=1)
        network.lose()
        for _ in range(40):  # also after the session was closed
            assert not _shown(visitor)
            visitor.page.wait_for_timeout(500)
            if server.connections() == 0:
                break
        assert server.connections() == 0
        network.restore()
        visitor.page.get_by_text("disconnected for about two minutes").wait_for(timeout=30_000)
        visitor.stream(fps=1)
        assert not _shown(visitor) and not _says(visitor, "disconnected for about") and server.connections() == 1


def test_a_short_loss_keeps_the_stream_and_a_closed_tab_frees_it(chromium, server):
    with visiting(chromium, server.url) as visitor:
        network = Network(visitor)
        visitor.stream(fps=1)
        network.lose()
        visitor.page.wait_for_timeout(4000)  # longer than a silent camera is kept here
        network.restore()
        before = visitor.decoded()
        wait_for(lambda: visitor.decoded() > before + 10, 10, "the video to go on")
        visitor.page.wait_for_timeout(4000)  # after 6 s without the page its session would be closed
        wait_for(lambda: visitor.processed_fps() > 2, 20, "the figures to go on")
        assert server.connections() == 1 and not _says(visitor, "disconnected")
    wait_for(lambda: server.connections() == 0, 30, "the connection of the closed tab to end")


def test_a_camera_that_is_turned_on_without_the_server_is_closed_and_can_be_turned_on_later(chromium, server):
    with visiting(chromium, server.url) as visitor:
        visitor.context.add_init_script(HURRY)
        network = Network(visitor)
        visitor.start_button.wait_for()
        visitor.idle()
        network.lose()
        visitor.start()
        visitor.page.get_by_text("The server does not answer.").wait_for()
        network.restore()
        # The latter when the page was away for so long that it began anew.
        again = visitor.page.get_by_role("button", name=re.compile("Try again|Turn on camera"))
        wait_for(lambda: again.is_visible() and visitor.page.get_by_text("Connecting").count() == 0, 20, "the page")
        visitor.page.wait_for_timeout(3000)
        again.click()
        wait_for(visitor.decoded, 30, "the first frame")


def test_a_page_whose_server_was_restarted_says_so_and_can_start_again(chromium, tmp_path):
    server = CountedServer(tmp_path)
    try:
        with visiting(chromium, server.url, path=HIDING) as visitor:
            visitor.stream(fps=1)
            server.close()
            server = CountedServer(tmp_path, server.port)
            visitor.page.get_by_text("the server was restarted").wait_for(timeout=40_000)
            visitor.stream(fps=1)
            assert not _shown(visitor)
    finally:
        server.close()
