"""The progress of work whose parts have expected durations."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pose_demo.explore.tasks import Task


@dataclass(frozen=True)
class Progress:
    """The state of the work.

    Attributes:
        fraction: of the expected work, in [0, 1].
        seconds_left: expected; None before anything was done.
        message: what is being done.
    """

    fraction: float
    seconds_left: float | None
    message: str


class ProgressMeter:
    """Reports the progress of tasks, weighted by their expected durations."""

    def __init__(self, folder: Path, on_progress: Callable[[Progress], None]) -> None:
        self._folder, self._on_progress = folder, on_progress
        self._costs: dict[int, float] = {}  # of a step, by the id of the task: hashing a task takes long
        self._tasks: list[Task] = []
        self._total, self._done, self._start = 0.0, 0.0, time.monotonic()
        self._later = 0.0

    def expect(self, milliseconds: float) -> None:
        """Note the expected duration of tasks that are not known yet; `add` takes from it."""
        self._later += milliseconds

    def add(self, tasks: Sequence[Task]) -> None:
        """Add tasks that are to be done."""
        self._tasks += tasks
        for task in tasks:
            expected = task.expected_ms(self._folder)
            self._costs[id(task)] = expected / max(1, task.steps)
            self._total += expected
            self._later = max(0.0, self._later - expected)

    def advance(self, task: Task, steps: int) -> None:
        """Note that some steps of a task were done."""
        self._done += self._costs[id(task)] * steps
        fraction = min(1.0, self._done / max(self._total + self._later, 1e-9))
        elapsed = time.monotonic() - self._start
        left = elapsed * (1 - fraction) / fraction if fraction > 0 else None
        self._on_progress(Progress(fraction, left, task.label))
