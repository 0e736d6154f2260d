"""A host with one core and 1 GB: what the first visitor gets, and what the second is told."""

from __future__ import annotations

import contextlib
import os
import statistics
from collections.abc import Iterator
from pathlib import Path

from browser import Server, visiting
from harness import Harness
from playwright.sync_api import Browser
from soak import usage

LIMIT_BYTES, SECONDS = 1_000_000_000, 60
_JOIN = 'echo $$ > "$0" && exec taskset --cpu-list 0 "$@"'


def small_host(harness: Harness) -> None:
    """The server on one core, in a memory group of 1 GB where the system permits one; the browser on another core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores - {0} or cores)
    try:
        with (
            _memory_group() as group,
            harness.browser(fps=30) as browser,
            harness.server(prefix=_prefix(group), POSE_DEMO_SEATS="") as server,
        ):
            _visit(browser, server)
            print(f"{_text(group)}; {_seats(server.log)}")
    finally:
        os.sched_setaffinity(0, cores)


def _visit(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as first, visiting(browser, server.url) as second:
        first.stream(fps=0.1)
        second.page.reload()
        second.page.get_by_text("You are number 1 in the queue").wait_for()
        rates, samples = [], []
        for _ in range(SECONDS):
            first.page.wait_for_timeout(1000)
            rates.append(first.processed_fps())
            samples.append(usage(server).mb)
        latency = first.figures().get("Latency")
        print(f"first visitor: {statistics.median(rates):.1f} fps processed, least {min(rates):.1f}; latency {latency}")
        print("second visitor:", second.page.get_by_text("in the queue").first.inner_text())
        print(f"anonymous memory: {statistics.median(samples):.0f} MB, at most {max(samples):.0f} MB")


def _seats(log: Path) -> str:
    return next((line for line in log.read_text().splitlines() if "seats for live streams" in line), "not logged")


@contextlib.contextmanager
def _memory_group() -> Iterator[Path | None]:
    """A memory group of version 1 inside that of this process; None where it may not be created."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line.split(":", 2)[2] for line in lines if line.split(":", 2)[1] == "memory"), None)
    group = Path(f"/sys/fs/cgroup/memory{own}/pose_demo_small_host")
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(LIMIT_BYTES))
    except OSError as error:
        print(f"without a limit of memory: {error}")
        yield None
        return
    try:
        yield group
    finally:
        group.rmdir()


def _prefix(group: Path | None) -> tuple[str, ...]:
    """Runs a command on the first core, in a memory group."""
    return ("bash", "-c", _JOIN, str(group / "cgroup.procs" if group else os.devnull))


def _text(group: Path | None) -> str:
    if group is None:
        return "no limit of memory was tried"
    used, failed = ((group / f"memory.{name}").read_text().strip() for name in ("max_usage_in_bytes", "failcnt"))
    return f"memory group, with the cache of files: at most {int(used) / 1e6:.0f} MB; the limit was met {failed} times"
