"""The page without a webcam: sample, photo, video, damaged files, narrow screens, blocked connections."""

from __future__ import annotations

import io
import urllib.request
from urllib.parse import quote

import pytest
from browser import Server, visiting, wait_for
from PIL import Image as Pillow

from pose_demo import sample
from pose_demo.io.images import encode_image, read_image
from pose_demo.ui.html_head import PREVIEW_SIZE, TITLE

# How many pixels of a canvas have the color of the left side of a skeleton.
_LEFT_PIXELS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) count += data[at] === 86 && data[at + 1] === 180 && data[at + 2] === 233;
  return count;
}"""


def _upload(visitor, name: str, data: bytes) -> None:
    visitor.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "", "buffer": data}
    )


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_image_is_at_the_top_and_nothing_is_clipped(chromium, server, viewport):
    with visiting(chromium, server.url, viewport=viewport) as visitor:
        visitor.source("Sample dancer")
        image = visitor.page.locator("img[alt='processed image']")
        image.wait_for()
        box = wait_for(lambda: (b := image.bounding_box()) and b["width"] > 100 and b, 10, "the image")
        assert box["y"] < viewport[1] / 2
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport[0]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= viewport[0]


def test_a_messenger_reads_title_and_preview_without_a_script(server):
    with urllib.request.urlopen(server.url + "/", timeout=10) as response:
        html = response.read().decode()
    assert f"<title>{TITLE}</title>" in html and f'property="og:image" content="{server.url}/preview.jpg"' in html
    with urllib.request.urlopen(f"{server.url}/preview.jpg", timeout=10) as response:
        assert read_image(response.read()).shape[1::-1] == PREVIEW_SIZE


def test_a_korean_browser_gets_korean(chromium, server):
    context = chromium.new_context(locale="ko-KR")
    page = context.new_page()
    response = page.goto(server.url)
    assert '<html lang="ko">' in response.text() and "자세 추정" in response.text()
    page.get_by_role("button", name="카메라 켜기").wait_for()
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Turn on camera").wait_for()
    assert page.evaluate("[document.documentElement.lang, location.search]") == ["en", "?lang=en"]
    context.close()


def test_the_sample_needs_no_camera(visitor, server):
    visitor.source("Sample dancer")
    wait_for(lambda: visitor.processed_fps() > 1, 30, "processed frames")
    assert visitor.figures()["Persons"] == "1"
    visitor.page.get_by_role("radio", name="Empty").click()
    wait_for(lambda: visitor.figures().get("Persons") == "0", 10, "the empty scene")
    assert not server.errors()


def test_the_skeleton_in_3d_is_turned_by_keys_and_mouse_and_stays_turned(visitor):
    visitor.page.goto(visitor.page.url + "?source=Sample+dancer&model=blazepose-lite")
    visitor.page.locator(".st-key-world summary").click()
    canvas = visitor.page.locator(".skeleton canvas")
    canvas.focus()
    turned = [int(canvas.get_attribute("aria-valuenow"))]
    for _ in range(3):
        canvas.press("ArrowRight")
    turned.append(int(canvas.get_attribute("aria-valuenow")))
    canvas.drag_to(canvas, source_position={"x": 200, "y": 100}, target_position={"x": 100, "y": 120})
    visitor.page.wait_for_timeout(1000)  # it is drawn anew with other keypoints
    turned.append(int(canvas.get_attribute("aria-valuenow")))
    assert turned == [25, 55, 5]
    wait_for(lambda: canvas.evaluate(_LEFT_PIXELS) > 1000, 20, "the limbs of the left side")


def test_a_photo_is_processed_and_can_be_downloaded(visitor):
    visitor.source("Photo")
    visitor.page.get_by_text("Choose a photo").first.wait_for()
    _upload(visitor, "me.png", encode_image(sample.frame(45).image))
    wait_for(lambda: visitor.figures().get("Persons") == "1", 15, "the person")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Download PNG").click()
    saved = read_image(download.value.path().read_bytes())
    assert saved.shape == (480, 640, 3)


def test_damaged_photos_are_reported(visitor, server):
    visitor.source("Photo")
    for name, data, words in (
        ("empty.png", b"", "0 bytes"),
        ("text.jpg", b"<html>not found</html>", "not an image"),
        ("cut.png", encode_image(sample.frame(0).image)[:2000], "damaged"),
    ):
        _upload(visitor, name, data)
        visitor.page.get_by_text(words).first.wait_for()
        visitor.page.get_by_role("button", name="Remove").first.click()
        visitor.page.get_by_text("This is the sample dancer").wait_for()
    gray = io.BytesIO()
    Pillow.new("L", (64, 64), 128).save(gray, "PNG")
    _upload(visitor, "gray.png", gray.getvalue())
    visitor.page.get_by_text("No person was detected").wait_for()
    assert not server.errors()


def test_a_blocked_connection_is_reported_with_alternatives(chromium, tmp_path):
    blocked = Server(tmp_path / "log.txt", {"POSE_DEMO_TESTS_BLOCKED": "1", "POSE_DEMO_TESTS_IMPATIENT": "1"})
    try:
        with visiting(chromium, blocked.url) as visitor:
            visitor.start()
            visitor.page.get_by_text("could not connect").wait_for(timeout=15000)
            visitor.page.get_by_text("If its port was forwarded").wait_for()
            visitor.page.get_by_role("button", name="Use the sample dancer").click()
            wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
    finally:
        blocked.close()


def test_markdown_in_the_address_is_shown_as_it_is(chromium, server):
    """A link to the page cannot make the browser of a visitor request something, or show a link of its own."""
    given = (
        "![a](/evil.png) [b](http://evil.invalid) :red[c]",
        "<img src=/evil.png> www.evil.invalid a@evil.invalid :home:",
    )
    with visiting(chromium, f"{server.url}/?{quote(given[0])}=1&{quote(given[1])}=1") as visitor:
        requested: list[str] = []
        visitor.page.on("request", lambda request: requested.append(request.url))
        toasts = visitor.page.get_by_test_id("stToast")
        wait_for(lambda: toasts.count() == 2, 15, "both messages")
        shown = "".join(toasts.all_inner_texts()).replace("\u2060", "")
        assert all(text in shown for text in given)
        assert not toasts.locator("a, img[src*=evil]").count() and not any("evil.png" in url for url in requested)


def test_a_setting_replaces_the_address_and_adds_no_entry_to_the_history(visitor):
    entries = visitor.page.evaluate("history.length")
    slider = visitor.page.get_by_role("slider").first
    for _ in range(3):
        slider.press("ArrowRight")
        visitor.page.wait_for_timeout(400)
    wait_for(lambda: "confidence=" in visitor.address, 10, "the setting in the address")
    assert visitor.page.evaluate("history.length") == entries
