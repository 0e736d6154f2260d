"""The delay of a stream: a dancer who follows what the screen shows is late by it, without being late."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.dance.calibration import MAX_DELAY

# Seconds of what the server cannot know, with a camera of 30 frames per second.
_CAMERA_S = 0.04  # exposure, and the transfer of a frame to the browser
_BROWSER_S = 0.06  # encoding, decoding and the jitter buffer
_SCREEN_S = 0.02  # until the picture is lit
_STEP_S = 0.01  # the estimate is not better than that

ESTIMATED, MEASURED, CHOSEN = "estimated", "measured", "set by hand"


def estimate(latency_ms: float, round_trip_s: float | None) -> float:
    """Seconds from a movement, over the screen on which it is seen, to the next frame.

    Args:
        latency_ms: of the server, with the processing.
        round_trip_s: of the network; None if it is not known.
    """
    seconds = _CAMERA_S + _BROWSER_S + _SCREEN_S + latency_ms / 1000 + (round_trip_s or 0.0)
    return min(MAX_DELAY, _STEP_S * round(seconds / _STEP_S))


@dataclass
class StreamDelay:
    """The delay of one page's stream, and how it is known.

    Attributes:
        seconds: the delay.
        source: `ESTIMATED`, `MEASURED` or `CHOSEN`.
        problem: why the last calibration has no result; "" otherwise.
        deadline: when the calibration is given up, in seconds of a clock; None without one.
        changes: how often it changed, other than by hand.
    """

    seconds: float = 0.0
    source: str = ESTIMATED
    problem: str = ""
    deadline: float | None = None
    changes: int = 0
    _take: int = 0  # of the last estimate

    def measured(self, seconds: float) -> None:
        """Use the result of a calibration."""
        self._set(seconds, MEASURED)

    def choose(self, seconds: float) -> None:
        """Use what the visitor has set."""
        self.seconds, self.source = seconds, CHOSEN

    def forget(self) -> None:
        """Use the estimate again."""
        self._set(self.seconds, ESTIMATED)

    def update(self, seconds: float, take: int) -> None:
        """Estimate it anew, but not during a take, whose times would change."""
        if self.source == ESTIMATED and seconds != self.seconds and (take == 0 or take != self._take):
            self._set(seconds, ESTIMATED)
        self._take = take

    def _set(self, seconds: float, source: str) -> None:
        self.seconds, self.source, self.problem = seconds, source, ""
        self.changes += 1
