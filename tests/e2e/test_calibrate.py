"""Footage and calibration in a real browser: every control of the page, with the mouse, the keyboard and a finger."""

from __future__ import annotations

import re

import pytest
from browser import visiting, wait_for

from pose_demo import sample
from pose_demo.explore.footage.annotations import write_annotations
from pose_demo.io.video_writer import VideoWriter

PATH = "/?source=Explore&tool=Calibrate&match.reference=star"
SECONDS, FPS = 4, 10


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A video of four seconds: a star for two, then another pose."""
    path = tmp_path_factory.mktemp("clip") / "star.mp4"
    star, other = (sample.still(name)[0] for name in ("star", "stand"))
    with VideoWriter(path, FPS) as writer:
        for index in range(SECONDS * FPS):
            writer.write(star if index < SECONDS * FPS / 2 else other, index / FPS)
    return path


@pytest.fixture
def explore(chromium, server):
    with visiting(chromium, server.url, path=PATH, viewport=(1280, 1400)) as tab:
        tab.page.get_by_text("Add your footage").wait_for()
        yield tab


def _button(tab, name):
    return tab.page.get_by_role("button", name=name, exact=True)


def _text(tab, text):
    return tab.page.get_by_text(text).first


def _upload(tab, label, path):
    uploader = tab.page.get_by_test_id("stFileUploader").filter(has_text=label)
    uploader.locator("input[type=file]").set_input_files(path)


def _add_clip(tab, clip):
    _upload(tab, "Add videos", clip)
    tab.page.get_by_test_id("stCheckbox").filter(has_text=clip.name).wait_for()
    tab.page.locator(".timeline .track").wait_for()


def _track(tab):
    _button(tab, "Compute the scores").or_(_text(tab, "Best threshold")).first.wait_for()
    tab.idle()
    return wait_for(lambda: tab.page.locator(".timeline .track").bounding_box(), 10, "the timeline")


def _drag(tab, start, end):
    """Drag on the timeline, between fractions of its width."""
    track = _track(tab)
    y = track["y"] + track["height"] / 2
    tab.page.mouse.move(track["x"] + start * track["width"], y)
    tab.page.mouse.down()
    tab.page.mouse.move(track["x"] + end * track["width"], y, steps=5)
    tab.page.mouse.up()


def _handles(tab):
    return tab.page.get_by_test_id("stSlider").filter(has_text="Span to mark").get_by_role("slider")


def _wait_for_span(tab, start, end):
    wait_for(
        lambda: [handle.get_attribute("aria-valuetext") for handle in _handles(tab).all()] == [start, end],
        10,
        "the selected span",
    )
    tab.idle()


def _spans(tab):
    """The marked spans as the page lists them."""
    return tab.page.locator("button:visible").filter(has_text=re.compile(r"match .* to .* s")).all_inner_texts()


def _mark_both(tab):
    _drag(tab, 0.02, 0.45)
    _wait_for_span(tab, "0.1", "1.8")
    _button(tab, "Mark as match").click()
    wait_for(lambda: len(_spans(tab)) == 1, 10, "the first span")
    _drag(tab, 0.55, 0.98)
    _wait_for_span(tab, "2.2", "3.9")
    _button(tab, "Mark as no match").click()
    wait_for(lambda: len(_spans(tab)) == 2, 10, "the second span")


def _compute(tab):
    _button(tab, "Compute the scores").click()
    _text(tab, "Best threshold").wait_for(timeout=60_000)


# ---- calibrate on footage


def test_the_threshold_of_an_uploaded_clip_is_computed_and_used(explore, clip, server):
    _add_clip(explore, clip)
    _mark_both(explore)
    _compute(explore)
    page = explore.page
    assert page.get_by_text("0 of ").count() >= 1
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for()
    use = page.get_by_role("button", name=re.compile("Use 0.* as threshold"))
    threshold = re.search(r"0\.\d+", use.inner_text())[0]
    use.click()
    _text(explore, "This is the threshold in use").wait_for()
    assert f"match.similarity={threshold}".rstrip("0") in explore.address
    assert not server.errors()


def test_a_click_on_the_timeline_shows_the_frame(explore, clip):
    _add_clip(explore, clip)
    _text(explore, "0.00 s · score").wait_for()
    track = _track(explore)
    explore.page.mouse.click(track["x"] + 0.75 * track["width"], track["y"] + track["height"] / 2)
    _text(explore, re.compile(r"^3\.0\d s · score")).wait_for()


def test_the_threshold_line_is_dragged(explore, clip):
    _add_clip(explore, clip)
    _mark_both(explore)
    _compute(explore)
    line = explore.page.locator(".timeline .threshold")
    line.focus()
    for _ in range(5):
        line.press("ArrowUp")
    wait_for(lambda: "match.similarity=" in explore.address, 10, "the threshold in the link")


def test_a_span_is_chosen_with_the_keyboard_and_removed(explore, clip):
    _add_clip(explore, clip)
    _track(explore)
    handle = _handles(explore).first
    handle.focus()
    for _ in range(5):
        handle.press("ArrowRight")
    _wait_for_span(explore, "0.5", "2.0")
    explore.page.wait_for_timeout(700)  # the slider sends its value after a pause
    explore.idle()
    mark = _button(explore, "Mark as match")
    mark.focus()
    mark.press("Enter")
    wait_for(lambda: _spans(explore), 10, "the span")
    assert "match 0.5 to 2.0 s" in _spans(explore)[0]
    explore.page.locator("button:visible").filter(has_text="match 0.5 to 2.0 s").click()
    wait_for(lambda: not _spans(explore), 10, "no span")


def test_scoring_can_be_stopped(explore):
    explore.page.get_by_role("button", name="Solo", exact=True).click()
    _button(explore, "Compute the scores").click()
    _button(explore, "Stop").click()
    _button(explore, "Compute the scores").wait_for()
    assert not explore.page.get_by_test_id("stException").count()


# ---- footage


def test_several_clips_are_added_chosen_and_removed(explore, clip):
    _add_clip(explore, clip)
    explore.page.get_by_role("button", name="Duo", exact=True).click()
    _text(explore, "10.0 s · 640 × 480 · true keypoints").wait_for()
    explore.choose(explore.page.get_by_role("combobox", name="Clip to mark"), "sample duo")
    explore.page.get_by_test_id("stCheckbox").get_by_text("star.mp4").click()
    explore.page.get_by_text("Clip to mark").wait_for(state="detached")
    _button(explore, "Edit").nth(1).click()
    _button(explore, "Remove").click()
    _text(explore, "Add or select a clip").wait_for()


def test_a_part_and_true_keypoints_are_chosen(explore, clip, tmp_path):
    _add_clip(explore, clip)
    _text(explore, "4.0 s · 640 × 480 · consensus keypoints").wait_for()
    _button(explore, "Edit").click()
    popover = explore.page.get_by_test_id("stPopoverBody")
    end = popover.get_by_role("slider").last
    end.focus()
    for _ in range(10):
        end.press("ArrowLeft")
    _text(explore, "0 to 3.0 s").wait_for()
    path = tmp_path / "keypoints.json"
    for size, words in (((64, 48), "expected images of 640 x 480"), ((640, 480), "640 × 480 · true keypoints")):
        write_annotations(path, [()] * SECONDS * FPS, size)
        if not popover.is_visible():
            _button(explore, "Edit").click()
        _upload(explore, "True keypoints", path)
        _text(explore, words).wait_for()


def test_a_link_opens_the_tool(chromium, server):
    with visiting(chromium, server.url, path=PATH) as tab:
        tab.page.get_by_role("radio", name="Calibrate", exact=True).wait_for()
        assert tab.page.get_by_role("radio", name="Calibrate", exact=True).is_checked()
        assert "tool=Calibrate" in tab.address and "source=Explore" in tab.address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_clipped_on_a_phone(chromium, server, clip, scheme):
    with visiting(chromium, server.url, path=PATH, viewport=(390, 844)) as tab:
        tab.page.emulate_media(color_scheme=scheme)
        _add_clip(tab, clip)
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
        for button in ("Mark as match", "Mark as no match", "Compute the scores"):
            box = _button(tab, button).bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390
