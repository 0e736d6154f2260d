"""How many live streams this host carries, and how fast previews are updated beside them."""

from __future__ import annotations

import functools
import logging
import math
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from pose_demo.estimators import NETWORKS
from pose_demo.live import cpu, memory
from pose_demo.live.seats import Seats
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.types import UnavailableModel

log = logging.getLogger(__name__)

# Processor time of the server for a stream of 640x480 at 30 fps on a 2-core AMD EPYC (tests/e2e/figures.py, sessions):
# 0.16 cores to receive, decode, encode and send, and 16 ms for each frame that MoveNet Lightning processes. 6 fps need
# 0.16 + 6 * 0.016 = 0.26 cores; twice that, because the cores of a cloud are shared and half as fast.
SEAT_CORES = 0.5
_PAGE_CORES = 0.25  # for everybody who looks at the page without a seat
_PREVIEW_FRAME_S = 0.019  # of one core: draw the dancer, MoveNet Lightning, JPEG, and the script run of the fragment
_MIN_PREVIEW_CORES = 0.1
_PREVIEW_FPS = (15.0, 5.0, 2.0, 1.0, 0.5)
_STREAM_CORES = 0.75  # of a stream that processes all 30 frames a second: 0.64 measured

# Anonymous memory that three visitors added who changed models, sources and photos for five minutes, by visitor:
# (725 - 198) MB / 3.
SEAT_MB = 175.0
_RESERVED_MB = 200.0  # for uploads and for photos while they are decoded
_SPARE_MB = 100.0  # that loading a model must leave

_IDLE_MINUTES = 10.0


@dataclass(frozen=True)
class Capacity:
    """The number of seats, and where it comes from."""

    seats: int
    reason: str


def capacity(cores: float, limit_mb: float | None, resident_mb: float, override: str = "") -> Capacity:
    """The number of live streams at 6 fps each with the default model, at least 1.

    It is the smaller of (cores - 0.25) / 0.5 and (memory - 200 MB - what the process holds at rest) / 175 MB.

    Args:
        cores: available to this process.
        limit_mb: megabytes that it may use; None if unknown.
        resident_mb: megabytes that it holds without visitors.
        override: the host's number; anything but a positive integer is ignored.
    """
    if override.isdecimal() and int(override) > 0:
        return Capacity(int(override), "set by POSE_DEMO_SEATS")
    by_cores = int((cores - _PAGE_CORES) / SEAT_CORES)
    ignored = f"POSE_DEMO_SEATS={override!r} is not a positive whole number; " if override else ""
    reason = f"{ignored}{max(0, by_cores)} by cores ({cores:g})"
    if limit_mb is None:
        return Capacity(max(1, by_cores), f"{reason}, memory unknown")
    by_memory = int((limit_mb - _RESERVED_MB - resident_mb) / SEAT_MB)
    return Capacity(max(1, min(by_cores, by_memory)), f"{reason}, {max(0, by_memory)} by memory ({limit_mb:.0f} MB)")


def require_memory(models: Iterable[str], limit_mb: float | None, used_mb: float) -> None:
    """Check that models can be loaded without exceeding the memory of the host, which would end the process.

    The default model always passes: without it nobody sees anything.

    Args:
        models: names of networks, keys of `estimators.NETWORKS`.
        limit_mb: megabytes that this process may use; None if unknown.
        used_mb: anonymous memory that it has.

    Raises:
        UnavailableModel: of the first model that does not fit.
    """
    for name in models:
        model = NETWORKS[name]
        used_mb += model.memory_mb
        if limit_mb is not None and used_mb + _SPARE_MB > limit_mb and name != Settings().model:
            raise UnavailableModel(
                f"{name} was not loaded: it takes {model.memory_mb} MB, and the limit of {limit_mb:.0f} MB is near",
                message(
                    "This server has too little memory left for it at the moment. Choose a lighter model, or try later."
                ),
            )


def idle_seconds(minutes: str) -> float:
    """After how many seconds a stream without a person ends; 0 for never, ten minutes for anything but a number."""
    try:
        number = float(minutes)
    except ValueError:
        number = math.nan
    return max(0.0, number if math.isfinite(number) else _IDLE_MINUTES) * 60


_lock = threading.Lock()


def shared_seats() -> Seats:
    """The seats of this process; their number is logged once.

    The host sets it with ``POSE_DEMO_SEATS``, and the time after which a stream without a person ends with
    ``POSE_DEMO_IDLE_MINUTES``.
    """
    with _lock:  # all pages of a restarted server come at once, and a cache alone would call it for each
        return _seats()


@functools.cache
def _seats() -> Seats:
    found = capacity(
        cpu.available_cores(), memory.limit_mb(), memory.resident_mb(), os.environ.get("POSE_DEMO_SEATS", "")
    )
    log.info("seats for live streams: %d (%s)", found.seats, found.reason)
    return Seats(found.seats, idle_seconds(os.environ.get("POSE_DEMO_IDLE_MINUTES", "")))


def preview_fps(cores: float, taken: int, previews: int) -> float:
    """Frames per second of a preview, which leaves the cores to the seats.

    Args:
        cores: available to this process.
        taken: seats in use.
        previews: how many visitors see a preview (the drawn dancer).
    """
    spare = max(_MIN_PREVIEW_CORES, cores - taken * _STREAM_CORES)
    affordable = spare / (max(1, previews) * _PREVIEW_FRAME_S)
    return next((fps for fps in _PREVIEW_FPS if fps <= affordable), _PREVIEW_FPS[-1])
