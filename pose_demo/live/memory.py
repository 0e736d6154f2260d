"""Memory of the process, and how much it may use."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

from pose_demo.live import cgroup

# Of glibc's mallopt(3). By default it keeps a heap for every few threads, and takes up to 32 MB from it at a time.
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
_LARGE_BYTES = 4 * 1024 * 1024  # photos and weights; a video frame is smaller, which costs less to take from a heap
_ARENAS = 2


def limit_heaps() -> None:
    """Let memory that is freed later return to the operating system.

    Called before threads are started: glibc gives each of the first ones a heap, which it keeps, and then decides how
    many there may be.
    """
    _glibc("mallopt", _MMAP_THRESHOLD, _LARGE_BYTES)
    _glibc("mallopt", _ARENA_MAX, _ARENAS)


def prepare() -> None:
    """Let garbage collections take milliseconds.

    Called once the modules are imported: a full collection would look at all their objects, and stop all frames for it.
    """
    gc.collect()
    gc.freeze()


def release() -> None:
    """Delete what is unreachable, and return it to the operating system: a visitor has left."""
    gc.collect()
    trim_heap()


def trim_heap() -> None:
    """Return freed memory to the operating system: glibc may keep as much as one model uses. Does nothing elsewhere."""
    _glibc("malloc_trim", 0)


def _glibc(function: str, *arguments: int) -> None:
    """Call a function of the C library where it has one; musl, macOS and Windows do not."""
    if sys.platform == "linux" and (call := getattr(ctypes.CDLL(None), function, None)):
        call(*arguments)


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
