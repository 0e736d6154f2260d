"""Take the pictures of the page in docs/: in headless Chromium, with the drawn dancer as its camera.

Run by ``make picture`` with tests/ and tests/e2e on the path, where no network but the loopback exists. Arguments are
the names of pictures; all are taken without any.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from browser import Server, Visitor, fake_camera, launch, visiting, wait_for
from drawn_clips import Look, labeled_clip
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
LIVE = "/?model=blazepose-full&match.reference=star&background.mode=gradient&effects=glasses(ratio=3)"
DANCE = "/?source=Sample%20dancer&model=movenet-thunder&dance.reference=disco&dance.end=20&dance.count_in=2"
STREAM_MS = 6000
JOB_MS = 240_000
RESULTS = ("Find the best settings for this footage", "Measure every combination", "Best threshold")


def page(tab: Visitor) -> None:
    """The live page with a reference, a background and an effect."""
    tab.stream()
    tab.page.wait_for_timeout(STREAM_MS)


def dance(tab: Visitor) -> None:
    """A take of a dance with the teacher beside the dancer."""
    tab.open_section("Dance")
    tab.page.get_by_title("Dance (D)").wait_for(timeout=JOB_MS)
    tab.page.keyboard.press("d")
    tab.page.get_by_text("0:09 of").wait_for()


def tune(tab: Visitor) -> None:
    """A short list with its example frames."""
    _scene(tab, "Duo")
    tab.page.get_by_role("button", name="Find the best settings").click()
    tab.page.get_by_role("button", name="Use this").first.wait_for(timeout=JOB_MS)
    _settle(tab)


def sweep(tab: Visitor) -> None:
    """The Pareto chart of a sweep."""
    _scene(tab, "Enter")
    field = tab.page.get_by_role("textbox", name="Keypoint confidence")
    field.fill("0.1 to 0.9 step 0.1")
    field.press("Enter")
    tab.page.get_by_text("18 points").wait_for(timeout=JOB_MS)
    tab.page.get_by_role("button", name="Start the sweep").click()
    tab.page.get_by_text("18 of 18 points").wait_for(timeout=JOB_MS)
    _settle(tab)


def compare(tab: Visitor) -> None:
    """Two models on the frame on which they differ most."""
    _scene(tab, "Solo")
    tab.choose(tab.page.get_by_role("combobox", name="with B"), "Sidebar with MediaPipe Pose lite")
    tab.page.get_by_role("button", name="Compare", exact=True).click()
    most = tab.page.get_by_role("button", name="Go where they differ most")
    most.wait_for(timeout=JOB_MS)
    wait_for(lambda: tab.page.get_by_text("Disagreement").count(), 60, "the disagreement")
    most.click()
    tab.page.mouse.move(0, 0)  # no tooltip
    _settle(tab)


def calibrate(tab: Visitor) -> None:
    """The histogram of the scores of marked spans, and the threshold that separates them best."""
    with tempfile.TemporaryDirectory() as folder:
        clip = labeled_clip(Path(folder, "dancers.mp4"), "cactus", Look(("a", "b"), 4, 0.0, 3, 1))
        tab.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(clip.source)
        tab.page.locator(".timeline .track").wait_for()
        for number, span in enumerate(clip.spans):
            _drag(tab, span.start / clip.spans[-1].end, span.end / clip.spans[-1].end)
            tab.page.get_by_role("button", name="Mark as match" if span.is_match else "Mark as no match").click()
            spans = tab.page.locator("button:visible").filter(has_text=re.compile(r"match .* to .* s"))
            wait_for(lambda n=number + 1, spans=spans: spans.count() == n, 20, "the span")
        tab.page.get_by_role("button", name="Compute the scores").click()
        tab.page.get_by_text("Best threshold").wait_for(timeout=JOB_MS)
        _settle(tab)


def _scene(tab: Visitor, name: str) -> None:
    """Add a scene of the sample."""
    tab.page.get_by_role("button", name=name, exact=True).click()
    tab.page.get_by_role("checkbox", name=f"sample {name.lower()}").wait_for(state="attached")


def _drag(tab: Visitor, start: float, end: float) -> None:
    """Select a span on the timeline, between fractions of its width."""
    tab.idle()
    box = tab.page.locator(".timeline .track").bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    y = box["y"] + box["height"] / 2
    tab.page.mouse.move(box["x"] + (start + 0.002) * box["width"], y)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + (end - 0.002) * box["width"], y, steps=5)
    tab.page.mouse.up()
    tab.page.wait_for_timeout(1000)
    tab.idle()


def _settle(tab: Visitor) -> None:
    """Wait for the charts, then scroll to the results."""
    tab.page.wait_for_timeout(3000)
    tab.idle()
    for text in RESULTS:
        if tab.page.get_by_text(text).count():
            tab.page.get_by_text(text).first.evaluate("it => it.scrollIntoView()")
    tab.page.wait_for_timeout(1500)


PICTURES: dict[str, tuple[Callable[[Visitor], None], str, tuple[int, int]]] = {
    "page": (page, LIVE, (1280, 860)),
    "dance": (dance, DANCE, (1280, 900)),
    "tune": (tune, "/?source=Explore&tool=Tune", (1280, 1100)),
    "sweep": (sweep, "/?source=Explore&tool=Sweep", (1280, 1100)),
    "compare": (compare, "/?source=Explore&tool=Compare", (1280, 1100)),
    "calibrate": (calibrate, "/?source=Explore&tool=Calibrate&match.reference=cactus", (1280, 1100)),
}


def take(names: list[str], folder: Path) -> None:
    """Take pictures as PNG files in the folder."""
    with tempfile.TemporaryDirectory() as files, sync_playwright() as playwright:
        browser = launch(playwright.chromium, fake_camera(Path(files, "camera.y4m")))
        server = Server(Path(files, "log.txt"))
        try:
            for name in names:
                show, path, viewport = PICTURES[name]
                with visiting(browser, server.url, viewport=viewport, path=path) as tab:
                    show(tab)
                    tab.page.screenshot(path=folder / f"{name}.png")
        finally:
            server.close()
            browser.close()


if __name__ == "__main__":
    take(sys.argv[1:] or list(PICTURES), DOCS)
