"""Tools for measurements of the live page: servers, browsers with fake cameras, and CPU usage."""

from __future__ import annotations

import contextlib
import os
import shutil
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
class Harness:
    """The environment of a measurement.

    Attributes:
        folder: for camera videos and logs.
        chromium: launches browsers.
        models: registry names of the models to measure; empty for the default of each part.
        minutes: of the soak test.
    """

    folder: Path
    chromium: BrowserType
    models: tuple[str, ...] = ()
    minutes: float = 30.0

    @contextlib.contextmanager
    def server(self, prefix: tuple[str, ...] = (), **environment: str) -> Iterator[Server]:
        """A separate server, started by the command ``prefix``; errors in its log are printed."""
        log = self.folder / f"{time.monotonic_ns()}.txt"
        server = Server(log, environment, prefix=prefix)
        try:
            yield server
            if errors := server.errors():
                kept = Path("build", log.name)
                kept.parent.mkdir(exist_ok=True)
                shutil.copy(log, kept)
                print(f"errors in the log of the server, see {kept}: {errors}")
        finally:
            server.close()

    @contextlib.contextmanager
    def browser(self, **camera: Any) -> Iterator[Browser]:
        """A browser with a `fake_camera`."""
        path = self.folder / "camera.y4m"
        browser = launch(self.chromium, fake_camera(path, **camera))
        try:
            yield browser
        finally:
            browser.close()


def start_stream(visitor: Visitor, processed: bool = True) -> None:
    """Turn the camera on and wait for frames; with ``processed``, for processed ones."""
    if processed:
        visitor.stream(fps=0.1)
        return
    visitor.start()
    wait_for(visitor.decoded, 30, "the first frame")


@dataclass(frozen=True)
class Medians:
    """Medians of the figures on a visitor's page.

    Attributes:
        fps: processed frames per second.
        latency_ms: latency measured by the server.
        stage_ms: milliseconds of each stage.
    """

    fps: float
    latency_ms: float
    stage_ms: dict[str, float]


def watch(visitors: list[Visitor], seconds: int) -> list[Medians]:
    """Read the figures on every visitor's page once a second."""
    samples: list[list[dict[str, str]]] = [[] for _ in visitors]
    for _ in range(seconds):
        visitors[0].page.wait_for_timeout(1000)
        for visitor, figures in zip(visitors, samples, strict=True):
            figures.append(visitor.figures())
    return [_medians(figures) for figures in samples]


def _medians(samples: list[dict[str, str]]) -> Medians:
    """Medians over the samples that have a figure; a sample without a frame rate counts as 0 fps."""
    numbers = [
        {label: float(text.split()[0]) for label, text in figures.items() if text.endswith(" ms")}
        for figures in samples
    ]
    labels = dict.fromkeys(label for sample in numbers for label in sample)
    median = {label: statistics.median(sample[label] for sample in numbers if label in sample) for label in labels}
    fps = statistics.median(_fps(figures.get("Frame rate", "")) for figures in samples)
    return Medians(fps, median.pop("Latency", 0.0), median)


def _fps(text: str) -> float:
    return float(text.removesuffix(" fps")) if text.endswith(" fps") else 0.0


class CpuUsage:
    """CPU usage of a server, and of all other processes of this measurement, which are the browser."""

    def __init__(self, server: Server) -> None:
        self._server = server.process.pid
        self._start, self._before = time.monotonic(), self._cpu_seconds()

    def cores(self) -> tuple[float, float]:
        """Average number of busy cores of the server and of the browser."""
        seconds = time.monotonic() - self._start
        server, browser = (after - before for after, before in zip(self._cpu_seconds(), self._before, strict=True))
        return server / seconds, browser / seconds

    def _cpu_seconds(self) -> tuple[float, float]:
        parents, used = _processes()
        own = [pid for pid in used if os.getpid() in _ancestors(pid, parents)]
        return used[self._server], sum(used[pid] for pid in own if self._server not in _ancestors(pid, parents))


def _processes() -> tuple[dict[int, int], dict[int, float]]:
    """Parent and CPU seconds of every process."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # the process has ended
            pid, (_, rest) = int(path.parent.name), path.read_text().rsplit(")", 1)
            fields = rest.split()
            parents[pid], used[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
    return parents, used


def _ancestors(pid: int, parents: dict[int, int]) -> list[int]:
    """The process itself and its ancestors."""
    line = [pid]
    while parents.get(line[-1]):
        line.append(parents[line[-1]])
    return line
