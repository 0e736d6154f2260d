"""The priority of threads that may wait."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

_NICENESS = 10


def lower_priority() -> None:
    """Let the calling thread use time that the others leave; on Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox may refuse
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
