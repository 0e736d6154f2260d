"""Visitors who come, try things at random, upload good and bad files, and leave without turning the camera off.

Measures the server meanwhile and after they have left: own (anonymous) memory, file descriptors and threads.
"""

from __future__ import annotations

import contextlib
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from browser import Server, Visitor, wait_for
from guest import SMALL, Guest, files_to_upload, video_file
from harness import Harness
from playwright.sync_api import Browser, Error

VISITORS, FPS = 3, 15
WARM_UP_S = 300.0  # memory is compared from here on
LEFT_S = 140.0  # after the last visitor, when everything must be released
SAMPLED_S = 60.0
CYCLES, TABS, RELEASE_S = 100, 4, 30.0


@dataclass(frozen=True)
class Usage:
    """What the server uses.

    Attributes:
        mb: anonymous memory.
    """

    mb: float
    descriptors: int
    threads: int


def usage(server: Server) -> Usage:
    process = Path(f"/proc/{server.process.pid}")
    threads, descriptors = len(list(process.glob("task/*"))), len(list(process.glob("fd/*")))
    return Usage(server.anonymous_memory_mb(), descriptors, threads)


def soak(harness: Harness) -> None:
    """Visitors at random for `Harness.minutes`, after which everybody leaves.

    What they do needs more or less memory, so growth is measured twice in the same state: everybody streams with the
    default settings, and what the pages before had is released.
    """
    files = files_to_upload(harness.folder)
    with harness.server() as server, harness.browser(fps=FPS) as browser:
        _show("before the first visitor", usage(server))
        with Guest(browser, server, files, random.Random(0)) as guest:
            guest.start()
            alone = _usage_after(server, 20)
        _show("one visitor", alone)
        guests = [Guest(browser, server, files, random.Random(seed)) for seed in range(1, VISITORS + 1)]
        most = _visit(guests, server, WARM_UP_S)
        first = _streaming(guests, server)
        most = max(most, _visit(guests, server, harness.minutes * 60 - WARM_UP_S))
        last = _streaming(guests, server)
        for guest in guests:
            guest.leave()
        left = _usage_after(server, LEFT_S)
    print(f"most: {most:.0f} MB; all streaming, at first and at last: {last.mb / first.mb - 1:+.1%}")
    _show(f"{LEFT_S:.0f} s after the last visitor", left)
    print(f"that is {left.mb / alone.mb:.2f} of the memory with one visitor")
    print(f"done: {dict(sum((guest.done for guest in guests), Counter[str]()))}")
    print(f"problems: {sum(len(guest.problems) for guest in guests)}")


def _visit(guests: list[Guest], server: Server, seconds: float) -> float:
    """Let everybody act in turn; returns the greatest memory."""
    start, minute, most = time.monotonic(), 1, 0.0
    while (elapsed := time.monotonic() - start) < seconds:
        for guest in guests:
            guest.act()
        assert server.process.poll() is None, "the server has ended"
        now = usage(server)
        most = max(most, now.mb)
        if elapsed >= 60 * minute:
            _show(f"minute {minute}", now)
            minute += 1
    return most


def _streaming(guests: list[Guest], server: Server) -> Usage:
    """What is used while everybody streams, when the pages that they had before are released."""
    for guest in guests:
        guest.return_()
        guest.start()
    time.sleep(LEFT_S)
    now = _median_usage(server, SAMPLED_S)
    fps = ", ".join(f"{guest.tab.processed_fps():.0f}" for guest in guests)
    _show(f"all streaming with the default settings, at {fps} fps", now)
    return now


def _median_usage(server: Server, seconds: float) -> Usage:
    """The medians of samples each second: memory varies by 10 % from one to the next."""
    samples = []
    for _ in range(round(seconds)):
        samples.append(usage(server))
        time.sleep(1)
    return Usage(
        statistics.median(sample.mb for sample in samples),
        statistics.median_low(sample.descriptors for sample in samples),
        statistics.median_low(sample.threads for sample in samples),
    )


def _usage_after(server: Server, seconds: float) -> Usage:
    time.sleep(seconds)
    return usage(server)


def _show(what: str, sample: Usage) -> None:
    print(f"{what}: {_text(sample)}", flush=True)


def _text(sample: Usage) -> str:
    return f"{sample.mb:.0f} MB, {sample.descriptors} file descriptors, {sample.threads} threads"


def uploads(harness: Harness) -> None:
    """Five visitors upload 55 MB each and close their tabs."""
    video = harness.folder / "large.mp4"
    video.write_bytes(video_file(harness.folder / "small.mp4") + _padding(55_000_000))
    with harness.server() as server, harness.browser(fps=FPS) as browser:
        visitors = [Visitor(browser, server.url, viewport=SMALL) for _ in range(5)]
        visitors[0].page.wait_for_timeout(5000)
        print(f"five pages: {_text(usage(server))}")
        for visitor in visitors:
            visitor.source("Video file")
            visitor.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(video)
            wait_for(lambda tab=visitor: tab.figures().get("Frame") == "1 of 60", 60, "the uploaded video")
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
    """Connect and close the tabs, a hundred times: good connects, connections left behind, memory."""
    counter = harness.folder / "connections"
    with (
        harness.server(POSE_DEMO_TESTS_CONNECTIONS=str(counter)) as server,
        harness.browser(fps=FPS) as browser,
    ):
        good, release_s = 0, []
        for cycle in range(CYCLES // TABS):
            good += sum(_connect(browser, server) for _ in range(TABS))
            for context in browser.contexts:
                context.close()
            closed_at = time.monotonic()
            with contextlib.suppress(AssertionError):
                wait_for(lambda: counter.read_text() == "0", 2 * RELEASE_S, "the connections to end")
            release_s.append(time.monotonic() - closed_at)
            if cycle % 5 == 4:
                _show(f"after {TABS * (cycle + 1)} connects", usage(server))
        print(f"good connects: {good} of {CYCLES}; connections ended within {max(release_s):.0f} s")


def _connect(browser: Browser, server: Server) -> bool:
    """Open a tab that streams; whether that succeeded."""
    try:
        Visitor(browser, server.url, viewport=SMALL).stream(fps=0.1)
    except (Error, AssertionError) as error:
        print(f"no connection: {str(error).splitlines()[0]}", flush=True)
        return False
    return True
