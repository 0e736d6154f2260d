"""Compare in the browser: the divider on the picture and below the video, and all controls, live and on footage."""

from __future__ import annotations

import re

import numpy as np
from browser import Visitor, wait_for
from playwright.sync_api import Locator

# The mean brightness of the left and of the right quarter of the canvas.
_QUARTERS = """canvas => {
  const { width, height } = canvas, context = canvas.getContext("2d");
  return [0, 0.75].map(x => {
    const { data } = context.getImageData(x * width, 0, width / 4, height / 2);
    return data.reduce((sum, value, index) => index % 4 === 3 ? sum : sum + value, 0) / (data.length * 0.75);
  });
}"""
_DARK, _BRIGHT = 60, 120  # mean brightness of a skeleton on black, and of the sample


def _start(visitor: Visitor) -> None:
    """Keep B; the sidebar may be changed once the page has confirmed it."""
    visitor.page.get_by_test_id("stCheckbox").get_by_text("Compare", exact=True).wait_for(timeout=60_000)
    visitor.toggle("Compare")
    visitor.page.get_by_role("button", name="Swap").wait_for()


def _compare(visitor: Visitor) -> None:
    """B: the whole image. A: a skeleton on black, whose brightness shows where A is."""
    _start(visitor)
    visitor.page.get_by_test_id("stSidebar").get_by_text("Privacy", exact=True).click()


def _divider(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("slider", name=re.compile("^Divider"))


def _position(visitor: Visitor) -> int:
    return int(_divider(visitor).get_attribute("aria-valuenow"))


def _quarters(visitor: Visitor) -> tuple[bool, bool]:
    """Whether the left and the right quarter of the picture show A."""
    left, right = visitor.page.locator("canvas").first.evaluate(_QUARTERS)
    return left < _DARK, right < _DARK


def _drag(visitor: Visitor, fraction: float) -> None:
    """Drag the divider with the mouse to a fraction of the width."""
    handle = _divider(visitor)
    handle.scroll_into_view_if_needed()
    box, frame = handle.bounding_box(), handle.locator("..").bounding_box()
    y = box["y"] + box["height"] / 2
    mouse = visitor.page.mouse
    mouse.move(box["x"] + box["width"] / 2, y)
    mouse.down()
    for step in range(1, 6):
        start = box["x"] + box["width"] / 2
        mouse.move(start + (frame["x"] + fraction * frame["width"] - start) * step / 5, y)
        visitor.page.wait_for_timeout(60)
    mouse.up()


def _sample(visitor: Visitor) -> None:
    visitor.source("Sample dancer")
    wait_for(lambda: visitor.processed_fps() > 2, 20, "the sample")


def test_the_divider_is_moved_by_mouse_keyboard_and_touch(visitor, server):
    _sample(visitor)
    _compare(visitor)
    wait_for(lambda: _quarters(visitor) == (True, False), 10, "A left and B right")
    _drag(visitor, 0.95)
    assert _position(visitor) in range(93, 98)
    wait_for(lambda: _quarters(visitor) == (True, True), 5, "A everywhere")
    _drag(visitor, 0.05)
    wait_for(lambda: _quarters(visitor) == (False, False), 5, "B everywhere")
    visitor.page.wait_for_timeout(1500)  # later frames keep the position
    assert _quarters(visitor) == (False, False) and _position(visitor) in range(3, 8)
    _press_keys(_divider(visitor))
    touch = visitor.context.new_cdp_session(visitor.page)
    wait_for(lambda: _touch(visitor, touch) in range(19, 22), 20, "the divider at 20 %")
    assert not server.errors()


def _press_keys(handle: Locator) -> None:
    handle.focus()
    for key, position in (
        ("End", "100"),
        ("Home", "0"),
        ("PageUp", "10"),
        ("ArrowRight", "12"),
        ("ArrowLeft", "10"),
        ("PageDown", "0"),
    ):
        handle.press(key)
        assert handle.get_attribute("aria-valuenow") == position, key


def _touch(visitor: Visitor, session) -> int:
    """Move a finger from the middle to 20 % of the width; returns the position. The page may still be moving."""
    frame = _divider(visitor).locator("..").bounding_box()
    x, y = frame["x"], frame["y"] + frame["height"] / 2
    for kind, fraction in (("touchStart", 0.5), ("touchMove", 0.4), ("touchMove", 0.2)):
        point = {"x": x + fraction * frame["width"], "y": y}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visitor.page.wait_for_timeout(200)
    return _position(visitor)


def _both_sides_are_measured(visitor: Visitor) -> None:
    rows = visitor.page.locator(".pd-sides tbody tr")
    wait_for(lambda: "MediaPipe Pose lite" in " ".join(rows.all_inner_texts()), 15, "the model of A")
    wait_for(lambda: re.search(r"\d+\.\d+\s+\d+\.\d+\s+\d+\.\d+$", rows.nth(1).inner_text()), 15, "three measures")
    joints = visitor.page.locator(".pd-joints tbody tr")
    assert [text.split()[0] for text in joints.all_inner_texts()][-3:] == ["Hip", "Knee", "Ankle"]
    widths = visitor.page.locator(".pd-joints i").evaluate_all("bars => bars.map(bar => bar.offsetWidth)")
    assert len(widths) > 10 and max(widths) > 20


def _model(visitor: Visitor) -> str:
    return visitor.page.get_by_test_id("stSidebar").get_by_role("combobox").first.input_value() or (
        visitor.page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").first.inner_text()
    )


def test_both_sides_are_measured_beside_the_picture_swapped_and_used(visitor, server):
    _sample(visitor)
    _start(visitor)
    visitor.choose_model("MediaPipe Pose lite")
    wait_for(lambda: "MediaPipe Pose lite" in _divider(visitor).get_attribute("aria-label"), 15, "the model of A")
    _both_sides_are_measured(visitor)
    visitor.page.get_by_role("button", name="Swap").click()
    wait_for(lambda: "MoveNet Lightning" in _model(visitor), 10, "B in the sidebar")
    wait_for(lambda: visitor.figures().get("Model") == "MoveNet Lightning", 10, "the model of A after the swap")
    visitor.page.get_by_role("button", name="Use B", exact=True).click()
    wait_for(lambda: "MediaPipe Pose lite" in _model(visitor), 10, "B in the sidebar")
    _divider(visitor).wait_for(state="detached")
    _start(visitor)
    visitor.page.get_by_role("button", name="Use A", exact=True).click()
    visitor.page.get_by_role("button", name="Swap").wait_for(state="detached")
    assert "MediaPipe Pose lite" in _model(visitor) and not server.errors()


# ---- webcam


def test_the_slider_moves_the_divider_of_the_video(visitor, server):
    visitor.stream()
    _compare(visitor)

    def sides() -> tuple[bool, bool]:
        pixels = visitor.video_pixels()
        height, width = pixels.shape[:2]
        return tuple(
            bool(pixels[: height // 2, int(x * width) : int((x + 0.25) * width)].mean() < _DARK) for x in (0.02, 0.73)
        )

    wait_for(lambda: sides() == (True, False), 15, "A left and B right")
    slider = _divider(visitor).locator("..").bounding_box()
    video = visitor.widget.locator("video").bounding_box()
    assert abs(slider["x"] - video["x"]) < 3 and abs(slider["width"] - video["width"]) < 3
    _drag(visitor, 0.99)
    wait_for(lambda: sides() == (True, True), 10, "A everywhere")
    _divider(visitor).press("Home")
    wait_for(lambda: sides() == (False, False), 10, "B everywhere")
    assert visitor.processed_fps() > 2 and not server.errors()


def test_comparing_starts_and_ends_without_ending_the_stream(visitor, server):
    visitor.stream()
    _compare(visitor)
    visitor.page.locator(".pd-sides").wait_for()
    visitor.page.get_by_role("button", name="Use B", exact=True).click()
    visitor.page.locator(".pd-sides").wait_for(state="detached")
    before = visitor.decoded()
    wait_for(lambda: visitor.decoded() > before + 10, 15, "further frames")
    assert np.mean(visitor.video_pixels()) > _BRIGHT and not server.errors()


# ---- footage


def _explore(visitor: Visitor) -> None:
    visitor.source("Explore")
    visitor.page.get_by_role("radio", name="Compare", exact=True).click()
    visitor.page.get_by_role("button", name="Solo", exact=True).click()
    visitor.page.get_by_text("sample solo").first.wait_for()
    visitor.page.get_by_role("button", name="Compare", exact=True).wait_for()


def _choose_b(visitor: Visitor, title: str) -> None:
    visitor.choose(visitor.page.get_by_role("combobox", name=re.compile("with B")), title)


def _caption(visitor: Visitor) -> str:
    return visitor.page.get_by_text(re.compile(r"^Frame \d+ of")).inner_text()


def test_two_settings_are_compared_on_footage(visitor, server):
    _explore(visitor)
    _choose_b(visitor, "Sidebar with MediaPipe Pose lite")
    visitor.page.get_by_role("button", name="Compare", exact=True).click()
    visitor.page.get_by_text(re.compile(r"frame ([6-9]\d|\d{3}) of 300")).wait_for(timeout=60_000)
    visitor.page.get_by_role("button", name="Stop", exact=True).click()  # two seconds suffice
    most = visitor.page.get_by_role("button", name="Go where they differ most")
    most.wait_for()
    assert _caption(visitor).startswith("Frame 1 of ")

    captions = []
    for _ in range(2):
        before = _caption(visitor)
        most.click()
        wait_for(lambda before=before: _caption(visitor) != before, 10, "another moment")
        captions.append(_caption(visitor))
    first, second = (float(re.search(r"by ([\d.]+) %", text)[1]) for text in captions)
    assert first >= second

    position = visitor.page.get_by_role("slider", name="Position")
    position.press("Home")
    wait_for(lambda: _caption(visitor).startswith("Frame 1 of"), 10, "the first frame")
    position.press("ArrowRight")
    wait_for(lambda: _caption(visitor).startswith("Frame 2 of"), 10, "the second frame")

    _drag(visitor, 0.25)
    assert _position(visitor) in range(23, 28)
    assert "A · MoveNet Lightning" in _divider(visitor).get_attribute("aria-label").replace("Divider: ", "")
    visitor.page.get_by_role("button", name="Swap").click()
    wait_for(lambda: "MediaPipe Pose lite" in _model(visitor), 10, "B in the sidebar")
    wait_for(lambda: "A · MediaPipe" in _divider(visitor).get_attribute("aria-label"), 10, "swapped sides")
    visitor.page.get_by_role("button", name="Use B", exact=True).click()
    wait_for(lambda: "MoveNet Lightning" in _model(visitor), 10, "B in the sidebar")
    visitor.page.get_by_role("button", name="Use A", exact=True).click()
    wait_for(lambda: "MediaPipe Pose lite" in _model(visitor), 10, "A in the sidebar")
    assert not server.errors()


def test_kept_settings_are_shown_as_thumbnails(visitor, server):
    _explore(visitor)
    keep = visitor.page.get_by_role("button", name="Keep these settings")
    for title in ("MediaPipe Pose lite", "MoveNet Thunder"):
        visitor.choose_model(title)
        wait_for(keep.is_enabled, 10, "other settings")
        keep.click()
        wait_for(keep.is_disabled, 10, "the settings to be kept")
    visitor.choose_model("MoveNet Lightning")
    cards = visitor.page.get_by_text(re.compile(r"\d+ ms · 1 person · score [01]\.\d+"))
    wait_for(lambda: cards.count() == 3, 30, "three thumbnails")
    visitor.page.get_by_role("button", name="Use", exact=True).nth(1).click()
    wait_for(lambda: "MoveNet Thunder" in _model(visitor), 10, "the settings of a thumbnail")
    wait_for(lambda: cards.count() == 2, 10, "the sidebar to be one of the kept settings")
    visitor.page.locator(".st-key-remove-Kept-1 button").click()
    wait_for(lambda: "1 kept" in visitor.page.locator("body").inner_text(), 10, "one kept")
    assert not server.errors()


def test_one_of_several_clips_is_compared(visitor):
    _explore(visitor)
    visitor.page.get_by_role("button", name="Empty", exact=True).click()
    visitor.choose(visitor.page.get_by_role("combobox", name="Clip"), "sample empty")
    _choose_b(visitor, "Sidebar with MediaPipe Pose lite")
    visitor.page.get_by_role("button", name="Compare", exact=True).click()
    visitor.page.get_by_text(re.compile(r"frame ([1-9]\d|\d{3}) of 300")).wait_for(timeout=60_000)
    visitor.page.get_by_role("button", name="Stop", exact=True).click()
    visitor.page.get_by_text(re.compile(r"^Frame 1 of")).wait_for()
    assert "no person" in _caption(visitor)
