"""Find the best settings for given clips at a given frame rate."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from pose_demo import estimators
from pose_demo.estimators import MODELS
from pose_demo.explore.executors import Executor, InProcess
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.ground_truth import UNKNOWN
from pose_demo.explore.planning import clip_contexts, consensus_tasks, inference_tasks
from pose_demo.explore.progress import Progress, ProgressMeter
from pose_demo.explore.replay.evaluation import has_keypoints
from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.spec import Point
from pose_demo.explore.store import Store
from pose_demo.explore.tasks import ClipContext, PointMeasurer, Report, Task
from pose_demo.explore.timing import frame_ms
from pose_demo.explore.tuning import explain
from pose_demo.explore.tuning.explain import Weakness
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
from pose_demo.matching.options import OWN
from pose_demo.metrics.alignment import Alignment
from pose_demo.settings import Settings
from pose_demo.types import InputError

DEFAULT_MODELS = (
    "movenet-lightning",
    "movenet-thunder",
    "blazepose-lite",
    "blazepose-full",
    "movenet-multipose",
)
_DETECTOR = "movenet-multipose"  # of single-person models, on clips with several persons
_SEVERAL_PERSONS = 1.2  # per frame
_SLOW = 0.7  # of the required frame rate: models that are expected to be slower are not tried

Row = dict[str, object]


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
        inference_runs: number of times that networks processed a clip.
        seconds: duration.
    """

    candidates: tuple[Candidate, ...]
    present: Candidate
    trials: tuple[Row, ...]
    objective: str
    fps: float
    inference_runs: int
    seconds: float

    def to_dict(self) -> Row:
        """The result as JSON values."""
        return {
            "objective": self.objective,
            "fps": self.fps,
            "points": len(self.trials),
            "inference_runs": self.inference_runs,
            "seconds": round(self.seconds, 3),
            "present": self.present.to_dict(),
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "results": list(self.trials),
        }


@dataclass(frozen=True, kw_only=True)
class TuneOptions:
    """What to tune for.

    Attributes:
        fps: the frame rate to reach.
        present: the settings to start from and to compare with.
        models: to choose from; empty for the ready ones of `DEFAULT_MODELS`.
        trials: number of settings to try, over all models.
        seed: equal seeds give equal trials.
        threads: CPU threads of each network.
        reference: the user's own reference pose as JSON; empty without one.
    """

    fps: float = 10.0
    present: Settings = Settings()
    models: tuple[str, ...] = ()
    trials: int = 200
    seed: int = 0
    threads: int = 1
    reference: str = ""


def tune(
    clips: Sequence[Clip],
    folder: Path,
    options: TuneOptions | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> TuneResult:
    """Find the best settings for the clips at a frame rate.

    Args:
        clips: the footage.
        folder: for what is computed; what it contains is not computed again.
        options: what to tune for.
        executor: where to compute; by default in this process.
        on_progress: called often; an exception in it ends the tuning, and what is done is kept.

    Raises:
        InputError: a clip cannot be read, no model is ready, or nothing is known that could be measured.
    """
    return _Tuning(clips, folder, options or TuneOptions(), executor or InProcess(), on_progress).run()


class _Tuning:
    def __init__(
        self,
        clips: Sequence[Clip],
        folder: Path,
        options: TuneOptions,
        executor: Executor,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._store, self._options, self._executor = Store.open(folder), options, executor
        self._contexts = clip_contexts(clips, options.reference)
        self._objective = objective_of(self._contexts, options.present)
        self._meter = ProgressMeter(folder, on_progress)
        self._reports: list[Report] = []

    def run(self) -> TuneResult:
        """Find out what is in the clips, run the networks, then the searches."""
        start, threads, present = time.perf_counter(), self._options.threads, self._options.present
        models = models_to_try(self._options)
        self._execute(inference_tasks(self._contexts, [(present, threads)]), consensus_tasks(self._contexts))
        tried = [with_inference(present, model, self._detector(model)) for model in models]
        self._execute(inference_tasks(self._contexts, [(each, threads) for each in tried]))
        searches = [self._search(settings, len(tried)) for settings in tried]
        self._execute(searches)
        trials = [trial for search in searches for trial in stored_trials(search, self._store.folder)]
        return self._result(trials, time.perf_counter() - start)

    def _execute(self, *phases: Sequence[Task]) -> None:
        self._meter.add([task for tasks in phases for task in tasks])
        for tasks in phases:
            self._reports += self._executor.run(tasks, self._store.folder, self._meter.advance)

    def _search(self, settings: Settings, searches: int) -> SearchTask:
        options = self._options
        trials = max(1, options.trials // searches)
        return SearchTask(self._contexts, settings, self._objective, trials, options.seed, options.threads)

    def _detector(self, model: str) -> str:
        """A detector for single-person models, on clips with several persons."""
        several = self._persons > _SEVERAL_PERSONS and estimators.is_ready(_DETECTOR)
        return estimators.active_detector(model, _DETECTOR if several else NONE)

    @cached_property
    def _persons(self) -> float:
        """Mean number of persons per frame; 1 where nothing is known.

        Raises:
            InputError: there is none in any clip.
        """
        alignments = self._alignments(self._options.present)
        persons = float(np.mean([alignment.true_count.mean() for alignment in alignments])) if alignments else 1.0
        if not persons:
            raise InputError("no person was found in this footage; choose footage in which a person is visible")
        return persons

    def _result(self, trials: Sequence[Trial], seconds: float) -> TuneResult:
        best = short_list(trials, self._objective, self._options.fps)
        weak = [self._weakness(trial.settings) for trial in best]
        return TuneResult(
            candidates=tuple(self._candidate(trial, best[0], each) for trial, each in zip(best, weak, strict=True)),
            present=self._present(),
            trials=tuple(trial_row(trial) for trial in trials),
            objective=self._objective,
            fps=self._options.fps,
            inference_runs=sum(report.inference_runs for report in self._reports),
            seconds=seconds,
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


def objective_of(contexts: Sequence[ClipContext], present: Settings) -> str:
    """What can be maximized on these clips: "f1" with a reference pose and marked spans, else "accuracy".

    Raises:
        InputError: nothing is known about the clips.
    """
    marked = any(span.is_match for context in contexts for span in context.clip.spans)
    if marked and _has_reference(contexts, present):
        return "f1"
    if all(context.known.kind == UNKNOWN for context in contexts):
        raise InputError(
            "nothing is known about this footage: fetch at least two of the models MoveNet Thunder, MoveNet MultiPose "
            "and MediaPipe Pose heavy for consensus keypoints, or add COCO annotations"
        )
    return "accuracy"


def _has_reference(contexts: Sequence[ClipContext], present: Settings) -> bool:
    name = present.match.reference
    return any(context.reference for context in contexts) if name == OWN else name != NONE


def models_to_try(options: TuneOptions) -> tuple[str, ...]:
    """The models that are expected to reach the frame rate, or the fastest one if none is.

    Raises:
        InputError: none is ready, or one has no keypoints.
    """
    names = tuple(dict.fromkeys(options.models)) or tuple(filter(estimators.is_ready, DEFAULT_MODELS))
    if not names:
        raise InputError("no model is ready; fetch one, for example with: python -m pose_demo models fetch --all")
    settings = {name: with_inference(options.present, name, NONE) for name in names}
    boxes = [name for name, each in settings.items() if not has_keypoints(each)]
    if boxes:
        raise InputError(f"{boxes[0]}: detects boxes only; choose models with keypoints")
    expected = {name: frame_ms(each, options.threads) for name, each in settings.items()}
    fast = tuple(name for name, ms in expected.items() if 1000 / ms >= _SLOW * options.fps)
    return fast or (min(expected, key=lambda name: expected[name]),)
