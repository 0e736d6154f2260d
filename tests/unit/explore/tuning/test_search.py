"""The search for the settings of one model: its space, its trials, and which of them are the best."""

from dataclasses import replace

import optuna
import pytest
from noisy_scenes import FALSE_SCORE, use_noisy_networks

from pose_demo.estimators import MODELS
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.planning import clip_contexts
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.store import Store
from pose_demo.explore.tasks import InferenceTask, Report
from pose_demo.explore.tuning.search import (
    SearchSpace,
    SearchTask,
    Trial,
    best_trial,
    mean_measures,
    short_list,
    stored_trials,
    trial_row,
    with_inference,
)
from pose_demo.fields import specs, values
from pose_demo.settings import Settings
from pose_demo.types import InputError

SPECS = specs(Settings)
TUNED = ["confidence", "smooth.on", "smooth.min_cutoff", "smooth.beta"]
MULTIPOSE = Settings(model="movenet-multipose")


@pytest.fixture
def networks(monkeypatch):
    return use_noisy_networks(monkeypatch)


def task(trials=12, start=MULTIPOSE, seed=0, objective="accuracy", count=12):
    clip = open_clip("sample", count)
    return SearchTask(clip_contexts([clip], ""), start, objective, trials, seed)


def run(search, folder, on_step=lambda: None):
    for context in search.contexts:
        InferenceTask(context.clip, search.start, 1, 12).run(folder, lambda: None)
    return search.run(folder, on_step)


def searched(search, folder):
    run(search, folder)
    return stored_trials(search, folder)


def trial(accuracy=None, jitter=None, ms=10.0, fps=100.0, model="movenet-lightning", **settings):
    measures = dict.fromkeys(MEASURES) | {"accuracy": accuracy, "jitter": jitter, "ms_p50": ms, "fps": fps}
    return Trial(Settings.from_dict({"model": model, **settings}), measures)


# ---- the search space


def suggestions(space, count=60):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [values(space.suggest(study.ask())) for _ in range(count)]


def test_suggested_values_keep_the_limits_and_steps_of_the_settings():
    space = SearchSpace(MULTIPOSE, matching=True)
    for found in suggestions(space):
        for name in space.names:
            spec = SPECS[name]
            assert spec.validate(name, found[name]) == found[name]
            if spec.kind == "number" and name != "smooth.min_cutoff":
                steps = (found[name] - spec.low) / spec.step
                assert steps == pytest.approx(round(steps), abs=1e-4)


def test_suggested_values_cover_their_limits():
    found = suggestions(SearchSpace(MULTIPOSE, matching=True), 200)
    assert {row["smooth.on"] for row in found} == {True, False}
    assert {row["match.rule"] for row in found} == set(SPECS["match.rule"].options)
    for name in ("confidence", "person_confidence", "smooth.beta", "match.similarity"):
        spec, tried = SPECS[name], [row[name] for row in found]
        margin = 0.1 * (spec.high - spec.low)
        assert min(tried) < spec.low + margin and max(tried) > spec.high - margin
    cutoffs = sorted(row["smooth.min_cutoff"] for row in found)
    assert 0.1 < cutoffs[100] < 0.3  # the median is near the geometric mean of the limits, 0.17


def test_other_settings_are_those_of_the_start():
    start = Settings.from_dict({"model": "movenet-multipose", "thickness": 2.0, "match.reference": "disco"})
    for found in suggestions(SearchSpace(start), 10):
        assert {name: value for name, value in found.items() if name not in [*TUNED, "person_confidence"]} == {
            name: value for name, value in values(start).items() if name not in [*TUNED, "person_confidence"]
        }


@pytest.mark.parametrize(
    ("model", "detector", "is_tuned"),
    [
        ("movenet-multipose", "none", True),
        ("movenet-lightning", "none", True),
        ("blazepose-lite", "none", True),
        ("movenet-lightning", "movenet-multipose", False),  # the detector's persons depend on it
    ],
)
def test_person_confidence_is_tuned_where_it_needs_no_inference(model, detector, is_tuned):
    names = SearchSpace(Settings(model=model, detector=detector)).names
    assert names == [*TUNED, *(["person_confidence"] if is_tuned else [])]


def test_matching_is_tuned_on_request_only():
    assert set(SearchSpace(MULTIPOSE, matching=True).names) - set(SearchSpace(MULTIPOSE).names) == {
        "match.similarity",
        "match.rule",
    }


def test_a_setting_is_reset_to_its_start_value():
    space = SearchSpace(replace(MULTIPOSE, confidence=0.45))
    other = replace(MULTIPOSE, confidence=0.9, person_confidence=0.7)
    assert space.reset(other, "confidence") == replace(other, confidence=0.45)


# ---- trials


@pytest.mark.parametrize(
    "changes", [{}, {"confidence": 0.333}, {"smooth.min_cutoff": 1.23456, "smooth.beta": 7.0}, {"smooth.on": False}]
)
def test_the_start_is_the_first_trial(tmp_path, networks, changes, recwarn):
    start = Settings.from_dict({"model": "movenet-multipose", **changes})
    assert searched(task(start=start), tmp_path)[0].settings == start
    assert not recwarn.list


@pytest.mark.parametrize("trials", [1, 2, 6, 7, 15])
def test_no_more_trials_than_requested(tmp_path, networks, trials):
    steps = []
    search = task(trials)
    report = run(search, tmp_path, lambda: steps.append(1))
    found = stored_trials(search, tmp_path)
    assert 1 <= len(found) <= trials and len(steps) <= search.steps == trials
    assert report == Report(points=len({each.settings for each in found}))


def test_equal_seeds_give_equal_trials(tmp_path, networks):
    first, again, other = (
        [each.settings for each in searched(task(seed=seed), tmp_path / folder)]
        for seed, folder in ((3, "first"), (3, "again"), (4, "other"))
    )
    assert first == again != other


def test_false_persons_are_removed(tmp_path, networks):
    """With one false person beside the true one, the similarity of a frame is half of that of the true person."""
    found = searched(task(40), tmp_path)
    start, best = found[0], best_trial(found, "accuracy")
    assert start.measures["accuracy"] <= 0.5 < 0.8 < best.measures["accuracy"]
    assert best.settings.person_confidence > FALSE_SCORE >= start.settings.person_confidence


def test_a_stored_search_is_not_run_again(tmp_path, networks, monkeypatch):
    first = searched(task(), tmp_path)
    monkeypatch.setattr(SearchTask, "_search", None)  # must not be called
    assert task().run(tmp_path, lambda: pytest.fail("a step was done")) == Report()
    assert stored_trials(task(), tmp_path) == first
    assert task().expected_ms(tmp_path) == 1 and task(13).expected_ms(tmp_path) > 1


def test_a_stopped_search_resumes_from_stored_points(tmp_path, networks):
    steps = iter(range(5))
    with pytest.raises(StopIteration):
        run(task(), tmp_path / "stopped", lambda: next(steps))
    kept = [each.settings for each in stored_trials(task(), tmp_path / "stopped")]
    assert len(kept) == 6 and not task().is_complete(Store(tmp_path / "stopped"))
    assert len(list((tmp_path / "stopped" / "points").iterdir())) == 6 + 1  # the points, and the list of them
    resumed, whole = run(task(), tmp_path / "stopped"), run(task(), tmp_path / "whole")
    assert resumed.points == whole.points - 6
    found = [each.settings for each in stored_trials(task(), tmp_path / "stopped")]
    assert found == [each.settings for each in stored_trials(task(), tmp_path / "whole")] and found[:6] == kept
    assert task().is_complete(Store(tmp_path / "stopped"))


@pytest.mark.parametrize("other", [{"trials": 13}, {"seed": 1}, {"objective": "f1"}, {"count": 11}])
def test_another_search_has_another_key(other):
    assert task(**other).key != task().key == task().key
    assert task(start=replace(MULTIPOSE, confidence=0.31)).key != task().key


def test_settings_without_effect_are_reset(tmp_path, networks):
    """No score lies between 0.05 and 0.85, so no confidence in between makes a difference."""
    found = searched(task(40), tmp_path)
    best = best_trial(found, "accuracy")
    assert best.settings.confidence == MULTIPOSE.confidence
    assert best.settings.person_confidence != MULTIPOSE.person_confidence


def test_a_setting_that_makes_a_difference_is_not_reset(monkeypatch):
    def measure(self, settings, measurers):
        return Trial(settings, trial(0.9 if settings.confidence == 0.5 else 0.7, 1.0).measures)

    monkeypatch.setattr(SearchTask, "_measure", measure)
    tuned = Settings.from_dict({"model": "movenet-multipose", "confidence": 0.5, "smooth.beta": 5.0})
    best = Trial(tuned, trial(0.9, 1.0).measures)
    (simplified,) = task()._simplified([best], SearchSpace(MULTIPOSE), [])
    assert simplified.settings == replace(MULTIPOSE, confidence=0.5)


def test_measures_are_means_over_the_clips_where_they_are_known():
    rows = [trial(0.5, 2.0).measures, trial(0.7, None).measures]
    found = mean_measures(rows)
    assert list(found) == list(MEASURES)
    assert (found["accuracy"], found["jitter"], found["f1"]) == (pytest.approx(0.6), 2.0, None)


# ---- the best trial and the short list


def test_the_best_trial_has_the_highest_objective():
    trials = [trial(0.7, 0.1), trial(0.8, 9.0), trial(None, 0.1), trial(0.797, 0.1)]
    assert best_trial(trials, "accuracy") is trials[1]


def test_the_least_jitter_decides_between_nearly_equal_trials():
    trials = [trial(0.8, 9.0), trial(0.7985, 3.0), trial(0.799, 5.0), trial(0.7985, None)]
    assert best_trial(trials, "accuracy") is trials[1]


def test_the_last_of_trials_with_the_same_jitter_wins():
    trials = [trial(0.8, 3.01), trial(0.7999, 3.04)]
    assert best_trial(trials, "accuracy") is trials[1]
    assert best_trial(trials[::-1], "accuracy") is trials[0]


def listed(*trials, fps=10.0):
    return [trials.index(each) for each in short_list(trials, "accuracy", fps)]


def test_the_short_list_has_the_best_trial_of_each_model_with_the_best_objective_first():
    fast, worse, accurate = (
        trial(0.80, ms=10),
        trial(0.70, ms=10),
        trial(0.90, ms=40, fps=25, model="movenet-thunder"),
    )
    assert listed(fast, worse, accurate) == [2, 0]


def test_models_below_the_frame_rate_are_left_out():
    fast, slow = trial(0.8), trial(0.9, ms=200, fps=5, model="movenet-thunder")
    assert listed(fast, slow) == [0] and listed(fast, slow, fps=5) == [1, 0]


def test_dominated_models_are_left_out():
    fast, slower = trial(0.8, ms=10), trial(0.75, ms=20, model="movenet-thunder")
    equal = trial(0.8, ms=10, model="movenet-multipose")
    assert listed(fast, slower) == [0]
    assert sorted(listed(fast, slower, equal)) == [0, 2]


def test_the_fastest_model_is_listed_where_none_reaches_the_frame_rate():
    slow, slower = trial(0.8, ms=100, fps=10), trial(0.9, ms=200, fps=5, model="movenet-thunder")
    unknown = trial(0.9, ms=None, fps=None, model="blazepose-lite")
    assert listed(slow, slower, unknown, fps=30) == [0]


def test_a_detector_makes_another_model():
    single = trial(0.8, ms=10)
    top_down = trial(0.9, ms=30, fps=30, detector="movenet-multipose")
    assert listed(single, top_down) == [1, 0]


def test_the_short_list_is_short():
    names = [name for name in MODELS if name != "yolov3-tiny"]
    trials = [trial(0.5 + index / 100, ms=10 + index, model=name) for index, name in enumerate(names)]
    assert len(trials) > 5 and [each.measures["ms_p50"] for each in short_list(trials, "accuracy", 1)] == [
        10 + len(names) - 1 - index for index in range(5)
    ]


# ---- models and rows


def test_an_unknown_model_is_refused():
    with pytest.raises(InputError, match="there is no model 'movenet'; the models are movenet-lightning, "):
        with_inference(Settings(), "movenet", "none")
    assert with_inference(Settings(confidence=0.5), "blazepose-lite", "none") == Settings(
        model="blazepose-lite", confidence=0.5
    )


def test_a_row_has_changed_settings_and_measures():
    row = trial_row(trial(0.8, 1.0, confidence=0.5))
    assert row["confidence"] == 0.5 and row["accuracy"] == 0.8 and "smooth.beta" not in row


def test_an_incomplete_search_has_no_trials(tmp_path):
    assert stored_trials(task(), Store.open(tmp_path).folder) == []
