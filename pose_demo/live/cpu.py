"""How a net uses the cores: two threads for somebody alone at their own machine, a lane each where several share it."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from pose_demo.ui import session
from pose_demo.ui.webrtc import ice

_MOST_LANES = 4  # each takes a net's memory once more
_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # what a container may use, as "microseconds period" or "max period"


def per_net() -> int:
    """Threads of one net for this viewer now; ``POSE_DEMO_THREADS`` decides where it is set."""
    asked = os.environ.get("POSE_DEMO_THREADS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    return best(session.viewers(), cores(), ice.is_loopback(st.context.url))


def best(viewers: int, cores: int, local: bool) -> int:
    """Threads of one net.

    Two threads take half the time while the second core is idle, but more than one thread does while it is not
    (`bench`), so they are for one viewer only, at the machine that serves the page.

    Args:
        viewers: streams that run.
        cores: that this process may use.
        local: the viewer's browser runs on this machine.
    """
    return 2 if local and viewers <= 1 and cores >= 2 else 1


def lanes(viewers: int, cores: int) -> int:
    """How many streams may run a net at once: on one lane, four viewers would use but one core between them."""
    return max(1, min(viewers, cores, _MOST_LANES))


def cores() -> int:
    """Cores that this process may use, at least 1."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(there, _quota(_QUOTA)))


def _quota(file: Path) -> int:
    """Whole cores that the container's limit allows."""
    try:
        allowed, period = file.read_text().split()
        return int(allowed) // int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return os.cpu_count() or 1
