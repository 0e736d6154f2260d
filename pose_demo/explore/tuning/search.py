"""Optuna's search for the settings of one model that suit the clips, by replay."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pose_demo import estimators
from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.spec import Point
from pose_demo.explore.store import Store
from pose_demo.explore.tasks import ClipContext, PointMeasurer, Report
from pose_demo.explore.timing import point_ms
from pose_demo.fields import Value, specs, values
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.types import InputError

_VERSION = 2  # of the search space and of what is stored
_OPTUNA_MS = 12.0  # for a trial, measured on 2 cores
_SAME = 0.002  # objectives that differ by less are equal
MAX_CANDIDATES = 5
_TUNED_MATCHING = ("match.similarity", "match.rule")
_CONTINUOUS = ("smooth.min_cutoff",)  # suggested on a logarithmic scale, because its effect depends on ratios
_SPECS = specs(Settings)


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and their measures: means over the clips."""

    settings: Settings
    measures: Mapping[str, float | None]


@dataclass(frozen=True)
class SearchTask:
    """Tune the settings of one inference on all clips.

    Attributes:
        contexts: the clips.
        start: the settings to begin with, which are the first trial; its model and detector are not changed.
        objective: the measure to maximize.
        trials: maximum number of settings to try.
        seed: of the sampler; equal seeds give equal trials.
        threads: CPU threads of each network.
    """

    contexts: tuple[ClipContext, ...]
    start: Settings
    objective: str
    trials: int
    seed: int = 0
    threads: int = 1

    @property
    def key(self) -> str:
        """Identifies the trials: a hash of everything that they depend on."""
        points = [context.key(Point({}, self.start, self.threads)) for context in self.contexts]
        parts = [_VERSION, points, self.objective, self.trials, self.seed]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @property
    def steps(self) -> int:
        return self.trials

    @property
    def label(self) -> str:
        return message("tuning {model}", model=self.start.model)

    def expected_ms(self, folder: Path) -> float:
        frames = sum(context.clip.expected_frames for context in self.contexts)
        return 1.0 if self.is_complete(Store(folder)) else self.trials * (_OPTUNA_MS + point_ms(frames))

    def run(self, folder: Path, on_step: Callable[[], None]) -> Report:
        store = Store.open(folder)
        if self.is_complete(store):
            return Report()
        inference = inference_for(self.start, self.threads)
        measurers = [PointMeasurer(context, store, inference) for context in self.contexts]
        found: list[Trial] = []
        complete = False
        try:
            self._search(measurers, found, on_step)
            complete = True
        finally:  # a stopped search keeps its trials
            store.save_point(self.key, {"complete": complete, "trials": [_trial_row(trial) for trial in found]})
        return Report(points=sum(measurer.computed for measurer in measurers))

    def is_complete(self, store: Store) -> bool:
        """Whether it came to its end."""
        return bool((store.point(self.key) or {}).get("complete"))

    def _search(self, measurers: Sequence[PointMeasurer], found: list[Trial], on_step: Callable[[], None]) -> None:
        """Append the trials to ``found``."""
        import optuna  # takes half a second

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        sampler = optuna.samplers.TPESampler(seed=self.seed, multivariate=True)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        space = SearchSpace(self.start, matching=self.objective == "f1")
        study.enqueue_trial(space.parameters(self.start))

        def objective(trial: Any) -> float:
            suggested = space.suggest(trial)
            found.append(self._measure(suggested if found else self.start, measurers))  # the first one may be rounded
            on_step()
            return objective_value(found[-1], self.objective)

        study.optimize(objective, n_trials=max(1, self.trials - len(space.names)))  # the rest is for `_simplified`
        found += self._simplified(found, space, measurers)

    def _simplified(
        self, found: Sequence[Trial], space: SearchSpace, measurers: Sequence[PointMeasurer]
    ) -> list[Trial]:
        """The best trial with those settings reset that make no difference; empty if each makes one."""
        best, simplified = best_trial(found, self.objective), list[Trial]()
        for name in space.names:
            last = simplified[-1] if simplified else best
            trial = self._measure(space.reset(last.settings, name), measurers)
            if trial.settings != last.settings and best_trial([*found, trial], self.objective) is trial:
                simplified.append(trial)
        return simplified

    def _measure(self, settings: Settings, measurers: Sequence[PointMeasurer]) -> Trial:
        rows = [measurer.measures(Point({}, settings, self.threads)) for measurer in measurers]
        return Trial(settings, mean_measures(rows))


def best_trial(trials: Sequence[Trial], objective: str) -> Trial:
    """The trial with the best objective; of those that are nearly as good, the last with the least jitter."""
    highest = max(objective_value(trial, objective) for trial in trials)
    near = [trial for trial in trials if objective_value(trial, objective) >= highest - _SAME]
    return min(reversed(near), key=_rounded_jitter)


def _rounded_jitter(trial: Trial) -> float:
    """Jitter with two digits, so that an irrelevant difference does not decide."""
    jitter = trial.measures["jitter"]
    return math.inf if jitter is None else float(f"{jitter:.2g}")


def objective_value(trial: Trial, objective: str) -> float:
    """The objective; 0 where it is unknown."""
    return trial.measures[objective] or 0.0


def stored_trials(task: SearchTask, folder: Path) -> list[Trial]:
    """The trials of a search in the store; those before the stop if it was stopped."""
    rows: Any = (Store(folder).point(task.key) or {}).get("trials", [])
    return [Trial(Settings.from_dict(row["settings"]), row["measures"]) for row in rows]


def _trial_row(trial: Trial) -> dict[str, object]:
    return {"settings": trial.settings.changes(), "measures": dict(trial.measures)}


def mean_measures(rows: Sequence[Mapping[str, object]]) -> dict[str, float | None]:
    """The mean of each measure over the clips for which it is known."""
    means: dict[str, float | None] = {}
    for name in MEASURES:
        known = [float(value) for row in rows if isinstance(value := row[name], int | float)]
        means[name] = float(np.mean(known)) if known else None
    return means


class SearchSpace:
    """The settings that need no inference, with their limits and steps (see `pose_demo.fields`).

    Args:
        start: the other settings.
        matching: whether the match threshold and rule are tuned too.
    """

    def __init__(self, start: Settings, matching: bool = False) -> None:
        self._start = start
        self.names = ["confidence", "smooth.on", "smooth.min_cutoff", "smooth.beta"]
        if estimators.output_filter(start.model, start.detector) is not estimators.NO_FILTER:
            self.names.append("person_confidence")
        if matching:
            self.names += _TUNED_MATCHING

    def parameters(self, settings: Settings) -> dict[str, object]:
        """The values of the tuned settings, rounded to their steps."""
        known = values(settings)
        return {name: _rounded(name, known[name]) for name in self.names}

    def reset(self, settings: Settings, name: str) -> Settings:
        """The settings with the start value of one of them."""
        return Settings.from_dict({**settings.to_dict(), name: self._start.to_dict()[name]})

    def suggest(self, trial: Any) -> Settings:
        """The settings of an Optuna trial."""
        suggested = {name: _suggest(trial, name) for name in self.names}
        return Settings.from_dict({**self._start.to_dict(), **suggested})


def _rounded(name: str, value: Value) -> Value:
    spec = _SPECS[name]
    if spec.kind != "number" or name in _CONTINUOUS or not isinstance(value, float):
        return value
    return spec.low + spec.step * round((value - spec.low) / spec.step)


def _suggest(trial: Any, name: str) -> object:
    spec = _SPECS[name]
    if spec.kind == "switch":
        return trial.suggest_categorical(name, [True, False])
    if spec.kind == "choice":
        return trial.suggest_categorical(name, list(spec.options))
    if name in _CONTINUOUS:
        return round(trial.suggest_float(name, spec.low, spec.high, log=True), 3)
    return round(trial.suggest_float(name, spec.low, spec.high, step=spec.step), 6)


def with_inference(settings: Settings, model: str, detector: str) -> Settings:
    """The settings with another model and detector; "auto" is kept where it amounts to the same.

    Raises:
        InputError: there is no such model or detector.
    """
    if model not in estimators.MODELS:
        raise InputError(f"there is no model {model!r}; the models are {', '.join(estimators.MODELS)}")
    if estimators.active_detector(model, settings.detector) == detector:
        detector = settings.detector
    return replace(settings, model=model, detector=detector)


def short_list(trials: Sequence[Trial], objective: str, fps: float) -> list[Trial]:
    """The best trial of each model, on the Pareto front of the objective against time; the best objective first.

    When none reaches the frame rate, the fastest one.
    """
    models = dict.fromkeys((trial.settings.model, trial.settings.detector) for trial in trials)
    best = [
        best_trial([trial for trial in trials if (trial.settings.model, trial.settings.detector) == model], objective)
        for model in models
    ]
    reached = [trial for trial in best if (trial.measures["fps"] or 0.0) >= fps]
    if not reached:
        return [max(best, key=lambda trial: trial.measures["fps"] or 0.0)]
    front = [trial for trial in reached if not any(_dominates(other, trial, objective) for other in reached)]
    return sorted(front, key=lambda trial: -objective_value(trial, objective))[:MAX_CANDIDATES]


def _dominates(other: Trial, trial: Trial, objective: str) -> bool:
    """Whether another trial is at least as good in both, and better in one."""
    theirs = objective_value(other, objective), -(other.measures["ms_p50"] or 0.0)
    ours = objective_value(trial, objective), -(trial.measures["ms_p50"] or 0.0)
    return theirs != ours and all(a >= b for a, b in zip(theirs, ours, strict=True))


def trial_row(trial: Trial) -> dict[str, object]:
    """Settings that differ from their defaults, and measures."""
    return {**trial.settings.changes(), **trial.measures}
