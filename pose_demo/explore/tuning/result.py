"""The result of a tuning: a short list of settings, and what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pose_demo.explore.sweep import Row
from pose_demo.settings import Settings


@dataclass(frozen=True)
class Candidate:
    """Settings on the short list.

    Attributes:
        settings: all settings.
        threads: CPU threads of each network.
        measures: means over the clips.
        why: one sentence.
    """

    settings: Settings
    threads: int
    measures: Mapping[str, float | None]
    why: str

    def to_dict(self) -> Row:
        """The candidate as JSON values."""
        changes = self.settings.changes()
        return {"settings": changes, "threads": self.threads, "measures": dict(self.measures), "why": self.why}


@dataclass(frozen=True)
class TuneResult:
    """The result of a tuning.

    Attributes:
        candidates: on the Pareto front of the objective against time, among those that reach the frame rate; the
            best objective first.
        present: the settings to compare with.
        trials: a row of settings and measures for each trial.
        objective: "accuracy", or "f1" for clips with marked spans and a reference pose.
        fps: the required frame rate.
        complete: whether every search came to its end; False after a stop.
        inference_runs: number of times that networks processed a clip.
        seconds: duration.
    """

    candidates: tuple[Candidate, ...]
    present: Candidate
    trials: tuple[Row, ...]
    objective: str
    fps: float
    complete: bool
    inference_runs: int
    seconds: float

    def to_dict(self) -> Row:
        """The result as JSON values."""
        return {
            "objective": self.objective,
            "fps": self.fps,
            "complete": self.complete,
            "points": len(self.trials),
            "inference_runs": self.inference_runs,
            "seconds": round(self.seconds, 3),
            "present": self.present.to_dict(),
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "results": list(self.trials),
        }
