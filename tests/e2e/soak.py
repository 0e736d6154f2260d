"""Visitors who come, try things at random, upload good and bad files, and leave without STOP.

Measures the server meanwhile and after they have left: own (anonymous) memory, file descriptors and threads.
"""

from __future__ import annotations

import contextlib
import io
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from browser import Server, Visitor, wait_for
from harness import Harness
from PIL import Image
from playwright.sync_api import Browser, Error

from pose_demo import sample
from pose_demo.background import MODES
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS, is_ready
from pose_demo.io.video_writer import VideoWriter

VISITORS, FPS = 3, 15
WARM_UP_S = 300.0  # memory is compared from here on
LEFT_S = 140.0  # after the last visitor, when everything must be released
CYCLES, RELEASE_S = 100, 30.0
_SMALL = (640, 480)  # small pages: the browsers share the cores
_SOURCES = ("Sample dancer", "Video file", "Photo", "Explore")


@dataclass(frozen=True)
class Usage:
    """What the server uses.

    Attributes:
        at: seconds on the monotonic clock.
        mb: anonymous memory.
    """

    at: float
    mb: float
    descriptors: int
    threads: int


def usage(server: Server) -> Usage:
    process = Path(f"/proc/{server.process.pid}")
    threads, descriptors = len(list(process.glob("task/*"))), len(list(process.glob("fd/*")))
    return Usage(time.monotonic(), server.anonymous_memory_mb(), descriptors, threads)


def soak(harness: Harness) -> None:
    """Visitors at random for `Harness.minutes`."""
    files = _files(harness.folder)
    with harness.server() as server, harness.browser(fps=FPS) as browser:
        with Guest(browser, server, files, random.Random(0)) as guest:
            guest.start()
            guest.tab.page.wait_for_timeout(20_000)
            alone = usage(server)
        guests = [Guest(browser, server, files, random.Random(seed)) for seed in range(1, VISITORS + 1)]
        samples = _visit(guests, server, harness.minutes * 60)
        for guest in guests:
            guest.leave()
        left = _usage_after(server, LEFT_S)
        _report(alone, samples, left, guests)


def _visit(guests: list[Guest], server: Server, seconds: float) -> list[Usage]:
    samples = [usage(server)]
    while samples[-1].at - samples[0].at < seconds:
        for guest in guests:
            guest.act()
        assert server.process.poll() is None, "the server has ended"
        samples.append(usage(server))
    return samples


def _usage_after(server: Server, seconds: float) -> Usage:
    time.sleep(seconds)
    return usage(server)


def _report(alone: Usage, samples: list[Usage], left: Usage, guests: list[Guest]) -> None:
    start, end = samples[0].at, samples[-1].at
    early = [sample.mb for sample in samples if WARM_UP_S <= sample.at - start < WARM_UP_S + 120]
    late = [sample.mb for sample in samples if sample.at > end - 120]
    print(f"one visitor: {_text(alone)}")
    for minute in range(int((end - start) / 60) + 1):
        part = [sample for sample in samples if minute == int((sample.at - start) / 60)]
        if part:
            print(f"minute {minute + 1:2}: {_text(part[-1])}")
    if early and late:
        first, last = statistics.mean(early), statistics.mean(late)
        print(f"memory: {first:.0f} MB in minutes 6 and 7, {last:.0f} MB in the last two: {last / first - 1:+.1%}")
    print(f"{LEFT_S:.0f} s after the last visitor: {_text(left)}; {left.mb / alone.mb:.2f} of the memory with one")
    done = sum((guest.done for guest in guests), Counter[str]())
    print(f"done: {dict(done)}")
    for problem in [problem for guest in guests for problem in guest.problems]:
        print(f"problem: {problem}")


def _text(sample: Usage) -> str:
    return f"{sample.mb:.0f} MB, {sample.descriptors} file descriptors, {sample.threads} threads"


@dataclass
class Guest:
    """A visitor who does one thing after another.

    Attributes:
        done: how often each action succeeded.
        problems: streams that ended without a word, and actions that could not be done.
    """

    browser: Browser
    server: Server
    files: dict[str, list[Path]]
    random: random.Random
    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._streams = False
        self.tab = self._arrive()

    def __enter__(self) -> Guest:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def _arrive(self) -> Visitor:
        self._streams = False
        return Visitor(self.browser, self.server.url, viewport=_SMALL)

    def leave(self) -> None:
        """Close the tab, without STOP."""
        self.tab.close()

    def act(self) -> None:
        """Do something, then see whether a stream still runs, or the page says why not."""
        actions: dict[Callable[[], None], int] = {
            self.start: 4,
            self.change_model: 3,
            self.change_settings: 2,
            self.change_source: 2,
            self.upload: 3,
            self.record: 1,
            self.return_: 2,
        }
        action = self.random.choices([*actions], weights=[*actions.values()])[0]
        name = action.__name__.strip("_")
        try:
            action()
            self.done[name] += 1
            self._check()
        except (Error, AssertionError) as error:
            self.problems.append(f"{name}: {str(error).splitlines()[0]}")
            self.tab.close()
            self.tab = self._arrive()

    def _check(self) -> None:
        if not self._streams:
            return
        before = self.tab.decoded()
        with contextlib.suppress(AssertionError):
            wait_for(lambda: self.tab.decoded() > before, 15, "a frame")
            return
        alerts = self.tab.page.get_by_test_id("stAlert").all_inner_texts()
        self.problems.append(f"the stream has ended; the page says {alerts}")
        self._streams = False

    def start(self) -> None:
        """Stream the webcam."""
        if not self._streams:
            self.tab.source("Webcam")
            self.tab.stream(fps=0.1)
            self._streams = True

    def change_model(self) -> None:
        """Choose another model."""
        self.tab.choose_model(self.random.choice([m.title for m in MODELS.values() if is_ready(m.name)]))

    def change_settings(self) -> None:
        """Open the page with other settings; a stream ends without STOP."""
        effects = self.random.sample([*EFFECTS], 2)
        model = self.random.choice([name for name in MODELS if is_ready(name)])
        background = self.random.choice([*MODES])
        self.tab.page.goto(
            f"{self.server.url}/?model={model}&background.mode={background}&effects={'%2B'.join(effects)}"
        )
        self.tab.page.locator(".pd-title").wait_for()
        self._streams = False

    def change_source(self) -> None:
        """Leave the webcam."""
        self.tab.source(self.random.choice(_SOURCES))
        self.tab.page.wait_for_timeout(2000)
        self._streams = False

    def upload(self) -> None:
        """Upload a photo or a video, which may be damaged."""
        source = self.random.choice([*self.files])
        self.tab.source(source)
        self._streams = False
        self.tab.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(
            self.random.choice(self.files[source])
        )
        self.tab.page.wait_for_timeout(3000)

    def record(self) -> None:
        """Record some seconds of the stream."""
        self.start()
        button = self.tab.page.get_by_role("button", name="Record", exact=True)
        if button.count():
            button.click()
            self.tab.page.wait_for_timeout(3000)

    def return_(self) -> None:
        """Close the tab without STOP, and open another one."""
        self.leave()
        self.tab = self._arrive()


def _files(folder: Path) -> dict[str, list[Path]]:
    """Photos and videos, good and bad ones, by the source that takes them."""
    photo, large, video = folder / "photo.jpg", folder / "large.jpg", folder / "video.mp4"
    _video(video)
    Image.fromarray(sample.still("star", size=(1280, 960))[0]).save(photo)
    Image.fromarray(sample.still("t-pose", size=(4000, 3000))[0]).save(large)
    bad = {"empty.jpg": b"", "text.jpg": b"this is no photo", "half.jpg": photo.read_bytes()[:5000]}
    bad |= {"empty.mp4": b"", "half.mp4": video.read_bytes()[: video.stat().st_size // 2], "bomb.png": _bomb()}
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    names = [folder / name for name in bad]
    return {
        "Photo": [photo, large, *(name for name in names if name.suffix != ".mp4")],
        "Video file": [video, video, *(name for name in names if name.suffix == ".mp4")],
    }


def _video(path: Path) -> bytes:
    """Two seconds of the sample."""
    with VideoWriter(path, sample.FPS) as writer:
        for index in range(60):
            writer.write(sample.frame(index).image, index / sample.FPS)
    return path.read_bytes()


def _bomb() -> bytes:
    """A small file with a picture of 20,000 x 20,000 pixels."""
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG", optimize=True)
    return target.getvalue()


def uploads(harness: Harness) -> None:
    """Five visitors upload 55 MB each and close their tabs."""
    video = harness.folder / "large.mp4"
    video.write_bytes(_video(harness.folder / "small.mp4") + _padding(55_000_000))
    with harness.server() as server, harness.browser(fps=FPS) as browser:
        visitors = [Visitor(browser, server.url, viewport=_SMALL) for _ in range(5)]
        visitors[0].page.wait_for_timeout(5000)
        print(f"five pages: {_text(usage(server))}")
        for visitor in visitors:
            visitor.source("Video file")
            visitor.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(video)
            visitor.page.get_by_role("button", name="Process all").wait_for(timeout=60_000)
        print(f"five uploads: {_text(usage(server))}")
        for visitor in visitors:
            visitor.close()
        for seconds in (30, 30, 40, 40, 20):
            time.sleep(seconds)
            print(f"{seconds} s later: {_text(usage(server))}", flush=True)


def _padding(size: int) -> bytes:
    """A box of an MP4 file that players skip."""
    return size.to_bytes(4, "big") + b"free" + bytes(size - 8)


def cycles(harness: Harness) -> None:
    """Connect and close the tab, a hundred times: good connects, connections left behind, memory."""
    counter = harness.folder / "connections"
    with (
        harness.server(POSE_DEMO_TESTS_CONNECTIONS=str(counter)) as server,
        harness.browser(fps=FPS) as browser,
    ):
        good, release_s, memory = 0, [], []
        for _ in range(CYCLES):
            visitor = Visitor(browser, server.url, viewport=_SMALL)
            try:
                visitor.stream(fps=0.1)
                good += 1
            except (Error, AssertionError) as error:
                print(f"no connection: {str(error).splitlines()[0]}")
            finally:
                visitor.close()
            closed_at = time.monotonic()
            with contextlib.suppress(AssertionError):
                wait_for(lambda: counter.read_text() == "0", 2 * RELEASE_S, "the connection to end")
            release_s.append(time.monotonic() - closed_at)
            memory.append(usage(server))
        print(f"good connects: {good} of {CYCLES}; connections ended within {max(release_s):.0f} s")
        for index in range(9, CYCLES, 10):
            print(f"after {index + 1:3} connects: {_text(memory[index])}")
