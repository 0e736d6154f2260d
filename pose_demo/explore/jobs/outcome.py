"""Results in the form that charts and tables show: points with settings and measures."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pose_demo.explore.points import MeasuredPoint, candidate_point, sweep_points, trial_point
from pose_demo.explore.replay.inspection import Inspection
from pose_demo.explore.sweep import SweepResult
from pose_demo.explore.tuning.result import Candidate, TuneResult
from pose_demo.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class SweepOutcome:
    """The results of a sweep.

    Attributes:
        result: a row for each point and clip.
        present: likewise, with the present settings only.
        folder: the stored outputs of the networks.
    """

    result: SweepResult
    present: SweepResult
    folder: Path

    _computed: dict[Hashable, Any] = field(default_factory=dict, init=False)

    @cached_property
    def clips(self) -> tuple[str, ...]:
        """The names of the clips with results."""
        return tuple(dict.fromkeys(str(row["clip"]) for row in self.result.rows))

    def points(self, clip: str = "") -> tuple[MeasuredPoint, ...]:
        """The points on one clip, or means over all clips without a name."""
        return self.once(("points", clip), lambda: sweep_points(self.result, clip))

    def present_point(self, clip: str = "") -> MeasuredPoint | None:
        """The present settings; None when they were not measured before a stop."""
        return self.once(("present", clip), lambda: next(iter(sweep_points(self.present, clip)), None))

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """A value derived from the results, computed when it is asked for the first time."""
        if key not in self._computed:
            self._computed[key] = compute()
        found: T = self._computed[key]
        return found


@dataclass(frozen=True, eq=False)
class TuneOutcome:
    """The results of a tuning.

    Attributes:
        result: the short list and all trials.
        inspections: of the present settings, then of each candidate, on the first clip.
        folder: the stored outputs of the networks.
    """

    result: TuneResult
    inspections: tuple[Inspection, ...] = field(default=())
    folder: Path = Path()

    @cached_property
    def points(self) -> tuple[MeasuredPoint, ...]:
        """All trials, the candidates among them."""
        threads = self.result.present.threads
        return tuple(trial_point(row, threads) for row in self.result.trials)

    @property
    def present_point(self) -> MeasuredPoint:
        """The present settings."""
        return candidate_point(self.result.present)


def read_tune_result(values: Mapping[str, Any]) -> TuneResult:
    """The result of `TuneResult.to_dict`."""
    return TuneResult(
        candidates=tuple(map(_candidate, values["candidates"])),
        present=_candidate(values["present"]),
        trials=tuple(values["results"]),
        objective=values["objective"],
        fps=values["fps"],
        complete=values["complete"],
        inference_runs=values["inference_runs"],
        seconds=values["seconds"],
    )


def _candidate(values: Mapping[str, Any]) -> Candidate:
    return Candidate(Settings.from_dict(values["settings"]), values["threads"], values["measures"], values["why"])


def pareto_front(points: Sequence[MeasuredPoint], measure: str, higher_is_better: bool | None) -> set[int]:
    """Indices of the points that no other point beats in both the measure and the median time."""
    sign = -1.0 if higher_is_better is False else 1.0
    known = [
        (ms, -sign * value, index)
        for index, point in enumerate(points)
        if (ms := point.measures["ms_p50"]) is not None and (value := point.measures[measure]) is not None
    ]
    front: set[int] = set()
    best = float("inf")
    for _, negative, index in sorted(known):
        if negative < best:
            best = negative
            front.add(index)
    return front
