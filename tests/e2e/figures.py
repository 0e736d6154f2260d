"""Measures the live page on this machine: ``make figures``. Prints what it finds; it is no test and asserts nothing.

Runs a real server and a real Chromium with a fake camera of 640x480 at 30 fps. Both share the machine's cores.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from browser import Server, Visitor, fake_camera, launch, visiting, wait_for
from playwright.sync_api import Browser, sync_playwright

from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.weights import status

CONNECTS, SURVIVE_SECONDS = 20, 10
FPS_SECONDS = 8


def ready_models() -> list[str]:
    return [m.title for m in MODELS.values() if all(status(name).ready for name in m.weights)]


def start(visitor: Visitor) -> float:
    """Press START; seconds until the first processed frame is on the screen."""
    moment = visitor.start()
    wait_for(visitor.decoded, 30, "the first frame", pause=0.02)
    return time.monotonic() - moment


def connects(browser: Browser, server: Server) -> None:
    seconds, alive = [], 0
    for _ in range(CONNECTS):
        with visiting(browser, server.url) as visitor:
            visitor.page.wait_for_timeout(1500)
            seconds.append(start(visitor))
            visitor.page.wait_for_timeout(SURVIVE_SECONDS * 1000)
            before = visitor.decoded()
            visitor.page.wait_for_timeout(1500)
            alive += visitor.decoded() > before and visitor.processed_fps() > 0
    print(f"START to first frame: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")
    print(f"connects alive after {SURVIVE_SECONDS} s: {alive} of {CONNECTS}")


def models_in_turn(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visitor:
        start(visitor)
        began = time.monotonic()
        while time.monotonic() - began < 60:
            for title in ready_models():
                visitor.choose_model(title)
                slider = visitor.page.get_by_role("slider").first
                for _ in range(6):
                    slider.press("ArrowRight")
                    visitor.page.wait_for_timeout(150)
                    slider.press("ArrowLeft")
        before = visitor.decoded()
        visitor.page.wait_for_timeout(3000)
        alive = visitor.decoded() > before and visitor.processed_fps() > 0
        print(f"after {time.monotonic() - began:.0f} s of changing models and sliders the stream is alive: {alive}")


def processed_fps(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visitor:
        start(visitor)
        visitor.page.wait_for_timeout(3000)
        for title in ready_models():
            visitor.choose_model(title)
            wait_for(lambda title=title: visitor.figures().get("Model") == title, 20, title)
            visitor.page.wait_for_timeout(3000)
            rates = []
            for _ in range(FPS_SECONDS):
                visitor.page.wait_for_timeout(1000)
                rates.append(visitor.processed_fps())
            figures = visitor.figures()
            rest = f"age {figures['Frame age']}, {figures['Size']}"
            print(f"{title:<26} {statistics.median(rates):5.1f} fps processed, {rest}")


def everything_on(browser: Browser, server: Server) -> None:
    path = f"/?model=mediapipe-full&background.behind=blur&match.reference=star&effects={'%2B'.join(EFFECTS)}"
    with visiting(browser, server.url, path=path) as visitor:
        start(visitor)
        visitor.page.wait_for_timeout(4000)
        rates = []
        for _ in range(FPS_SECONDS):
            visitor.page.wait_for_timeout(1000)
            rates.append(visitor.processed_fps())
        print(f"mediapipe-full, blur behind, a reference, every effect: {statistics.median(rates):.1f} fps processed")
        print("  ", visitor.figures())


def recording(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visitor:
        start(visitor)
        visitor.page.wait_for_timeout(3000)
        visitor.page.get_by_role("radio", name="60", exact=True).click()
        visitor.page.get_by_role("button", name="Record", exact=True).click()
        memory = []
        for _ in range(11):
            visitor.page.wait_for_timeout(5000)
            memory.append(server.memory_mb())
        visitor.page.get_by_role("button", name="MP4").wait_for(timeout=30_000)
        video = visitor.page.locator("video").first
        seconds = wait_for(lambda: video.evaluate("v => v.readyState >= 2 && v.duration"), 15, "the recording to play")
        print(
            f"a recording of 60 s plays for {seconds:.2f} s; server memory, every 5 s: {[round(m) for m in memory]} MB"
        )


PARTS = {
    "connects": connects,
    "models": models_in_turn,
    "fps": processed_fps,
    "everything": everything_on,
    "recording": recording,
}


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder, "log.txt"))
        browser = launch(playwright.chromium, fake_camera(Path(folder, "dancer.y4m")))
        try:
            for name in chosen:
                PARTS[name](browser, server)
            print("complaints in the server's log:", server.complaints() or "none")
        finally:
            browser.close()
            server.close()


if __name__ == "__main__":
    main()
