"""The delay of a stream: a dancer who follows what the screen shows is late by it, without being late."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from statistics import median

from pose_demo.dance.calibration import MAX_DELAY
from pose_demo.plan import Plan

# Seconds of what the server cannot know, with a camera of 30 frames per second.
_CAMERA_S = 0.04  # exposure, and the transfer of a frame to the browser
_BROWSER_S = 0.06  # encoding, decoding and the jitter buffer
_SCREEN_S = 0.02  # until the picture is lit
_STEP_S = 0.01  # the estimate is not better than that

_KEPT_ROUND_TRIPS = 30  # one each second: a calibration takes half as long
_MAX_CHANGE_S = 0.5  # of the round trip; a larger one is another origin of its times
_RATE = 0.3  # seconds per second at which the delay follows the round trip; faster, frames would exchange their order

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
        drift: seconds by which the round trip of the video is longer than when the delay was measured; 0 if unknown.
    """

    seconds: float = 0.0
    source: str = ESTIMATED
    problem: str = ""
    deadline: float | None = None
    changes: int = 0
    drift: float = 0.0
    _take: int = 0  # of the last estimate
    _round_trips: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT_ROUND_TRIPS))
    _measured_at: float | None = None  # round trip during the calibration

    def begin_calibration(self, deadline: float) -> None:
        """Collect the round trips from now on."""
        self.problem, self.deadline = "", deadline
        self._round_trips.clear()

    def measured(self, seconds: float) -> None:
        """Use the result of a calibration."""
        self._set(seconds, MEASURED)
        self._measured_at = median(self._round_trips) if self._round_trips else None

    def observe(self, round_trip: float) -> None:
        """Follow the round trip.

        Args:
            round_trip: seconds from a frame of the camera to its display in the browser, plus a constant that each
                connection has.
        """
        self._round_trips.append(round_trip)
        if self.source == MEASURED and self._measured_at is not None:
            drift = round_trip - self._measured_at
            self.drift = drift if abs(drift) <= _MAX_CHANGE_S else 0.0

    def reconnect(self) -> None:
        """Forget the round trips: those of another connection have another constant."""
        self._round_trips.clear()
        self._measured_at, self.drift = None, 0.0

    def choose(self, seconds: float) -> None:
        """Use what the visitor has set."""
        self.seconds, self.source, self.drift = seconds, CHOSEN, 0.0

    def forget(self) -> None:
        """Use the estimate again."""
        self._set(self.seconds, ESTIMATED)

    def update(self, seconds: float, take: int) -> None:
        """Estimate it anew, but not during a take, whose times would change."""
        if self.source == ESTIMATED and seconds != self.seconds and (take == 0 or take != self._take):
            self._set(seconds, ESTIMATED)
        self._take = take

    def _set(self, seconds: float, source: str) -> None:
        self.seconds, self.source, self.problem, self.drift = seconds, source, "", 0.0
        self.changes += 1


class DriftingDelay:
    """The delay of the frames of one stream, which follows a drift without jumps."""

    def __init__(self) -> None:
        self._drift = 0.0
        self._timestamp: float | None = None

    def applied(self, plan: Plan, drift: float, timestamp: float) -> Plan:
        """The plan of a frame, whose dance has the delay of that time; a calibration measures without any.

        Args:
            plan: of the stream.
            drift: seconds by which the delay is now longer than in the plan.
            timestamp: of the frame, in seconds.
        """
        elapsed = 0.0 if self._timestamp is None else max(0.0, timestamp - self._timestamp)
        self._timestamp = timestamp
        self._drift += min(_RATE * elapsed, max(-_RATE * elapsed, drift - self._drift))
        if plan.dance is None or plan.dance.calibration or not self._drift:
            return plan
        return replace(plan, dance=plan.dance.delayed(self._drift))
