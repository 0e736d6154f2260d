"""How the networks use the CPU cores: two threads for one local user, one interpreter per stream for several."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_MAX_POOL_SIZE = 4  # each slot takes the memory of one network
_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # a container's limit: "quota period" in microseconds, or "max period"


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
    """Cores available to this process, at least 1."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(affinity, _quota(_CGROUP_QUOTA)))


def machine() -> str:
    """The CPU model and the number of cores available to this process."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {cores()} cores"


def _quota(file: Path) -> int:
    """Whole cores within the container's limit."""
    try:
        quota, period = file.read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return os.cpu_count() or 1
