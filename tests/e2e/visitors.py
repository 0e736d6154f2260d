"""Measures several visitors at once: what each costs the server, and what each gets."""

from __future__ import annotations

import contextlib
import itertools
import statistics
from collections import defaultdict

from browser import Server, Visitor, visiting
from harness import Cores, Lab, Seen, streaming, watch
from playwright.sync_api import Browser, Error

VISITORS, SETTLE_SECONDS, WATCH_SECONDS = 4, 8, 20
SOME_MODELS = ("movenet-lightning", "movenet-multipose", "blazepose-full", "blazepose-heavy", "mediapipe-full")
COSTLY_MODELS = ("blazepose-full", "blazepose-heavy", "movenet-thunder", "movenet-multipose")
SMALL = (640, 480)  # of a page: what the browser draws is not what is measured
ROUNDS, BRIEFLY = 2, 6


def sessions(lab: Lab) -> None:
    """Memory that each further session adds beyond a stream without a model; the rate four visitors get."""
    with lab.browser(fps=15) as browser:
        passing = lab.folder / "pass-through"
        passing.touch()
        with lab.server(POSE_DEMO_TESTS_PASS_THROUGH=str(passing)) as server:
            baseline = _added(_arrivals(browser, server, ""))
        print(
            f"{'no model':<20} sessions 2 to {VISITORS} add {_list(baseline)} MB, mean {statistics.mean(baseline):.0f}"
        )
        for model in lab.models or SOME_MODELS:
            with lab.server() as server:
                added = _added(_arrivals(browser, server, model))
            beyond = statistics.mean(added) - statistics.mean(baseline)
            print(f"{model:<20} sessions 2 to {VISITORS} add {_list(added)} MB, {beyond:+.0f} beyond no model")


def _arrivals(browser: Browser, server: Server, model: str) -> list[float]:
    """The server's own memory after each visitor; without a model frames are passed through."""
    memory = []
    with contextlib.ExitStack() as leaving:
        visitors: list[Visitor] = []
        for _ in range(VISITORS):
            path = f"/?model={model}" if model else ""
            visitors.append(leaving.enter_context(visiting(browser, server.url, viewport=SMALL, path=path)))
            streaming(visitors[-1], processed=bool(model))
            visitors[-1].page.wait_for_timeout(SETTLE_SECONDS * 1000)
            memory.append(server.own_memory_mb())
        cores = Cores(server)
        seen = watch(visitors, WATCH_SECONDS)
        print(f"{model or 'no model':<20} {_list(memory)} MB with 1 to {VISITORS} visitors, the server's own;")
        print(f"    with the files it has mapped {server.memory_mb():.0f} MB; {_cores(cores)}")
        for visitor, it in zip(visitors, seen, strict=True) if model else ():
            print(f"    {_line(it)}  {visitor.governor()}")
    return memory


def _added(memory: list[float]) -> list[float]:
    return [after - before for before, after in itertools.pairwise(memory)]


def threads(lab: Lab) -> None:
    """One thread or two for a model, with one visitor and with two."""
    with contextlib.ExitStack() as stack:
        browser = stack.enter_context(lab.browser(fps=30))
        servers = {n: stack.enter_context(lab.server(POSE_DEMO_THREADS=str(n))) for n in (1, 2)}
        for model in lab.models or COSTLY_MODELS:
            seen: dict[tuple[int, int], list[Seen]] = defaultdict(list)
            for _, (several, (n, server)) in itertools.product(range(ROUNDS), _cases(servers)):
                try:
                    briefly = _briefly(browser, server, model, several)
                    seen[several, n] += briefly
                except (AssertionError, Error) as error:  # a busy machine; the other rounds still count
                    print(f"{model}, {several} visitors, {n} threads: {str(error).splitlines()[0]}", flush=True)
            for (several, n), all_seen in sorted(seen.items()):
                print(f"{model:<20} {several} visitors, {n} threads: {_line(_median(all_seen))}")


def _cases(servers: dict[int, Server]) -> list[tuple[int, tuple[int, Server]]]:
    return list(itertools.product((1, 2), servers.items()))


def _briefly(browser: Browser, server: Server, model: str, several: int) -> list[Seen]:
    with contextlib.ExitStack() as leaving:
        path = f"/?model={model}"
        visitors = [
            leaving.enter_context(visiting(browser, server.url, viewport=SMALL, path=path)) for _ in range(several)
        ]
        for visitor in visitors:
            streaming(visitor)
        visitors[0].page.wait_for_timeout(2000)
        seen = watch(visitors, BRIEFLY)
        for visitor in visitors:
            visitor.stop()  # a tab that only closes leaves its stream behind for a minute
        return seen


def _median(all_seen: list[Seen]) -> Seen:
    stages = {label: statistics.median(seen.stages[label] for seen in all_seen) for label in all_seen[0].stages}
    fps, age = (statistics.median(figures) for figures in zip(*((it.fps, it.age_ms) for it in all_seen), strict=True))
    return Seen(fps, age, stages)


def _line(seen: Seen) -> str:
    stages = ", ".join(f"{label} {ms:.1f} ms" for label, ms in seen.stages.items())
    return f"{seen.fps:5.1f} fps processed, age {seen.age_ms:4.0f} ms, {stages}"


def _cores(cores: Cores) -> str:
    server, browser = cores.busy()
    return f"server {server:.2f} cores, browser {browser:.2f}"


def _list(figures: list[float]) -> str:
    return " ".join(f"{figure:.0f}" for figure in figures)
