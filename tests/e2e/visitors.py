"""Measures several visitors at once: memory and CPU usage of the server, and each visitor's frame rate."""

from __future__ import annotations

import contextlib
import itertools
import statistics
from collections import defaultdict

from browser import Server, Visitor, visiting
from harness import CpuUsage, Harness, Medians, start_stream, watch
from playwright.sync_api import Browser, Error

VISITORS, SETTLE_SECONDS, WATCH_SECONDS = 4, 8, 20
SESSION_MODELS = ("movenet-lightning", "movenet-multipose", "blazepose-full", "blazepose-heavy", "mediapipe-full")
THREAD_MODELS = ("blazepose-full", "blazepose-heavy", "movenet-thunder", "movenet-multipose")
SMALL = (640, 480)  # small pages: the rendering of the browser is not measured
ROUNDS, ROUND_SECONDS = 2, 6


def sessions(harness: Harness) -> None:
    """Memory of each further session beyond a stream without a model, and the frame rate of four visitors."""
    with harness.browser(fps=15) as browser:
        switch = harness.folder / "pass-through"
        switch.touch()
        with harness.server(POSE_DEMO_TESTS_PASS_THROUGH=str(switch)) as server:
            baseline = _added(_arrivals(browser, server, ""))
        print(
            f"{'no model':<20} sessions 2 to {VISITORS} add {_list(baseline)} MB, mean {statistics.mean(baseline):.0f}"
        )
        for model in harness.models or SESSION_MODELS:
            with harness.server() as server:
                added = _added(_arrivals(browser, server, model))
            beyond = statistics.mean(added) - statistics.mean(baseline)
            print(f"{model:<20} sessions 2 to {VISITORS} add {_list(added)} MB, {beyond:+.0f} beyond no model")


def _arrivals(browser: Browser, server: Server, model: str) -> list[float]:
    """The server's memory after each visitor; without a model, frames are passed through."""
    memory = []
    with contextlib.ExitStack() as stack:
        visitors: list[Visitor] = []
        for _ in range(VISITORS):
            path = f"/?model={model}" if model else ""
            visitors.append(stack.enter_context(visiting(browser, server.url, viewport=SMALL, path=path)))
            start_stream(visitors[-1], processed=bool(model))
            visitors[-1].page.wait_for_timeout(SETTLE_SECONDS * 1000)
            memory.append(server.anonymous_memory_mb())
        usage = CpuUsage(server)
        medians = watch(visitors, WATCH_SECONDS)
        print(f"{model or 'no model':<20} {_list(memory)} MB with 1 to {VISITORS} visitors, anonymous memory;")
        print(f"    with mapped files {server.memory_mb():.0f} MB; {_cores(usage)}")
        for visitor, figures in zip(visitors, medians, strict=True) if model else ():
            print(f"    {_line(figures)}  {visitor.governor()}")
    return memory


def _added(memory: list[float]) -> list[float]:
    return [after - before for before, after in itertools.pairwise(memory)]


def idle(harness: Harness) -> None:
    """What visitors cost who only look at the page: cores of the server, and frames of a live visitor."""
    with harness.browser() as browser, harness.server() as server:
        with visiting(browser, server.url) as visitor:
            visitor.page.wait_for_timeout(SETTLE_SECONDS * 1000)
            usage = CpuUsage(server)
            visitor.page.wait_for_timeout(WATCH_SECONDS * 1000)
            print(f"one idle visitor: {_cores(usage)}")
        with visiting(browser, server.url) as live:
            start_stream(live)
            live.page.wait_for_timeout(SETTLE_SECONDS * 1000)
            print(f"live, alone: {_line(watch([live], WATCH_SECONDS)[0])}")
            with visiting(browser, server.url), visiting(browser, server.url):
                live.page.wait_for_timeout(SETTLE_SECONDS * 1000)
                print(f"live beside two idle tabs: {_line(watch([live], WATCH_SECONDS)[0])}")


def threads(harness: Harness) -> None:
    """One or two threads per network, with one visitor and with two."""
    with contextlib.ExitStack() as stack:
        browser = stack.enter_context(harness.browser(fps=30))
        servers = {n: stack.enter_context(harness.server(POSE_DEMO_THREADS=str(n))) for n in (1, 2)}
        for model in harness.models or THREAD_MODELS:
            results: dict[tuple[int, int], list[Medians]] = defaultdict(list)
            for _, (count, (n, server)) in itertools.product(range(ROUNDS), _cases(servers)):
                try:
                    results[count, n] += _round(browser, server, model, count)
                except (AssertionError, Error) as error:  # on a busy machine; the other rounds still count
                    print(f"{model}, {count} visitors, {n} threads: {str(error).splitlines()[0]}", flush=True)
            for (count, n), medians in sorted(results.items()):
                print(f"{model:<20} {count} visitors, {n} threads: {_line(_median(medians))}")


def _cases(servers: dict[int, Server]) -> list[tuple[int, tuple[int, Server]]]:
    return list(itertools.product((1, 2), servers.items()))


def _round(browser: Browser, server: Server, model: str, count: int) -> list[Medians]:
    with contextlib.ExitStack() as stack:
        path = f"/?model={model}"
        visitors = [stack.enter_context(visiting(browser, server.url, viewport=SMALL, path=path)) for _ in range(count)]
        for visitor in visitors:
            start_stream(visitor)
        visitors[0].page.wait_for_timeout(2000)
        medians = watch(visitors, ROUND_SECONDS)
        for visitor in visitors:
            visitor.stop()  # the stream of a closed tab continues for a minute
        return medians


def _median(medians: list[Medians]) -> Medians:
    labels = medians[0].stage_ms
    return Medians(
        fps=statistics.median(each.fps for each in medians),
        latency_ms=statistics.median(each.latency_ms for each in medians),
        stage_ms={label: statistics.median(each.stage_ms[label] for each in medians) for label in labels},
    )


def _line(medians: Medians) -> str:
    stages = ", ".join(f"{label} {ms:.1f} ms" for label, ms in medians.stage_ms.items())
    return f"{medians.fps:5.1f} fps processed, latency {medians.latency_ms:4.0f} ms, {stages}"


def _cores(usage: CpuUsage) -> str:
    server, browser = usage.cores()
    return f"server {server:.2f} cores, browser {browser:.2f}"


def _list(figures: list[float]) -> str:
    return " ".join(f"{figure:.0f}" for figure in figures)
