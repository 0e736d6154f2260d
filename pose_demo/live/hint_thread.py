"""A thread that looks for hints while the page asks for them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pose_demo import estimators
from pose_demo.estimators import Estimator, movenet_multipose
from pose_demo.live.hints import Hint, HintFinder, applies
from pose_demo.live.stream import LiveStream
from pose_demo.pipeline import Result
from pose_demo.priority import lower_priority
from pose_demo.settings import Settings

log = logging.getLogger(__name__)

_INTERVAL_S = 3.0  # between two looks at a stream
_PAUSE_S = 1.0  # between two looks of the process, so that several streams together cost no more than three
_UNWATCHED_S = 10.0  # the page asks once a second; after that it is gone
_MAX_IDLE_S = 1.5  # without a frame; after that a stream has stopped

_looking = threading.Lock()  # held by the one thread of the process that looks


@dataclass(frozen=True)
class Observation:
    """What is on the page: the last result, and the settings it was processed with."""

    result: Result
    settings: Settings


Observe = Callable[[], Observation | None]


def observe_stream(stream: LiveStream) -> Observation | None:
    """What a stream shows; None while it stands still, and when the machine is too slow for a look at it."""
    status, plan = stream.status(), stream.plan
    if plan is None or plan.level or status.overloaded or status.result is None:
        return None
    stands_still = status.idle_s is None or status.idle_s > _MAX_IDLE_S
    return None if stands_still or status.result.model != plan.pose.model else Observation(status.result, plan.settings)


def load_detector() -> Estimator | None:
    """MoveNet MultiPose, whose network all streams share; None without its file, which is not fetched for a hint."""
    return estimators.load(movenet_multipose.NAME) if estimators.is_ready(movenet_multipose.NAME) else None


class HintThread:
    """Looks for a hint every three seconds, while the page asks with `poll`. Nothing of a frame is kept after a look.

    Args:
        clock: seconds.
        load: loads the detector of the looks, or returns None.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, load: Callable[[], Estimator | None] = load_detector
    ) -> None:
        self._clock, self._load = clock, load
        self._observe: Observe = lambda: None
        self._finder = HintFinder(clock)
        self._detector: Estimator | None = None
        self._key: tuple[str, str] | None = None  # model and detector that the hint is about
        self._polled_at = float("-inf")
        self._stop, self._failed = threading.Event(), False
        self._thread: threading.Thread | None = None

    def poll(self, observe: Observe) -> Hint | None:
        """The hint for what is on the page now. Call it about once a second while the page can show one.

        Args:
            observe: returns what is on the page; None while no look is possible.
        """
        self._observe, self._polled_at = observe, self._clock()
        self._start()
        seen = observe()
        return self._finder.hint if seen and _key(seen) == self._key else None

    def _start(self) -> None:
        if self._stop.is_set() or self._failed or (self._thread and self._thread.is_alive()):
            return
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self._thread.start()

    def look(self) -> bool:
        """Look once; returns whether there was anything to look at."""
        seen = self._observe()
        if seen is None or not applies(seen.settings):
            self._forget()
            return False
        if _key(seen) != self._key:
            self._finder.reset()
            self._key = _key(seen)
        self._detector = self._detector or self._load()
        if self._detector:
            self._finder.look(self._detector, seen.result, seen.settings)
        return self._detector is not None

    def _forget(self) -> None:
        """Free the network as well, unless a stream uses it."""
        self._finder.reset()
        self._key = self._detector = None

    def close(self) -> None:
        """End the thread, after the look it is in."""
        self._stop.set()

    def _run(self) -> None:
        lower_priority()
        try:
            while not self._stop.wait(_INTERVAL_S - _PAUSE_S) and self._clock() - self._polled_at < _UNWATCHED_S:
                if _looking.acquire(timeout=_PAUSE_S):
                    try:
                        if self.look():
                            self._stop.wait(_PAUSE_S)
                    finally:
                        _looking.release()
        except Exception:
            self._failed = True
            log.exception("no more hints: a look failed")
        finally:
            self._forget()
            self._observe = lambda: None


def _key(seen: Observation) -> tuple[str, str]:
    return seen.settings.model, seen.settings.detector
