"""Measured points: settings with the means of their measures, for charts, tables and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.spec import THREADS
from pose_demo.explore.sweep import Row, SweepResult
from pose_demo.explore.tuning.result import Candidate
from pose_demo.explore.tuning.search import mean_measures
from pose_demo.settings import Settings


@dataclass(frozen=True, eq=False)
class MeasuredPoint:
    """Settings and their measures.

    Attributes:
        settings: all settings.
        threads: CPU threads of each network.
        measures: means over the clips; None where not known.
        values: the settings that vary, as JSON values.
        why: one sentence about a candidate of a short list; empty for other points.
    """

    settings: Settings
    threads: int
    measures: Mapping[str, float | None]
    values: Mapping[str, object] = field(default_factory=dict)
    why: str = ""

    @property
    def key(self) -> tuple[Settings, int]:
        """Identifies the point."""
        return self.settings, self.threads

    def value(self, parameter: str) -> object:
        """The value of any parameter, as a JSON value."""
        return self.threads if parameter == THREADS else self._values[parameter]

    @cached_property
    def _values(self) -> dict[str, object]:
        return self.settings.to_dict()


def sweep_points(result: SweepResult, clip: str = "") -> tuple[MeasuredPoint, ...]:
    """The points of a sweep on one clip, or means over all clips without a name."""
    groups: dict[tuple[Settings, int], list[Row]] = {}
    values: dict[tuple[Settings, int], Mapping[str, object]] = {}
    for item, row in zip(result.points, result.rows, strict=True):
        if clip in ("", row["clip"]):
            key = item.point.settings, item.point.threads
            groups.setdefault(key, []).append(row)
            values[key] = item.point.values
    return tuple(MeasuredPoint(*key, mean_measures(rows), values[key]) for key, rows in groups.items())


def trial_point(row: Row, threads: int) -> MeasuredPoint:
    """The point of a row of `TuneResult.trials`."""
    values = {name: value for name, value in row.items() if name not in MEASURES}
    measures = mean_measures([{name: row.get(name) for name in MEASURES}])
    return MeasuredPoint(Settings.from_dict(values), threads, measures, values)


def candidate_point(candidate: Candidate) -> MeasuredPoint:
    """The point of settings on a short list, or of the present settings."""
    return MeasuredPoint(candidate.settings, candidate.threads, candidate.measures, why=candidate.why)
