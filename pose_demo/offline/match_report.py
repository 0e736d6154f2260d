"""How well the persons in a video matched the reference pose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pose_demo.pipeline import Result


@dataclass
class MatchReport:
    """The similarity of the most similar person in each frame.

    Attributes:
        frames: number of frames.
        matching: number of those in which somebody matches.
        scores: (similarity, time in seconds) of the frames in which somebody is compared.
    """

    frames: int = 0
    matching: int = 0
    scores: list[tuple[float, float]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count a processed frame."""
        self.frames += 1
        self.matching += any(state.is_match for state in result.matches)
        scores = [state.match.score for state in result.matches if state.match.score is not None]
        if scores:
            self.scores.append((max(scores), result.timestamp))

    @property
    def share(self) -> float:
        """The fraction of the frames in which somebody matches."""
        return self.matching / max(1, self.frames)

    def to_dict(self) -> dict[str, float | None]:
        """Highest and lowest similarity and their times in seconds, the mean, and the share of frames that match."""
        best, worst = max(self.scores, default=None), min(self.scores, default=None)
        mean = float(np.mean([score for score, _ in self.scores])) if self.scores else None
        return {
            "best": best and round(best[0], 4),
            "best_time": best and round(best[1], 3),
            "worst": worst and round(worst[0], 4),
            "worst_time": worst and round(worst[1], 3),
            "mean": None if mean is None else round(mean, 4),
            "share": round(self.share, 4),
        }
