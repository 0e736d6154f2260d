"""A verdict that does not flicker, and the last seconds of the score."""

from __future__ import annotations

from collections import deque

Trace = tuple[tuple[float, float | None], ...]


class Verdict:
    """Match or no match over time; one for each person of a stream.

    It turns on with the first score that reaches the threshold. From then on it stays while scores keep within
    ``margin`` below the threshold, and it outlives a dip (or a missing score) of up to ``hold`` seconds. So it never
    changes more often than once in ``hold``. A clock that goes back, as when a video starts again, starts it anew.
    """

    def __init__(self, margin: float = 0.05, hold: float = 0.3, remembered: int = 600) -> None:
        """Make a verdict that is off.

        Args:
            margin: how far below the threshold a match may sag, in units of the score.
            hold: how long a worse score is forgiven, in seconds.
            remembered: how many scores the trace keeps.
        """
        self.margin = margin
        self.hold = hold
        self.is_match = False
        self._last_good = float("-inf")
        self._trace: deque[tuple[float, float | None]] = deque(maxlen=remembered)

    def update(self, timestamp: float, score: float | None, threshold: float) -> bool:
        """Take the score of one frame (None: too little was seen) and return the steady verdict.

        Args:
            timestamp: the frame's own time in seconds.
            threshold: may change from call to call, as when a slider is moved.
        """
        if self._trace and timestamp < self._trace[-1][0]:
            self.reset()
        self._trace.append((timestamp, score))
        enough = threshold - self.margin if self.is_match else threshold
        if score is not None and score >= enough:
            self._last_good = timestamp
            self.is_match = True
        elif timestamp - self._last_good > self.hold:
            self.is_match = False
        return self.is_match

    def reset(self) -> None:
        """Forget everything, as at the start of another stream."""
        self.is_match = False
        self._trace.clear()

    @property
    def trace(self) -> Trace:
        """(timestamp, score) of the last frames, oldest first: a copy that another thread may keep."""
        return tuple(self._trace)
