"""A visitor who does one thing after another at random, and the files that visitors upload."""

from __future__ import annotations

import contextlib
import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from browser import Server, Visitor, wait_for
from PIL import Image
from playwright.sync_api import Browser, Error

from pose_demo import sample
from pose_demo.background import MODES
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS, is_ready
from pose_demo.io.video_writer import VideoWriter

SMALL = (900, 600)  # small pages, because the browsers share the cores; a narrower one collapses the sidebar
_SOURCES = ("Sample dancer", "Video file", "Photo", "Explore")


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
        return Visitor(self.browser, self.server.url, viewport=SMALL)

    def leave(self) -> None:
        """Close the tab, without turning the camera off."""
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
            self._report(f"{name}: {str(error).splitlines()[0]} {' '.join(self.tab.script_errors)[:200]}")
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
        self._report(f"the stream has ended; the page says {alerts}")
        self._streams = False

    def _report(self, problem: str) -> None:
        print(f"problem: {problem}", flush=True)
        self.problems.append(problem)

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
        """Open the page with other settings; a stream ends without turning the camera off."""
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
        if not button.count():
            return
        button.click()
        self.tab.page.wait_for_timeout(6000)  # with the countdown
        stop = self.tab.page.get_by_role("button", name="Stop recording")
        if stop.count():
            stop.click()
            self.tab.page.get_by_role("dialog").wait_for()
            self.tab.page.keyboard.press("Escape")

    def return_(self) -> None:
        """Close the tab without turning the camera off, and open another one."""
        self.leave()
        self.tab = self._arrive()


def files_to_upload(folder: Path) -> dict[str, list[Path]]:
    """Photos and videos, good and bad ones, by the source that takes them."""
    photo, large, video = folder / "photo.jpg", folder / "large.jpg", folder / "video.mp4"
    video_file(video)
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


def video_file(path: Path) -> bytes:
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
