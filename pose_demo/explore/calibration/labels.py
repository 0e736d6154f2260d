"""Labels of a live stream: scores collected while a button for match or no match is held."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from pose_demo.explore.calibration.threshold import BLOCK_S, LabeledScore
from pose_demo.matching.hysteresis import ScoreHistory

MAX_SAMPLES = 20_000  # over ten minutes at 30 frames per second


@dataclass(frozen=True)
class _Hold:
    """One time of holding a button."""

    number: int
    is_match: bool


class LiveLabels:
    """Collects labeled scores of a live stream.

    Attributes:
        samples: what was collected.
    """

    def __init__(self) -> None:
        self.samples: list[LabeledScore] = []
        self._hold: _Hold | None = None
        self._number = 0
        self._last = float("-inf")
        self._key: Hashable = None

    @property
    def held(self) -> bool | None:
        """The label of the button that is held; None while none is."""
        return self._hold.is_match if self._hold else None

    def use(self, key: Hashable) -> None:
        """Delete all samples if they are of other settings; ``key`` identifies the settings."""
        if key != self._key:
            self._key, self.samples = key, []

    def hold(self, label: bool | None, history: ScoreHistory) -> None:
        """Hold the button of a label from now on, or none.

        Args:
            label: True is match.
            history: the scores of the stream so far; those since the last call belong to the previous button.
        """
        self.collect(history)
        self._number += 1
        self._last = history[-1][0] if history else float("-inf")
        self._hold = None if label is None else _Hold(self._number, label)

    def collect(self, history: ScoreHistory) -> None:
        """Add the scores since the last call to the samples, if a button is held."""
        if history and history[-1][0] < self._last:  # another stream started
            self._hold, self._last = None, float("-inf")
        hold = self._hold
        if hold:
            new = [(timestamp, score) for timestamp, score in history if timestamp > self._last]
            self.samples += [
                LabeledScore(score, hold.is_match, (hold.number, int(timestamp / BLOCK_S))) for timestamp, score in new
            ]
            del self.samples[:-MAX_SAMPLES]
        self._last = history[-1][0] if history else self._last

    def clear(self) -> None:
        """Delete all samples."""
        self.samples = []
