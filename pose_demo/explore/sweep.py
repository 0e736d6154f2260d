"""A sweep: every combination of parameter values on every clip, with the measures of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pose_demo.explore.executors import Executor, InProcess
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.planning import clip_contexts, consensus_tasks, inference_tasks
from pose_demo.explore.progress import Progress, ProgressMeter
from pose_demo.explore.replay.inference import Inference, inference_for
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.spec import Point, SweepSpec
from pose_demo.explore.store import Store
from pose_demo.explore.tasks import ClipContext, InferenceTask, PointsTask, Report, Task, sort_points

_POINTS_PER_TASK = 100  # a task loads the stored outputs once

Row = dict[str, object]


@dataclass(frozen=True)
class Estimate:
    """The size of a sweep before it starts.

    Attributes:
        points: combinations of values, times clips.
        inference_runs: how often networks have to process a clip.
        seconds: expected time.
    """

    points: int
    inference_runs: int
    seconds: float


@dataclass(frozen=True)
class ClipPoint:
    """One row of the results: a combination of values on a clip."""

    context: ClipContext
    point: Point
    key: str


@dataclass(frozen=True)
class SweepResult:
    """The results of a sweep.

    Attributes:
        rows: for each point the clip, the swept values, which keypoints are known, and the measures.
        points: the rows' points, in the same order.
        requested: number of points of the whole sweep; more than there are rows after a stop.
        computed: number of points that were not in the folder before.
        inference_runs: number of times that networks processed a clip.
        seconds: duration.
    """

    rows: tuple[Row, ...]
    points: tuple[ClipPoint, ...]
    requested: int
    computed: int
    inference_runs: int
    seconds: float

    def to_dict(self) -> dict[str, object]:
        """The results as JSON values."""
        return {
            "points": self.requested,
            "computed": self.computed,
            "inference_runs": self.inference_runs,
            "seconds": round(self.seconds, 3),
            "results": list(self.rows),
        }


class Sweep:
    """A sweep over clips, with its results in a folder.

    Args:
        spec: the parameters.
        clips: the footage.
        folder: the results; what it contains is not computed again.
        reference: the user's own reference pose as JSON (`Reference.to_json`); empty without one.

    Raises:
        InputError: a clip cannot be read, or the folder cannot be used.
    """

    def __init__(self, spec: SweepSpec, clips: Sequence[Clip], folder: Path, reference: str = "") -> None:
        self._store = Store.open(folder)
        self._points = tuple(spec.points())
        self._contexts = clip_contexts(clips, reference)
        self._missing: frozenset[str] = frozenset()  # keys of the points that were not in the folder before `run`
        self._reports: list[Report] = []
        self._start: float | None = None

    @property
    def count(self) -> int:
        """Number of points, over all clips."""
        return len(self._points) * len(self._contexts)

    def estimate(self) -> Estimate:
        """What is left to do, before it starts. It times a few frames of each model, so it takes a second or two."""
        networks, folder = self._inference_tasks(), self._store.folder
        tasks: list[Task] = [*networks, *consensus_tasks(self._contexts), *self._points_tasks()]
        missing = sum(not task.is_stored(folder) for task in networks)
        return Estimate(self.count, missing, sum(task.expected_ms(folder) for task in tasks) / 1000)

    def run(
        self, executor: Executor | None = None, on_progress: Callable[[Progress], None] = lambda progress: None
    ) -> SweepResult:
        """Compute what is missing; returns the results of all points.

        An exception in ``on_progress``, or Ctrl-C, ends the sweep; what is done is kept, and `collect` returns it.

        Raises:
            InputError: a clip, a model or the folder failed; the message says what to do.
        """
        executor, self._start, self._reports = executor or InProcess(), time.perf_counter(), []
        self._missing = frozenset(item.key for item in self._clip_points if not self._store.has_point(item.key))
        phases = self._inference_tasks(), consensus_tasks(self._contexts), self._points_tasks()
        meter = ProgressMeter(self._store.folder, on_progress)
        meter.add([task for tasks in phases for task in tasks])
        for tasks in phases:
            for report in executor.run(tasks, self._store.folder, meter.advance):
                self._reports.append(report)
        return self.collect()

    def collect(self) -> SweepResult:
        """The results of all points that are in the folder, with the figures of the last `run`."""
        found = [(item, measures) for item in self._clip_points if (measures := self._store.point(item.key))]
        rows = [self._row(item, measures) for item, measures in found]
        return SweepResult(
            rows=tuple(rows),
            points=tuple(item for item, _ in found),
            requested=self.count,
            computed=sum(item.key in self._missing for item, _ in found),
            inference_runs=sum(report.inference_runs for report in self._reports),
            seconds=0.0 if self._start is None else time.perf_counter() - self._start,
        )

    def _row(self, item: ClipPoint, measures: object) -> Row:
        values = measures if isinstance(measures, dict) else {}
        known = {"clip": item.context.clip.name, **item.point.values, "keypoints": item.context.known.kind}
        return known | {name: values.get(name) for name in MEASURES}

    @cached_property
    def _clip_points(self) -> tuple[ClipPoint, ...]:
        return tuple(
            ClipPoint(context, point, context.key(point)) for context in self._contexts for point in self._points
        )

    @cached_property
    def _points_by_inference(self) -> Mapping[Inference, Sequence[Point]]:
        groups: dict[Inference, list[Point]] = {}
        for point in self._points:
            groups.setdefault(inference_for(point.settings, point.threads), []).append(point)
        return groups

    def _inference_tasks(self) -> list[InferenceTask]:
        first_points = [points[0] for points in self._points_by_inference.values()]
        return inference_tasks(self._contexts, [(point.settings, point.threads) for point in first_points])

    def _points_tasks(self) -> list[PointsTask]:
        return [
            PointsTask(context, tuple(points[start : start + _POINTS_PER_TASK]))
            for context in self._contexts
            for points in map(sort_points, self._points_by_inference.values())
            for start in range(0, len(points), _POINTS_PER_TASK)
        ]
