"""Calibration of a live stream, and footage from it, in a real browser."""

from __future__ import annotations

import re

import pytest
from browser import visiting, wait_for


def _button(tab, name):
    return tab.page.get_by_role("button", name=name, exact=True)


def _text(tab, text):
    return tab.page.get_by_text(text).first


@pytest.fixture
def live(chromium, server):
    with visiting(chromium, server.url, path="/?source=Sample+dancer&match.reference=star") as tab:
        wait_for(lambda: tab.processed_fps() > 1, 30, "processed frames")
        tab.page.locator("summary").filter(has_text="Calibrate").click()
        yield tab


def _collected(tab):
    text = _text(tab, "Collected:").inner_text()
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _hold(tab, name):
    """Hold a button for two seconds, and wait until all of its frames are collected."""
    button = _button(tab, name)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    tab.page.mouse.move(box["x"] + 10, box["y"] + 10)
    tab.page.mouse.down()
    wait_for(lambda: button.get_attribute("aria-pressed") == "true", 5, "the button to be held")
    tab.page.wait_for_timeout(2000)
    tab.page.mouse.up()
    wait_for(lambda: button.get_attribute("aria-pressed") == "false", 5, "the button to be released")
    wait_for(lambda: _is_constant(tab), 20, "the last frames")


def _is_constant(tab):
    before = _collected(tab)
    tab.page.wait_for_timeout(1500)
    return _collected(tab) == before


def test_buttons_are_held_while_the_stream_runs(live, server):
    _hold(live, "Hold: match")
    matches = _collected(live)[0]
    assert matches > 3
    _hold(live, "Hold: no match")
    _text(live, "Best threshold").wait_for()
    assert _collected(live)[0] == matches  # nothing is collected while no button is held
    assert _collected(live)[1] > 3
    live.page.get_by_role("button", name=re.compile("Use 0.* as threshold")).click()
    _text(live, "This is the threshold in use").wait_for()
    _button(live, "Start over").click()
    wait_for(lambda: _collected(live) == (0, 0), 10, "no frames")
    assert not server.errors()


def test_buttons_are_held_with_the_keyboard(live):
    button = _button(live, "Hold: match")
    button.focus()
    live.page.keyboard.down(" ")
    wait_for(lambda: _collected(live)[0] > 3, 15, "frames of match")
    live.page.keyboard.up(" ")
    wait_for(lambda: button.get_attribute("aria-pressed") == "false", 5, "the button to be released")


@pytest.mark.parametrize(("source", "size"), [("Webcam", "320 × 240"), ("Sample dancer", "640 × 480")])
def test_the_last_seconds_are_kept(chromium, server, source, size):
    with visiting(chromium, server.url, path=f"/?source={source.replace(' ', '+')}&mirror=on") as tab:
        if source == "Webcam":
            tab.stream()
        wait_for(lambda: tab.processed_fps() > 1, 30, "processed frames")
        tab.page.wait_for_timeout(2000)
        tab.open_section("Recording")
        _button(tab, "Keep the last 20 s").click()
        _text(tab, "is in Explore now").wait_for(timeout=30_000)
        tab.source("Explore")
        tab.page.get_by_test_id("stCheckbox").filter(has_text="live video").wait_for()
        _text(tab, f"{size} · consensus keypoints of the heaviest ready models").wait_for()


def test_the_camera_image_of_a_recording_is_explored(chromium, server):
    with visiting(chromium, server.url, path="/?source=Sample+dancer") as tab:
        wait_for(lambda: tab.processed_fps() > 1, 30, "processed frames")
        tab.open_section("Recording")
        tab.toggle("Count down before a recording")
        tab.toggle("Also keep the camera image, to explore it")
        toggle = tab.page.get_by_test_id("stCheckbox").filter(has_text="Also keep the camera image")
        toggle.locator("input:checked").wait_for(state="attached")
        tab.page.wait_for_timeout(1000)
        tab.page.get_by_role("button", name="Record", exact=True).click()
        stop = tab.page.get_by_role("button", name="Stop recording")
        stop.wait_for()
        tab.page.wait_for_timeout(1500)
        stop.click()
        _button(tab, "Add the camera image to Explore").click()
        _text(tab, "is in Explore now").wait_for()
        tab.page.keyboard.press("Escape")
        tab.source("Explore")
        tab.page.get_by_test_id("stCheckbox").filter(has_text="recording").wait_for()
