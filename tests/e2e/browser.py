"""The page in a real browser: a server, a Chromium with a fake camera, and a driver for the page."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Frame, Locator, Page, TimeoutError
from ports import free_port

from pose_demo import sample
from pose_demo.io.images import read_image
from pose_demo.types import Image

SERVE = Path(__file__).with_name("serve.py")
CHROMIUM = "/usr/bin/chromium"
FLAGS = """--no-sandbox --disable-gpu --disable-dev-shm-usage --use-fake-ui-for-media-stream
--use-fake-device-for-media-stream --allow-loopback-in-peer-connection --disable-background-networking
--disable-component-update --disable-sync --no-first-run --mute-audio --disable-quic""".split()

# Collects the peer connections of a frame, so that their statistics can be read.
SPY = """
window.peers = [];
window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
  construct(target, args) { const peer = new target(...args); window.peers.push(peer); return peer; },
});
"""
# Delays of ten seconds and more take a tenth.
HURRY = "const wait = setTimeout; window.setTimeout = (act, ms) => wait(act, ms >= 10000 ? ms / 10 : ms);"
# The expanders of the sidebar, and the topics that they are in.
_TOPIC_OF = {
    **dict.fromkeys(("Several people", "Speed", "Smoothing", "Joint angles"), "Model"),
    "Pose game": "Match",
    **dict.fromkeys(("Drawing", "Recording", "Save and load"), "More"),
}
_DECODED = """async () => {
  let decoded = 0;
  for (const peer of window.peers || [])
    for (const report of (await peer.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "video") decoded += report.framesDecoded;
  return decoded;
}"""
_BADGES = """badges => badges.map(badge => {
  const value = badge.querySelector("strong").textContent;
  return [badge.textContent.slice(0, -value.length).trim(), value];
})"""
_PIXELS = """() => {
  const video = document.querySelector("video"), canvas = document.createElement("canvas");
  if (!video || !video.videoWidth) return null;
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


def fake_camera(
    path: Path,
    seconds: float = 10,
    fps: int = 30,
    size: tuple[int, int] = (640, 480),
    still: bool = False,
    mark: Callable[[Image, int], None] = lambda image, index: None,
) -> Path:
    """A raw video of the sample dancer, who does not move with ``still``, as Chromium's camera.

    Each image is passed to ``mark`` with its index.
    """
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for index in range(round(seconds * fps)):
            image = sample.frame(0 if still else round(index * sample.FPS / fps), size=size).image
            mark(image, index)
            file.write(b"FRAME\n" + cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


def launch(chromium: BrowserType, camera: Path) -> Browser:
    """Chromium whose camera is a file."""
    arguments = [*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
    return chromium.launch(executable_path=CHROMIUM, args=arguments)


class Server:
    """The page on a free port of the loopback."""

    def __init__(
        self,
        log: Path,
        environment: dict[str, str] | None = None,
        arguments: tuple[str, ...] = (),
        port: int = 0,
        base: str = "",
        prefix: tuple[str, ...] = (),
    ) -> None:
        """Start it, by the command ``prefix`` if given; ``base`` is its base path, such as ``/pose``."""
        self.port, self.log, self._base = port or free_port(), log, base
        self._read_lines = 0
        self._file = log.open("ab")
        self.process = subprocess.Popen(
            [*prefix, sys.executable, str(SERVE), str(self.port), "--server.baseUrlPath", base, *arguments],
            cwd=SERVE.parents[2],
            # Tests follow each other faster than the seats of their closed tabs become free.
            env={"POSE_DEMO_SEATS": "32", **os.environ, **(environment or {})},
            stdout=self._file,
            stderr=subprocess.STDOUT,
        )
        wait_for(self._healthy, 60, "the server to answer")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self._base}"

    def _healthy(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as response:
            return response.status == 200
        return False

    def memory_mb(self) -> float:
        """Resident memory of the server."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * 4096 / 1e6

    def anonymous_memory_mb(self) -> float:
        """Anonymous resident memory: without mapped files, which the system may drop under load."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"RssAnon:\s+(\d+) kB", status)[0]) * 1024 / 1e6

    def errors(self) -> list[str]:
        """Lines that the log has since the last call and that report errors."""
        lines = self.log.read_text(errors="replace").splitlines()
        lines, self._read_lines = lines[self._read_lines :], len(lines)
        return [line for line in lines if re.search(r"Traceback|ERROR|Exception|exception", line)]

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._file.close()


def wait_for(condition: Callable[[], Any], seconds: float, what: str, pause: float = 0.1) -> Any:
    """The first true result of ``condition``; fails after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(pause)
    raise AssertionError(f"timeout after {seconds:g} s, waiting for {what}")


def _new_page(browser: Browser) -> Page:
    context = browser.new_context(accept_downloads=True)
    context.add_init_script(SPY)
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


class Visitor:
    """A browser tab with the page open."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        viewport: tuple[int, int] = (1280, 800),
        path: str = "",
        page: Page | None = None,
    ) -> None:
        """Open the page in a new tab, or in ``page``, that of a visitor who has left."""
        self.page = page or _new_page(browser)
        self.page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        self.requests: list[str] = []
        self.script_errors: list[str] = []
        self._listeners: dict[Any, Callable[[Any], None]] = {
            "request": lambda request: self.requests.append(request.url),
            "pageerror": lambda error: self.script_errors.append(error.stack or error.message),
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)
        self._is_altered = False
        self.page.goto(url + path)
        self.page.locator(".pd-title").wait_for(state="attached")

    @property
    def context(self) -> BrowserContext:
        """The browser's profile. Whoever asks for it may alter it, so its page is not used by another visitor."""
        self._is_altered = True
        return self.page.context

    def close(self) -> None:
        self.page.context.close()

    def leave(self) -> Page | None:
        """Leave the page; returns the empty tab for the next visitor, who need not load the scripts again."""
        if self._is_altered or len(self.page.context.pages) > 1:
            self.close()
            return None
        self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.page.context.clear_cookies()
        self.page.goto("about:blank")
        self.page.unroute_all()
        self.page.emulate_media(color_scheme="null")
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        return self.page

    # ---- the webcam widget

    @property
    def widget(self) -> Frame | None:
        """The iframe of the webcam widget; None while it is replaced."""
        return self.page.wait_for_selector("iframe[title*='webrtc_streamer']").content_frame()

    @property
    def start_button(self) -> Locator:
        """The button that turns the camera on."""
        return self.page.get_by_role("button", name="Turn on camera")

    def start(self) -> float:
        """Turn the camera on; returns the time."""
        self.start_button.click()
        return time.monotonic()

    def stream(self, fps: float = 4) -> None:
        """Turn the camera on and wait for processed frames."""
        self.start()
        wait_for(self.decoded, 30, "the first frame")
        wait_for(lambda: self.processed_fps() > fps, 20, "processed frames")

    def stop(self) -> None:
        """Turn the camera off."""
        self.page.get_by_role("button", name="Turn off camera").click()
        self.start_button.wait_for()

    def decoded(self) -> int:
        """Frames of the returned video that the browser has decoded; 0 while the widget is replaced."""
        frame = self.widget
        return int(frame.evaluate(_DECODED)) if frame else 0

    def video_pixels(self) -> Image:
        """The current image of the returned video, RGB."""
        wait_for(lambda: self.widget.evaluate(_PIXELS), 10, "an image in the video")
        return read_image(base64.b64decode(self.widget.evaluate(_PIXELS)))

    # ---- the page

    @property
    def address(self) -> str:
        """The page's URL. That of Playwright is as old as the last event that it has read."""
        return str(self.page.evaluate("location.href"))

    def source(self, name: str) -> None:
        self.page.get_by_role("radio", name=name, exact=True).click()

    def choose_model(self, title: str) -> None:
        self.choose(self.page.get_by_role("combobox").first, title)

    def choose(self, box: Locator, option: str) -> None:
        """Choose an option of a list; while the page scrolls or updates the list may close, or a click be lost."""
        wait_for(lambda: self._is_chosen(box, option), 60, f"the option {option}")

    def _is_chosen(self, box: Locator, option: str) -> bool:
        with contextlib.suppress(TimeoutError):
            box.scroll_into_view_if_needed()
            if box.get_attribute("aria-expanded") != "true":
                box.click()
            entry = self.page.get_by_role("option", name=option, exact=True)
            entry.click(timeout=3000)
            entry.wait_for(state="detached", timeout=3000)
            return True
        return False

    def idle(self) -> None:
        """Wait until the script has run to its end."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def figures(self) -> dict[str, str]:
        """The status line: label -> value."""
        return dict(self.page.locator(".st-key-figures .stMarkdownBadge").evaluate_all(_BADGES))

    def processed_fps(self) -> float:
        """Processed frames per second according to the page; 0 when there are none."""
        with contextlib.suppress(Exception):  # replaced while it is read
            found = re.match(r"([\d.]+) fps", self.figures().get("Frame rate", ""))
            return float(found[1]) if found else 0.0
        return 0.0

    def governor(self) -> str:
        """The message about what was lowered to hold the frame rate; empty without one."""
        return " ".join(self.page.locator(".st-key-governor").all_inner_texts())

    def open_section(self, section: str) -> None:
        """Open a topic of the sidebar, or an expander in one."""
        self.page.get_by_role("tab", name=_TOPIC_OF.get(section, section), exact=True).click()
        if section in _TOPIC_OF:
            header = self.page.locator("summary").filter(has_text=section).first
            if header.evaluate("it => !it.parentElement.open"):
                header.click()
                self.page.wait_for_timeout(400)  # it grows, and what is in it moves

    def pick(self, name: str) -> None:
        """Press a choice that has a picture."""
        self.page.locator("[class*=st-key-pictured-]").get_by_text(name, exact=True).filter(visible=True).click()

    def toggle(self, label: str) -> None:
        self.page.get_by_test_id("stCheckbox").get_by_text(label, exact=True).click()


_left_pages: weakref.WeakKeyDictionary[Browser, Page | None] = weakref.WeakKeyDictionary()


@contextlib.contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Visitor]:
    """A visitor who leaves at the end; the page must not have had an uncaught error, which leaves it blank.

    One tab of each browser is kept for the next visitor: opening the page in it takes half the CPU time.
    """
    visitor = Visitor(browser, url, page=_left_pages.pop(browser, None), **options)
    try:
        yield visitor
        assert not visitor.script_errors
    except BaseException:
        print(what_is_shown(visitor))  # for the report of a test that fails
        visitor.close()
        raise
    left = _left_page(visitor)
    if left and not _left_pages.get(browser):
        _left_pages[browser] = left
    elif left:
        left.context.close()


def what_is_shown(visitor: Visitor) -> str:
    """Where a picture of the page was saved, and the errors of its scripts."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "page").split("::")[-1].split(" ")[0]
    path = Path(tempfile.gettempdir()) / f"pose_demo-{re.sub(r'[^a-z0-9_-]+', '-', test.lower())}-{id(visitor)}.png"
    try:
        visitor.page.screenshot(path=str(path))
    except Error as error:
        return f"no picture of the page: {error.message.splitlines()[0]}"
    return "\n".join([f"the page: {path}", *visitor.script_errors])


def _left_page(visitor: Visitor) -> Page | None:
    try:
        return visitor.leave()
    except Error:  # the page does not answer any more
        visitor.close()
        return None
