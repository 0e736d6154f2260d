"""Fixtures of the browser tests, or the reason why they are skipped."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _skip_reason() -> str:
    if not Path("/usr/bin/chromium").exists():
        return "needs Chromium: apt-get install chromium"
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        return "needs a network namespace with the loopback only: run `make test` where unshare is permitted"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests where they cannot run; elsewhere one that fails, perhaps on a busy machine, runs again."""
    reason = _skip_reason()
    mark = pytest.mark.skip(reason=reason) if reason else pytest.mark.flaky(reruns=1)
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(mark)


@pytest.fixture(scope="session")
def camera(tmp_path_factory):
    """Small and slow: an image of 640x480 takes 57 ms of the CPU in browser and server."""
    from browser import fake_camera

    return fake_camera(tmp_path_factory.mktemp("camera") / "dancer.y4m", fps=15, size=(320, 240))


@pytest.fixture(scope="session")
def chromium(camera):
    from browser import launch
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright.chromium, camera)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests, which frees what a closed tab had within seconds."""
    from browser import Server

    running = Server(tmp_path_factory.mktemp("server") / "log.txt", {"POSE_DEMO_TESTS_IMPATIENT": "1"})
    yield running
    running.close()


@pytest.fixture
def visitor(chromium, server):
    from browser import visiting

    with visiting(chromium, server.url) as tab:
        yield tab


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Save a picture of each page of a test that fails; `browser.visiting` does so for the pages it opened itself."""
    report = yield
    from browser import Visitor, what_is_shown

    for name, value in getattr(item, "funcargs", {}).items():
        if report.failed and isinstance(value, Visitor):
            report.sections.append((f"the page of {name}", what_is_shown(value)))
    return report
