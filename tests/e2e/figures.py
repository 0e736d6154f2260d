"""Measures the live page on this machine: ``make figures``. Prints results; it is not a test.

Runs servers and a Chromium with a fake camera of 640x480. Both share the cores of the machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from browser import Server, Visitor, visiting, wait_for
from harness import Harness
from latency import latency
from playwright.sync_api import Browser, sync_playwright
from small_host import small_host
from soak import cycles, soak, uploads
from visitors import idle, sessions, threads

from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.weights import status

CONNECTS, SURVIVE_SECONDS = 20, 10
FPS_SECONDS = 8


def ready_models() -> list[str]:
    return [m.title for m in MODELS.values() if all(status(name).ready for name in m.weights)]


def start(visitor: Visitor) -> float:
    """Turn the camera on; returns the seconds until the first processed frame is displayed."""
    started_at = visitor.start()
    wait_for(visitor.decoded, 30, "the first frame", pause=0.02)
    return time.monotonic() - started_at


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
    print(f"camera turned on to first frame: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")
    print(f"connects alive after {SURVIVE_SECONDS} s: {alive} of {CONNECTS}")


def all_models(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visitor:
        start(visitor)
        start_time = time.monotonic()
        while time.monotonic() - start_time < 60:
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
        print(
            f"after {time.monotonic() - start_time:.0f} s of changing models and sliders the stream is alive: {alive}"
        )


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
            rest = f"latency {figures['Latency']}, {figures['Size']}"
            print(f"{title:<26} {statistics.median(rates):5.1f} fps processed, {rest}")


def everything_on(browser: Browser, server: Server) -> None:
    path = f"/?model=mediapipe-full&background.mode=blur&match.reference=star&effects={'%2B'.join(EFFECTS)}"
    with visiting(browser, server.url, path=path) as visitor:
        start(visitor)
        visitor.page.wait_for_timeout(4000)
        rates = []
        for _ in range(FPS_SECONDS):
            visitor.page.wait_for_timeout(1000)
            rates.append(visitor.processed_fps())
        print(f"mediapipe-full, background blur, reference, all effects: {statistics.median(rates):.1f} fps processed")
        print("  ", visitor.figures())


def recording(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visitor:
        start(visitor)
        visitor.page.wait_for_timeout(3000)
        visitor.open_section("Recording")
        visitor.page.get_by_role("radio", name="60 s", exact=True).click()
        visitor.page.get_by_role("button", name="Record", exact=True).click()
        memory = []
        for _ in range(11):
            visitor.page.wait_for_timeout(5000)
            memory.append(server.memory_mb())
        visitor.page.get_by_role("button", name="MP4").wait_for(timeout=30_000)
        video = visitor.page.locator("[role=dialog] video")
        seconds = wait_for(lambda: video.evaluate("v => v.readyState >= 2 && v.duration"), 15, "the recording to play")
        print(
            f"a recording of 60 s plays for {seconds:.2f} s; server memory, every 5 s: {[round(m) for m in memory]} MB"
        )


def compare(browser: Browser, server: Server) -> None:
    """MoveNet Lightning against MediaPipe Pose lite, on the webcam and on the sample."""
    for source in ("Webcam", "Sample dancer"):
        with visiting(browser, server.url) as visitor:
            if source == "Webcam":
                start(visitor)
            else:
                visitor.source(source)
            visitor.page.wait_for_timeout(3000)
            visitor.toggle("Compare")
            visitor.page.get_by_role("button", name="Swap").wait_for()
            visitor.choose_model(MODELS["blazepose-lite"].title)
            visitor.page.wait_for_timeout(4000)
            rate = _median_fps(visitor)
            rows = [" ".join(text.split()) for text in visitor.page.locator(".pd-sides tbody tr").all_inner_texts()]
            print(f"{source}: {rate:.1f} fps processed, latency {visitor.figures()['Latency']}")
            print("   model, ms, fps alone, jitter in % of the body:", "; ".join(rows))


def exploring(browser: Browser, server: Server) -> None:
    """A live visitor beside another one who tunes."""
    with visiting(browser, server.url) as live, visiting(browser, server.url, path="/?source=Explore") as other:
        start(live)
        live.page.wait_for_timeout(5000)
        print(f"live alone: {_median_fps(live):.1f} fps processed")
        other.page.get_by_role("button", name="Find the best settings").click()
        other.page.get_by_role("button", name="Stop").wait_for()
        rates = []
        while other.page.get_by_role("button", name="Stop").count():
            rates.append(_median_fps(live))
        print(f"live beside a tuning: median {statistics.median(rates):.1f}, least {min(rates):.1f} fps processed")


def _median_fps(visitor: Visitor) -> float:
    rates = []
    for _ in range(FPS_SECONDS):
        visitor.page.wait_for_timeout(1000)
        rates.append(visitor.processed_fps())
    return statistics.median(rates)


def of_one_visitor(measure: Callable[[Browser, Server], None]) -> Callable[[Harness], None]:
    """A measurement with one server and the default camera."""

    def part(harness: Harness) -> None:
        with harness.server() as server, harness.browser() as browser:
            measure(browser, server)

    return part


PARTS: dict[str, Callable[[Harness], None]] = {
    "connects": of_one_visitor(connects),
    "models": of_one_visitor(all_models),
    "fps": of_one_visitor(processed_fps),
    "everything": of_one_visitor(everything_on),
    "recording": of_one_visitor(recording),
    "compare": of_one_visitor(compare),
    "exploring": of_one_visitor(exploring),
    "latency": latency,
    "sessions": sessions,
    "threads": threads,
    "idle": idle,
    "small-host": small_host,
    "soak": soak,
    "cycles": cycles,
    "uploads": uploads,
}
_LONG = ("soak", "cycles", "uploads")  # only when they are named


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: all but {' and '.join(_LONG)}"
    )
    parser.add_argument("--models", default="", help="for latency, sessions and threads: names, separated by commas")
    parser.add_argument("--minutes", type=float, default=30.0, help="of the soak test")
    arguments = parser.parse_args()
    models = tuple(filter(None, arguments.models.split(",")))
    if unknown := [*({*arguments.parts} - {*PARTS}), *({*models} - {*MODELS})]:
        parser.error(f"unknown: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        harness = Harness(Path(folder), playwright.chromium, models, arguments.minutes)
        for name in arguments.parts or [name for name in PARTS if name not in _LONG]:
            print(f"-- {name}", flush=True)
            PARTS[name](harness)


if __name__ == "__main__":
    main()
