"""Memory of the process, and how much it may use."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from pose_demo.live import cgroup


def trim_heap() -> None:
    """Return freed memory to the operating system: glibc may keep as much as one model uses. Does nothing elsewhere."""
    if sys.platform == "linux":
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if malloc_trim:
            malloc_trim(0)


def resident_mb() -> float:
    """Resident memory of this process in megabytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def anonymous_mb() -> float:
    """Anonymous resident memory in megabytes: what this process has allocated, without mapped files; 0 if unknown."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("RssAnon:"))


def limit_mb() -> float | None:
    """Megabytes that this process may use: of the machine, or of its container; None where the system does not tell."""
    limits = cgroup.read_limits("memory", "memory.max", "memory.limit_in_bytes")
    numbers = [int(limit[0]) for limit in limits if len(limit) == 1 and limit[0].isdecimal()]  # not "max"
    return min((number / 1e6 for number in (*numbers, *_physical_memory())), default=None)


def _physical_memory() -> tuple[int, ...]:
    try:
        return (os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),)
    except (AttributeError, OSError, ValueError):  # Windows
        return ()
