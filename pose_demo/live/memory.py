"""Memory of the process."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path


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
