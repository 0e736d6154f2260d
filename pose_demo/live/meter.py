"""Frame rate, latency and load of a stream."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_S = 2.0  # over which the frame rate is averaged
_MAX_DELAY_STEP_S = 10.0  # from one frame to the next; after a larger one the times of the frames have jumped


class Meter:
    """Measures processed frames with a given clock.

    Attributes:
        frames: processed so far.
        received: camera frames so far, processed or not.
        latency_ms: excess delay of the last frame over the fastest frame so far, including its processing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._processed: deque[tuple[float, float]] = deque()  # start and end of each frame's processing
        self._start = 0.0
        self._delay = self._min_delay = float("inf")
        self._received_at: float | None = None
        self.frames = self.received = 0
        self.latency_ms = 0.0

    def frame_received(self) -> None:
        """Record the arrival of a camera frame, whatever becomes of it."""
        self.received += 1
        self._received_at = self._clock()

    def frame_started(self, timestamp: float) -> None:
        """Record the arrival of a frame with this ``timestamp``."""
        self._start = self._clock()
        delay = self._start - timestamp
        jumped = abs(delay - self._delay) > _MAX_DELAY_STEP_S
        self._delay, self._min_delay = delay, delay if jumped else min(self._min_delay, delay)

    def frame_finished(self, timestamp: float) -> float:
        """Record the end of a frame's processing; returns its seconds. Latency is relative to the fastest frame."""
        now = self._clock()
        self.frames += 1
        self._processed.append((self._start, now))
        while self._processed[0][1] < now - _WINDOW_S:
            self._processed.popleft()
        self.frame_displayed(timestamp)
        return now - self._start

    def frame_displayed(self, timestamp: float) -> None:
        """Update the latency, also if a frame is displayed later than its processing ends."""
        self.latency_ms = max(0.0, self._clock() - timestamp - self._min_delay) * 1000

    @property
    def fps(self) -> float:
        """Processed frames per second over the last two seconds."""
        now = self._clock()
        recent = [end for _, end in self._processed.copy() if end >= now - _WINDOW_S]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) / max(recent[-1] - recent[0], 1e-6)

    @property
    def busy(self) -> float:
        """Fraction of the last two seconds, in [0, 1], spent on processing."""
        if not self._processed:
            return 0.0
        elapsed = self._processed[-1][1] - self._processed[0][0]
        return sum(end - start for start, end in self._processed) / elapsed if elapsed > 0 else 0.0

    @property
    def silent_s(self) -> float | None:
        """Seconds since the last camera frame, processed or not; None before the first."""
        return None if self._received_at is None else self._clock() - self._received_at

    @property
    def idle_s(self) -> float | None:
        """Seconds since the last processed frame; None before the first."""
        return self._clock() - self._processed[-1][1] if self._processed else None
