"""How the networks use the CPU cores: two threads for one local user, one interpreter per stream for several."""

from __future__ import annotations

import functools
import os
import platform
from pathlib import Path

from pose_demo.live import cgroup

_MAX_POOL_SIZE = 4  # each slot takes the memory of one network


def threads_per_network(streams: int, cores: int, local: bool) -> int:
    """CPU threads of one network; ``POSE_DEMO_THREADS`` overrides it.

    Two threads halve the time while the second core is idle, but need more CPU time than one (`bench`), so they are
    used for a single stream viewed on the machine that serves the page.

    Args:
        streams: active streams.
        cores: cores available to this process.
        local: the browser runs on this machine.
    """
    override = os.environ.get("POSE_DEMO_THREADS", "")
    if override.isdecimal() and int(override) > 0:
        return int(override)
    return 2 if local and streams <= 1 and cores >= 2 else 1


def pool_size(streams: int, cores: int) -> int:
    """Interpreters per network: with a single one, several streams would share one core."""
    return max(1, min(streams, cores, _MAX_POOL_SIZE))


def cores() -> int:
    """Whole cores available to this process, at least 1."""
    return max(1, int(available_cores()))


def available_cores() -> float:
    """Cores available to this process, with the fraction that a container's limit may have, e.g. 0.5."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([float(affinity), *_quotas()])


@functools.cache  # read in the video thread once a second
def _quotas() -> tuple[float, ...]:
    limits = cgroup.read_limits("cpu", "cpu.max", "cpu.cfs_quota_us cpu.cfs_period_us")
    return tuple(quota for limit in limits if (quota := _quota(limit)))


def machine() -> str:
    """The CPU model and the number of cores available to this process."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {cores()} cores"


def _quota(limit: tuple[str, ...]) -> float | None:
    """Cores of a limit: quota and period in microseconds; None for "max", -1 and anything else."""
    try:
        quota, period = (int(word) for word in limit)
    except ValueError:
        return None
    return quota / period if quota > 0 and period > 0 else None
