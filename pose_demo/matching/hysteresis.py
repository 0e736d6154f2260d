"""Hysteresis of match or no match, so that it does not flicker, and the history of the score."""

from __future__ import annotations

from collections import deque

ScoreHistory = tuple[tuple[float, float | None], ...]


class MatchHysteresis:
    """Whether one person of a stream matches, over time.

    A match begins with the first score that reaches the threshold. It continues while scores are at most ``margin``
    below the threshold, and through lower or missing scores for up to ``hold_s``. So matches change at most once in
    ``hold_s``. A timestamp before the last one, as when a video restarts, resets it.
    """

    def __init__(self, margin: float = 0.05, hold_s: float = 0.3, max_history: int = 600) -> None:
        """Start without a match.

        Args:
            margin: how far below the threshold the score may fall during a match.
            hold_s: how long a lower score is tolerated, in seconds.
            max_history: number of scores to keep.
        """
        self.margin = margin
        self.hold_s = hold_s
        self.is_match = False
        self._last_match = float("-inf")
        self._history: deque[tuple[float, float | None]] = deque(maxlen=max_history)

    def update(self, timestamp: float, score: float | None, threshold: float) -> bool:
        """Add the score of one frame and return whether it is a match.

        Args:
            timestamp: the frame's time in seconds.
            score: similarity in [0, 1]; None if it is unknown.
            threshold: may differ between calls.
        """
        if self._history and timestamp < self._history[-1][0]:
            self.reset()
        self._history.append((timestamp, score))
        required = threshold - self.margin if self.is_match else threshold
        if score is not None and score >= required:
            self._last_match = timestamp
            self.is_match = True
        elif timestamp - self._last_match > self.hold_s:
            self.is_match = False
        return self.is_match

    def reset(self) -> None:
        """Clear the match and the history, as at the start of another stream."""
        self.is_match = False
        self._history.clear()

    @property
    def history(self) -> ScoreHistory:
        """(timestamp, score) of the last frames, oldest first: a copy, safe to use in another thread."""
        return tuple(self._history)
