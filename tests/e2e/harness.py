"""What a measurement of the live page takes: servers, browsers with cameras, and a look at the machine."""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import Server, Visitor, fake_camera, launch, wait_for
from playwright.sync_api import Browser, BrowserType

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Lab:
    """Where a measurement is made.

    Attributes:
        folder: for cameras and logs.
        chromium: who makes browsers.
        models: registered names to measure, where a part measures models; empty for the part's own choice.
    """

    folder: Path
    chromium: BrowserType
    models: tuple[str, ...] = ()

    @contextlib.contextmanager
    def server(self, **environment: str) -> Iterator[Server]:
        """A server of its own; what it complains about is printed."""
        log = self.folder / f"{time.monotonic_ns()}.txt"
        server = Server(log, environment)
        try:
            yield server
            if complaints := server.complaints():
                print("complaints in the server's log:", complaints)
        finally:
            server.close()

    @contextlib.contextmanager
    def browser(self, **camera: Any) -> Iterator[Browser]:
        """A browser whose camera is a `fake_camera`."""
        path = self.folder / "camera.y4m"
        browser = launch(self.chromium, fake_camera(path, **camera))
        try:
            yield browser
        finally:
            browser.close()


def streaming(visitor: Visitor, processed: bool = True) -> None:
    """Press START and wait for frames; with ``processed`` for such as the server says it processed."""
    if processed:
        visitor.stream(fps=0.1)
        return
    visitor.start()
    wait_for(visitor.decoded, 30, "the first frame")


@dataclass(frozen=True)
class Seen:
    """What a visitor's status line said over a while: medians.

    Attributes:
        fps: frames processed a second.
        age_ms: how late the shown frame is, by the server's clock.
        stages: milliseconds of each stage.
    """

    fps: float
    age_ms: float
    stages: dict[str, float]


def watch(visitors: list[Visitor], seconds: int) -> list[Seen]:
    """Read every visitor's status line once a second."""
    lines: list[list[dict[str, str]]] = [[] for _ in visitors]
    for _ in range(seconds):
        visitors[0].page.wait_for_timeout(1000)
        for visitor, said in zip(visitors, lines, strict=True):
            said.append(visitor.figures())
    return [_seen(said) for said in lines]


def _seen(lines: list[dict[str, str]]) -> Seen:
    """Medians; a line without a figure of that name does not count, except that no fps are 0 fps."""
    numbers = [
        {label: float(text.split()[0]) for label, text in line.items() if text.endswith(" ms")} for line in lines
    ]
    labels = dict.fromkeys(label for line in numbers for label in line)
    median = {label: statistics.median(line[label] for line in numbers if label in line) for label in labels}
    fps = statistics.median(_fps(line.get("Processed", "")) for line in lines)
    return Seen(fps, median.pop("Frame age", 0.0), median)


def _fps(text: str) -> float:
    return float(text.removesuffix(" fps")) if text.endswith(" fps") else 0.0


class Cores:
    """How many cores a server and everything else of this measurement, which is the browser, kept busy."""

    def __init__(self, server: Server) -> None:
        self._server = server.process.pid
        self._began, self._then = time.monotonic(), self._used()

    def busy(self) -> tuple[float, float]:
        """Cores of the server and of the browser since the beginning."""
        seconds = time.monotonic() - self._began
        server, browser = (now - then for now, then in zip(self._used(), self._then, strict=True))
        return server / seconds, browser / seconds

    def _used(self) -> tuple[float, float]:
        """CPU seconds so far."""
        parents, used = _processes()
        mine = [pid for pid in used if os.getpid() in _ancestors(pid, parents)]
        return used[self._server], sum(used[pid] for pid in mine if self._server not in _ancestors(pid, parents))


def _processes() -> tuple[dict[int, int], dict[int, float]]:
    """Parent and CPU seconds of every process."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended just now
            pid, (_, rest) = int(path.parent.name), path.read_text().rsplit(")", 1)
            fields = rest.split()
            parents[pid], used[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
    return parents, used


def _ancestors(pid: int, parents: dict[int, int]) -> list[int]:
    """The process itself and all it descends from."""
    line = [pid]
    while parents.get(line[-1]):
        line.append(parents[line[-1]])
    return line
