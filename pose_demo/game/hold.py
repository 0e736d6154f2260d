"""Something that has to be held for some time, such as a pose."""

from __future__ import annotations

from statistics import fmean

from pose_demo.matching.hysteresis import MatchHysteresis
from pose_demo.types import Image

_ROUNDING = 1e-6  # seconds, of timestamps


class Hold:
    """A match that has to last; `MatchHysteresis` decides what interrupts it, after which it begins anew.

    Attributes:
        began: timestamp of its first frame; None while there is no match.
        is_best: whether the score of the last frame is the best so far.
        picture: of the best frame; None without one.
    """

    def __init__(self, seconds: float, threshold: float) -> None:
        """Start without a match, which requires scores of ``threshold``."""
        self._seconds, self._threshold = seconds, threshold
        self._hysteresis = MatchHysteresis()
        self._begin(None)

    def _begin(self, timestamp: float | None) -> None:
        self.began, self.is_best = timestamp, False
        self.picture: Image | None = None
        self._scores: list[float] = []

    def reset(self) -> None:
        """Begin anew, as after a pause of the stream."""
        self._hysteresis.reset()
        self._begin(None)

    def update(self, score: float | None, timestamp: float) -> bool:
        """Add a frame, whose score is in [0, 1] or unknown; returns whether the match has lasted long enough."""
        self.is_best = False
        if not self._hysteresis.update(timestamp, score, self._threshold):
            self._begin(None)
            return False
        if self.began is None:
            self._begin(timestamp)
        if score is None or score < self._threshold - self._hysteresis.margin:
            return False
        self.is_best = score > max(self._scores, default=-1.0)
        self._scores.append(score)
        return self.progress(timestamp) >= 1

    def progress(self, timestamp: float) -> float:
        """The share of the time in [0, 1] for which the match has lasted."""
        if self.began is None:
            return 0.0
        return min(1.0, (timestamp - self.began + _ROUNDING) / self._seconds)

    @property
    def end(self) -> float:
        """Timestamp at which the match has lasted long enough."""
        return (self.began or 0.0) + self._seconds

    @property
    def similarity(self) -> float:
        """The mean score, in [0, 1]."""
        return fmean(self._scores)
