"""Visitors who come, try things at random, upload good and bad files, and leave without STOP.

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
from playwright.sync_api import Error

VISITORS, FPS = 3, 15
WARM_UP_S = 300.0  # memory is compared from here on
LEFT_S = 140.0  # after the last visitor, when everything must be released
CYCLES, RELEASE_S = 100, 30.0


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
    files = files_to_upload(harness.folder)
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
    samples, minute = [usage(server)], 1
    while samples[-1].at - samples[0].at < seconds:
        for guest in guests:
            guest.act()
        assert server.process.poll() is None, "the server has ended"
        samples.append(usage(server))
        if samples[-1].at - samples[0].at >= 60 * minute:
            print(f"minute {minute:2}: {_text(samples[-1])}", flush=True)
            minute += 1
    return samples


def _usage_after(server: Server, seconds: float) -> Usage:
    time.sleep(seconds)
    return usage(server)


def _report(alone: Usage, samples: list[Usage], left: Usage, guests: list[Guest]) -> None:
    start, end = samples[0].at, samples[-1].at
    early = [sample.mb for sample in samples if WARM_UP_S <= sample.at - start < WARM_UP_S + 120]
    late = [sample.mb for sample in samples if sample.at > end - 120]
    print(f"one visitor: {_text(alone)}")
    print(f"most: {max(sample.mb for sample in samples):.0f} MB")
    if early and late:
        first, last = statistics.mean(early), statistics.mean(late)
        print(f"memory: {first:.0f} MB in minutes 6 and 7, {last:.0f} MB in the last two: {last / first - 1:+.1%}")
    print(f"{LEFT_S:.0f} s after the last visitor: {_text(left)}; {left.mb / alone.mb:.2f} of the memory with one")
    done = sum((guest.done for guest in guests), Counter[str]())
    print(f"done: {dict(done)}")
    print(f"problems: {sum(len(guest.problems) for guest in guests)}")


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
    """Connect and close the tab, a hundred times: good connects, connections left behind, memory."""
    counter = harness.folder / "connections"
    with (
        harness.server(POSE_DEMO_TESTS_CONNECTIONS=str(counter)) as server,
        harness.browser(fps=FPS) as browser,
    ):
        good, release_s, memory = 0, [], []
        for _ in range(CYCLES):
            visitor = Visitor(browser, server.url, viewport=SMALL)
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
