"""The stage: turning the camera on and off, what the page says when that is not possible, and a layout that stays."""

from __future__ import annotations

import contextlib

import pytest
from browser import CHROMIUM, FLAGS, HURRY, Server, visiting, wait_for

from pose_demo.matching import library
from pose_demo.matching.pose_link import to_text
from pose_demo.ui.components.stage import PROBLEMS

SIZES = {"desktop": (1280, 800), "phone": (390, 844), "landscape": (844, 390)}
_FAKE_UI, _FAKE_DEVICE = "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"
_SHIFT = """() => new Promise(resolve => {
  let shift = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(shift), 200);
})"""
# Real browsers report a camera that another program uses by this error.
_BUSY = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError'); };"
# Headless browsers have no question that stays open.
_ASKING = "navigator.mediaDevices.getUserMedia = () => new Promise(() => {});"
_TRACKS = """
window.cameras = [];
const open = navigator.mediaDevices.getUserMedia;
navigator.mediaDevices.getUserMedia = async function (...given) {
  const stream = await open.apply(this, given);
  window.cameras.push(...stream.getTracks());
  return stream;
};
"""
# The second camera of a phone is on its back.
_BACK = """
const settings = MediaStreamTrack.prototype.getSettings;
MediaStreamTrack.prototype.getSettings = function () {
  return { ...settings.call(this), facingMode: this.label.includes("2") ? "environment" : "user" };
};
"""
_IS_ON_SCREEN = """it => {
  const box = it.getBoundingClientRect();
  return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
}"""
_IS_ON_TOP = f"""it => {{
  const box = it.getBoundingClientRect(), root = it.getRootNode();
  const top = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return ({_IS_ON_SCREEN})(it) && it.contains(top);
}}"""
_OPEN_CAMERAS = "() => (window.cameras || []).filter(track => track.readyState === 'live').length"


@contextlib.contextmanager
def _browser(chromium, without: tuple[str, ...] = (), extra: tuple[str, ...] = ()):
    """Another Chromium, with and without some flags."""
    flags = [flag for flag in FLAGS if flag not in without]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*flags, *extra])
    try:
        yield browser
    finally:
        browser.close()


@contextlib.contextmanager
def _streaming_with_three_cameras(chromium, server, script: str):
    """A tab that streams one of them; ``script`` runs before those of the page."""
    several = _browser(chromium, (_FAKE_DEVICE,), (f"{_FAKE_DEVICE}=device-count=3,fps=10",))
    with several as browser, visiting(browser, server.url) as visitor:
        visitor.context.add_init_script(script)
        visitor.page.reload()
        visitor.stream(fps=1)
        yield visitor


def _says(visitor, problem: str) -> None:
    for text in PROBLEMS[problem]:
        visitor.page.get_by_text(text).wait_for(timeout=20_000)


@pytest.mark.parametrize("size", SIZES)
def test_one_click_leads_to_the_skeleton_nothing_moves_and_what_is_needed_is_on_the_screen(chromium, server, size):
    width, height = SIZES[size]
    with visiting(chromium, server.url, viewport=SIZES[size]) as visitor:
        visitor.start_button.wait_for()
        visitor.idle()
        visitor.page.wait_for_timeout(1000)
        shift = visitor.page.evaluate(_SHIFT)
        box = visitor.page.locator(".st-key-stage").bounding_box()
        button = visitor.start_button.bounding_box()
        assert button["y"] + button["height"] <= height and box["x"] >= 0 and box["x"] + box["width"] <= width
        visitor.stream(fps=1)
        visitor.page.wait_for_timeout(3000)
        assert visitor.page.locator(".st-key-stage").bounding_box() == box
        assert visitor.page.evaluate(_SHIFT) - shift < 0.02
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        visitor.page.keyboard.press("2")  # matches a pose
        visitor.page.locator(".pd-verdict", has_text="%").wait_for()
        _has_what_is_needed(visitor)


def test_a_topic_opens_the_sheet_of_a_phone_under_the_picture_and_closes_it(chromium, server):
    with visiting(chromium, server.url, viewport=SIZES["phone"]) as visitor:
        visitor.start_button.wait_for()
        topic = visitor.page.get_by_role("navigation", name="Settings").get_by_role("button", name="Match")
        sheet = visitor.page.get_by_test_id("stSidebar")
        for is_open in (True, False, True):
            topic.click()
            sheet.and_(visitor.page.locator(f"[data-collapsed={str(not is_open).lower()}]")).wait_for(state="attached")
            visitor.page.wait_for_timeout(400)  # it moves
        assert visitor.page.get_by_text("Reference pose").first.evaluate(_IS_ON_SCREEN)
        picture, covered = visitor.page.locator(".st-key-stage").bounding_box(), sheet.bounding_box()["y"]
        assert (covered - picture["y"]) / picture["height"] > 0.75


def _has_what_is_needed(visitor) -> None:
    """Whoever stands in front of the camera sees and reaches everything."""
    for name in ("Record", "Snapshot", "Mirror", "Full screen", "Turn off camera", "Share"):
        button = visitor.page.get_by_role("button", name=name, exact=True)
        box = button.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24
        assert button.evaluate(_IS_ON_TOP), f"{name} is off the screen, or something lies over it"
    for part in (".pd-verdict", ".pd-light", ".st-key-stage-verdict img"):
        visitor.page.locator(part).wait_for()
        assert visitor.page.locator(part).evaluate(_IS_ON_SCREEN), part
    boxes = [visitor.page.locator(part).bounding_box() for part in (".pd-light", ".bar")]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] or boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]


def test_keys_and_the_stage_mode(chromium, server):
    path = "/?source=Sample+dancer&match.reference=star"
    with visiting(chromium, server.url, viewport=(1920, 1080), path=path) as visitor:
        page = visitor.page
        wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
        page.keyboard.press("m")
        page.locator(".mirror[aria-pressed=true]").wait_for()
        page.keyboard.press("f")
        page.locator(".pd-stage-mode").wait_for(state="attached")
        video = page.get_by_role("img", name="processed image")
        wait_for(lambda: (box := video.bounding_box()) and 0.95 * 1080 <= box["height"] <= 1080, 10, "the picture")
        verdict = page.locator(".pd-verdict", has_text="%")
        wait_for(lambda: (box := verdict.bounding_box()) and box["height"] >= 120, 10, "large digits")
        assert verdict.evaluate(_IS_ON_SCREEN)
        page.wait_for_timeout(3600)
        assert page.locator(".bar").evaluate("it => getComputedStyle(it).opacity") == "0"  # the mouse rests
        page.keyboard.press("1")
        wait_for(lambda: "match.reference" not in page.evaluate("location.search"), 10, "the first preset")
        page.keyboard.press("s")
        page.get_by_role("dialog", name="Your snapshot").wait_for()
        assert page.get_by_role("button", name="Download PNG").evaluate(_IS_ON_TOP)
        page.keyboard.press("m")  # no key while a dialog is open
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
        assert page.locator(".mirror[aria-pressed=true]").count() == 0
        page.keyboard.press("Escape")
        page.locator(".pd-stage-mode").wait_for(state="detached")
        visitor.choose_model("MoveNet Thunder")
        page.wait_for_timeout(500)
        page.keyboard.press("f")  # not searched in the list
        page.locator(".pd-stage-mode").wait_for(state="attached")


def test_a_kiosk_starts_by_itself_and_keeps_its_address(chromium, server):
    with visiting(chromium, server.url, viewport=(1920, 1080), path="/?stage=1&model=movenet-thunder") as visitor:
        wait_for(visitor.decoded, 30, "the first frame")
        assert visitor.page.locator(".st-key-stage").bounding_box() == {"x": 0, "y": 0, "width": 1920, "height": 1080}
        assert "stage=1" in visitor.address and "model=movenet-thunder" in visitor.address
        visitor.page.get_by_role("button", name="Turn off camera").click()
        visitor.start_button.wait_for()
        wait_for(visitor.decoded, 30, "the camera to be turned on again")


def test_the_camera_on_the_back_of_a_phone_is_not_mirrored(chromium, server):
    with _streaming_with_three_cameras(chromium, server, _BACK) as visitor:
        visitor.page.locator(".mirror[aria-pressed=true]").wait_for()
        visitor.page.get_by_role("combobox", name="Camera", exact=True).select_option(index=2)
        visitor.page.locator(".mirror[aria-pressed=false]").wait_for()


def test_a_shared_link_has_the_own_reference(chromium, server):
    pose = to_text(library.load("tree"))
    with visiting(chromium, server.url, path=f"/?source=Sample+dancer&match.reference=own&pose={pose}") as visitor:
        wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
        visitor.page.locator(".st-key-stage-verdict img").wait_for()
        visitor.page.get_by_role("button", name="Share", exact=True).click()
        link = visitor.page.get_by_role("textbox", name="Link")
        assert f"pose={pose}" in link.input_value() and link.input_value().startswith(server.url)
        assert visitor.page.get_by_role("img", name="QR code of the link").evaluate("it => it.naturalWidth") > 40
        visitor.page.get_by_role("button", name="Copy the link").click()
        visitor.page.get_by_text("Copied", exact=True).wait_for()


def test_the_camera_is_closed_when_it_is_turned_off_or_left(visitor):
    visitor.context.add_init_script(_TRACKS)
    visitor.page.reload()
    for leave in (visitor.stop, lambda: visitor.source("Photo")):
        visitor.stream(fps=1)
        assert visitor.page.evaluate(_OPEN_CAMERAS) == 1  # the widget uses the same one
        leave()
        wait_for(lambda: visitor.page.evaluate(_OPEN_CAMERAS) == 0, 10, "the camera to be closed")


def test_a_click_before_the_widget_is_loaded_is_not_lost(visitor):
    held = []
    visitor.page.route("**/*webrtc*/index.html*", lambda route: held.append(route))
    visitor.page.reload()
    visitor.start()
    visitor.page.wait_for_timeout(1000)
    for route in held:
        route.continue_()
    wait_for(visitor.decoded, 30, "the first frame")


def test_another_camera_can_be_chosen_by_its_name(chromium, server):
    with _streaming_with_three_cameras(chromium, server, _TRACKS) as visitor:
        menu = visitor.page.get_by_role("combobox", name="Camera", exact=True)
        labels = menu.locator("option").all_inner_texts()
        assert len(set(labels)) == 3 and all("fake" in label for label in labels)
        menu.select_option(index=2)  # the one between has depth only
        wait_for(lambda: visitor.page.evaluate("cameras.at(-1).label") == labels[2], 10, "the other camera")
        before = visitor.decoded()
        wait_for(lambda: visitor.decoded() > before + 10, 10, "its frames")
        assert visitor.page.evaluate(_OPEN_CAMERAS) == 1
        visitor.stop()
        visitor.stream(fps=1)
        assert visitor.page.evaluate("cameras.at(-1).label") == labels[2]  # the browser remembers it


def test_a_refused_camera_is_explained_and_the_other_sources_work(chromium, server):
    denying = _browser(chromium, (_FAKE_UI,), ("--deny-permission-prompts",))
    with denying as browser, visiting(browser, server.url) as visitor:
        visitor.start()
        _says(visitor, "refused")
        visitor.page.get_by_role("button", name="Use the sample dancer").click()
        wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")


def test_a_missing_camera_is_explained(chromium, server):
    with _browser(chromium, (_FAKE_DEVICE,)) as browser, visiting(browser, server.url) as visitor:
        visitor.start()
        _says(visitor, "missing")


def test_a_camera_that_another_program_uses_is_explained(chromium, server):
    with visiting(chromium, server.url) as visitor:
        visitor.context.add_init_script(_BUSY)
        visitor.page.reload()
        visitor.start()
        _says(visitor, "busy")
        visitor.page.get_by_role("button", name="Try again").wait_for()


def test_a_question_that_stays_open_is_explained(chromium, server):
    with visiting(chromium, server.url) as visitor:
        visitor.context.add_init_script(HURRY + _ASKING)
        visitor.page.reload()
        visitor.start()
        visitor.page.get_by_text("Allow the camera in your browser’s question.").wait_for()
        _says(visitor, "asking")


def test_a_page_over_http_is_explained(chromium, tmp_path):
    server = Server(tmp_path / "log.txt", arguments=("--server.enableCORS", "false"))
    try:
        resolving = _browser(chromium, extra=("--host-resolver-rules=MAP pose.test 127.0.0.1",))
        with resolving as browser, visiting(browser, f"http://pose.test:{server.port}") as visitor:
            visitor.start()
            _says(visitor, "insecure")
    finally:
        server.close()
