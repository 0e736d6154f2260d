"""Find the best settings for given clips at a given frame rate."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from pose_demo import estimators
from pose_demo.estimators import MODELS
from pose_demo.explore.executors import Executor, InProcess
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.planning import clip_contexts, consensus_tasks, inference_tasks
from pose_demo.explore.progress import Progress, ProgressMeter
from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.spec import Point
from pose_demo.explore.store import Store
from pose_demo.explore.sweep import Estimate
from pose_demo.explore.tasks import ConsensusTask, InferenceTask, PointMeasurer, Report, Task
from pose_demo.explore.tuning import explain
from pose_demo.explore.tuning.explain import Weakness
from pose_demo.explore.tuning.options import TuneOptions, models_to_try, objective_of
from pose_demo.explore.tuning.result import Candidate, TuneResult
from pose_demo.explore.tuning.search import (
    SearchTask,
    Trial,
    mean_measures,
    short_list,
    stored_trials,
    trial_row,
    with_inference,
)
from pose_demo.fields import NONE
from pose_demo.messages import message
from pose_demo.metrics.alignment import Alignment
from pose_demo.settings import Settings
from pose_demo.types import InputError

_DETECTOR = "movenet-multipose"  # of single-person models, on clips with several persons
_SEVERAL_PERSONS = 1.2  # per frame


def tune(
    clips: Sequence[Clip],
    folder: Path,
    options: TuneOptions | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> TuneResult:
    """Find the best settings for the clips at a frame rate; see `Tuning`.

    Raises:
        InputError: a clip cannot be read, no model is ready, or nothing is known that could be measured.
    """
    return Tuning(clips, folder, options).run(executor, on_progress)


class Tuning:
    """A search for the best settings for clips at a frame rate, with its results in a folder.

    Args:
        clips: the footage.
        folder: for what is computed; what it contains is not computed again.
        options: what to tune for.

    Raises:
        InputError: a clip cannot be read, the folder cannot be used, no model is ready, or nothing is known that could
            be measured.
    """

    def __init__(self, clips: Sequence[Clip], folder: Path, options: TuneOptions | None = None) -> None:
        self._store, self._options = Store.open(folder), options or TuneOptions()
        self._contexts = clip_contexts(clips, self._options.reference)
        self._objective = objective_of(self._contexts, self._options.present)
        self._models = models_to_try(self._options)
        self._searches: list[SearchTask] = []
        self._reports: list[Report] = []
        self._start = time.perf_counter()

    def estimate(self) -> Estimate:
        """What is left to do, before it starts. It times a few frames of each model, so it takes a second or two."""
        networks, folder = self._inference_tasks(self._expected_detector()), self._store.folder
        missing = sum(not task.is_stored(folder) for task in networks)
        return Estimate(self._options.trials, missing, self._expected_ms() / 1000)

    def run(
        self, executor: Executor | None = None, on_progress: Callable[[Progress], None] = lambda progress: None
    ) -> TuneResult:
        """Find out what is in the clips, run the networks, then the searches.

        An exception in ``on_progress``, or Ctrl-C, ends the tuning; what is done is kept, and `collect` returns it.

        Raises:
            InputError: a clip, a model or the folder failed; the message says what to do.
        """
        executor, self._start, self._reports = executor or InProcess(), time.perf_counter(), []
        meter = ProgressMeter(self._store.folder, on_progress)
        meter.expect(self._expected_ms())
        for plan in (self._first_tasks, self._networks_and_searches):
            phases = plan()
            meter.add([task for tasks in phases for task in tasks])
            for tasks in phases:
                self._reports += executor.run(tasks, self._store.folder, meter.advance)
        return self._result(self._trials())

    def collect(self) -> TuneResult | None:
        """The result from the trials so far; None without any."""
        trials = self._trials()
        return self._result(trials) if trials else None

    def _trials(self) -> list[Trial]:
        return [trial for search in self._searches for trial in stored_trials(search, self._store.folder)]

    def _expected_ms(self) -> float:
        """Of all tasks."""
        detector = self._expected_detector()
        phases = self._inference_tasks(detector), consensus_tasks(self._contexts), self._search_tasks(detector)
        return sum(task.expected_ms(self._store.folder) for tasks in phases for task in tasks)

    def _first_tasks(self) -> tuple[Sequence[InferenceTask], Sequence[ConsensusTask]]:
        """With the present settings and for consensus keypoints; after them the number of persons is known."""
        present = self._options.present, self._options.threads
        return inference_tasks(self._contexts, [present]), consensus_tasks(self._contexts)

    def _networks_and_searches(self) -> tuple[Sequence[Task], ...]:
        if not self._persons:
            raise InputError(
                message("no person was found in this footage; choose footage in which a person is visible")
            )
        detector = self._detector()
        self._searches = self._search_tasks(detector)
        return self._inference_tasks(detector), self._searches

    def _inference_tasks(self, detector: str) -> list[InferenceTask]:
        wanted = [self._options.present, *self._starts(detector)]
        return inference_tasks(self._contexts, [(settings, self._options.threads) for settings in wanted])

    def _search_tasks(self, detector: str) -> list[SearchTask]:
        options = self._options
        trials = max(1, options.trials // len(self._models))
        return [
            SearchTask(self._contexts, start, self._objective, trials, options.seed, options.threads)
            for start in self._starts(detector)
        ]

    def _starts(self, detector: str) -> list[Settings]:
        """The settings with which the searches begin, one for each model."""
        present = self._options.present
        return [with_inference(present, model, estimators.active_detector(model, detector)) for model in self._models]

    def _expected_detector(self) -> str:
        """The detector; none as long as it is not known how many persons there are."""
        is_known = all(task.is_stored(self._store.folder) for tasks in self._first_tasks() for task in tasks)
        return self._detector() if is_known else NONE

    def _detector(self) -> str:
        """For single-person models, on clips with several persons."""
        several = self._persons > _SEVERAL_PERSONS and estimators.is_ready(_DETECTOR)
        return _DETECTOR if several else NONE

    @cached_property
    def _persons(self) -> float:
        """Mean number of persons per frame; 1 where nothing is known."""
        alignments = self._alignments(self._options.present)
        return float(np.mean([alignment.true_count.mean() for alignment in alignments])) if alignments else 1.0

    def _result(self, trials: Sequence[Trial]) -> TuneResult:
        best = short_list(trials, self._objective, self._options.fps)
        weak = [self._weakness(trial.settings) for trial in best]
        return TuneResult(
            candidates=tuple(self._candidate(trial, best[0], each) for trial, each in zip(best, weak, strict=True)),
            present=self._present(),
            trials=tuple(trial_row(trial) for trial in trials),
            objective=self._objective,
            fps=self._options.fps,
            complete=all(search.is_complete(self._store) for search in self._searches),
            inference_runs=sum(report.inference_runs for report in self._reports),
            seconds=time.perf_counter() - self._start,
        )

    def _present(self) -> Candidate:
        settings, threads = self._options.present, self._options.threads
        inference, point = inference_for(settings, threads), Point({}, settings, threads)
        rows = [PointMeasurer(context, self._store, inference).measures(point) for context in self._contexts]
        return Candidate(settings, threads, mean_measures(rows), "the present settings")

    def _candidate(self, trial: Trial, best: Trial, weak: Weakness | None) -> Candidate:
        if (trial.measures["fps"] or 0.0) < self._options.fps:
            why = explain.too_slow(trial.measures, self._options.fps)
        elif trial is best:
            why = explain.best_sentence(trial.measures, self._objective, weak)
        else:
            title = MODELS[best.settings.model].title
            why = explain.comparison(trial.measures, best.measures, title, self._objective, weak)
        return Candidate(trial.settings, self._options.threads, trial.measures, why)

    def _weakness(self, settings: Settings) -> Weakness | None:
        """The joint that is missed most, in the clip where it is missed most."""
        found = [explain.weakness(alignment, settings.confidence) for alignment in self._alignments(settings)]
        return max((weak for weak in found if weak), key=lambda weak: weak.missed, default=None)

    def _alignments(self, settings: Settings) -> list[Alignment]:
        """The estimated persons beside the known ones, for each clip about which something is known."""
        inference = inference_for(settings, self._options.threads)
        evaluators = [context.evaluator(self._store, inference) for context in self._contexts]
        return [alignment for each in evaluators if (alignment := each.alignment(settings))]
