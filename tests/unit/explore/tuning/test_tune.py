"""Tuning with noisy true poses in place of inference: the objective, the models, the result, and what is refused."""

import json
from dataclasses import replace

import pytest
from known_poses import standing
from made_outputs import SIZE
from noisy_scenes import FALSE_SCORE, use_noisy_networks

from pose_demo import estimators
from pose_demo.explore.footage.clip import Span, open_clip
from pose_demo.explore.planning import clip_contexts
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.tuning.options import DEFAULT_MODELS, TuneOptions, models_to_try, objective_of
from pose_demo.explore.tuning.tune import Tuning, tune
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings
from pose_demo.types import InputError

COUNT = 12
FAST, ACCURATE = "movenet-lightning", "movenet-thunder"
BOTH = TuneOptions(models=(FAST, ACCURATE), trials=30)
DISCO = Settings.from_dict({"match.reference": "disco"})
OWN = Settings.from_dict({"match.reference": "own"})
SPANS = (Span(0.0, 0.2, True), Span(0.2, 0.4, False))


@pytest.fixture
def networks(monkeypatch):
    return use_noisy_networks(monkeypatch)


@pytest.fixture
def ready(monkeypatch):
    """Sets which models are ready."""

    def use(*names):
        monkeypatch.setattr(estimators, "is_ready", lambda name: name in names)

    return use


def clip(scene="", count=COUNT):
    return open_clip(f"sample:{scene}" if scene else "sample", count)


def models(result):
    return [candidate.settings.model for candidate in result.candidates]


def tried(networks):
    return {model for _, model, _ in networks.runs}


# ---- the objective


def test_accuracy_is_the_objective_of_clips_with_known_keypoints():
    contexts = clip_contexts([clip()], "")
    assert objective_of(contexts, Settings()) == objective_of(contexts, DISCO) == "accuracy"


def test_f1_is_the_objective_of_marked_spans_with_a_reference():
    marked = clip_contexts([clip(), clip("duo").with_spans(SPANS)], "")
    assert objective_of(marked, DISCO) == "f1"
    assert objective_of(marked, Settings()) == "accuracy"
    never = clip_contexts([clip().with_spans(SPANS[1:])], "")
    assert objective_of(never, DISCO) == "accuracy"


def test_f1_requires_the_own_reference():
    text = Reference.from_pose(standing(), SIZE, "mine").to_json()
    marked = [clip().with_spans(SPANS)]
    assert objective_of(clip_contexts(marked, text), OWN) == "f1"
    assert objective_of(clip_contexts(marked, ""), OWN) == "accuracy"


def test_unknown_footage_is_refused(tmp_path, networks, make_clip, ready):
    ready(FAST)
    video = open_clip(make_clip(COUNT))
    with pytest.raises(InputError, match=r"nothing is known about this footage: .* add COCO annotations"):
        tune([video], tmp_path, BOTH)
    assert networks.runs == []
    assert objective_of(clip_contexts([video, clip()], ""), Settings()) == "accuracy"
    assert objective_of(clip_contexts([video.with_spans(SPANS)], ""), DISCO) == "f1"


def test_marked_spans_suffice_without_known_keypoints(tmp_path, networks, make_clip, ready):
    ready(FAST)
    video = open_clip(make_clip(COUNT)).with_spans(SPANS)
    result = tune([video], tmp_path, TuneOptions(present=DISCO, trials=10))
    (candidate,) = result.candidates
    assert result.objective == "f1" and candidate.measures["accuracy"] is None
    assert candidate.why == f"the highest F1 score ({candidate.measures['f1']:.3f})"


def test_a_clip_without_keypoints_has_consensus_keypoints(tmp_path, networks, make_clip, ready):
    ready("movenet-lightning", "movenet-thunder", "movenet-multipose", "blazepose-heavy")
    result = tune([open_clip(make_clip(COUNT))], tmp_path, replace(BOTH, models=(FAST,), trials=8))
    assert tried(networks) == {"movenet-lightning", "movenet-thunder", "movenet-multipose", "blazepose-heavy"}
    assert result.present.measures["accuracy"] > 0


def test_footage_without_a_person_is_refused(tmp_path, networks):
    with pytest.raises(InputError, match="no person was found in this footage; choose footage in which a person is"):
        tune([clip("empty")], tmp_path, BOTH)
    assert Tuning([clip("empty")], tmp_path, BOTH).estimate().points == 30
    assert tune([clip("empty"), clip()], tmp_path, replace(BOTH, trials=2)).candidates


# ---- the models


def test_the_default_models_are_those_that_are_ready(networks, ready):
    ready("movenet-multipose", "movenet-lightning", "blazepose-heavy")
    assert models_to_try(TuneOptions()) == ("movenet-lightning", "movenet-multipose")
    assert all(estimators.MODELS[name].skeleton for name in DEFAULT_MODELS)


def test_no_ready_model_is_refused(networks, ready):
    ready()
    with pytest.raises(InputError, match="no model is ready; fetch one, for example with: python -m pose_demo models"):
        models_to_try(TuneOptions())


def test_a_model_that_detects_boxes_only_is_refused(networks):
    with pytest.raises(InputError, match="yolov3-tiny: detects boxes only; choose models with keypoints"):
        models_to_try(TuneOptions(models=(FAST, "yolov3-tiny")))


def test_an_unknown_model_is_refused(tmp_path, networks):
    with pytest.raises(InputError, match=r"there is no model 'thunder'; the models are movenet-lightning, .*tiny"):
        tune([clip()], tmp_path, TuneOptions(models=("thunder",)))
    assert networks.runs == []


def test_a_model_that_is_named_twice_is_tried_once(networks):
    assert models_to_try(TuneOptions(models=(FAST, ACCURATE, FAST))) == (FAST, ACCURATE)


@pytest.mark.parametrize(
    ("ms", "expected", "listed"),
    [
        (90.0, {FAST, ACCURATE}, [ACCURATE, FAST]),
        (130.0, {FAST, ACCURATE}, [FAST]),  # 7.7 fps: perhaps it reaches 10 fps
        (150.0, {FAST}, [FAST]),  # 6.7 fps
    ],
)
def test_models_that_are_too_slow_are_skipped(tmp_path, networks, ms, expected, listed):
    networks.ms[ACCURATE] = ms
    result = tune([clip()], tmp_path, BOTH)
    assert tried(networks) == expected and models(result) == listed


def test_the_fastest_model_is_tried_where_all_are_too_slow(tmp_path, networks):
    networks.ms.update({FAST: 100.0, ACCURATE: 200.0})
    result = tune([clip()], tmp_path, replace(BOTH, fps=30, present=Settings(model=FAST)))
    (candidate,) = result.candidates
    assert tried(networks) == {FAST}
    assert candidate.why == "the fastest of the models tried, but it does not reach 30 fps (10.0)"


def test_several_persons_require_a_detector(tmp_path, networks, ready):
    ready(FAST, "movenet-multipose")
    options = TuneOptions(models=(FAST, "movenet-multipose"), trials=4)
    tune([clip("duo")], tmp_path / "duo", options)
    assert ("sample:duo", FAST, "movenet-multipose") in networks.runs
    assert ("sample:duo", "movenet-multipose", "none") in networks.runs
    networks.runs.clear()
    tune([clip()], tmp_path / "solo", options)
    assert {detector for _, _, detector in networks.runs} == {"none"}


def test_the_detector_is_used_where_it_is_ready(tmp_path, networks, ready):
    ready(FAST)
    tune([clip("duo")], tmp_path, TuneOptions(models=(FAST,), trials=2))
    assert networks.runs == [("sample:duo", FAST, "none")]


# ---- the result


def test_candidates_are_better_than_the_present_settings(tmp_path, networks):
    present = Settings(model=FAST, thickness=2.0)
    result = tune([clip()], tmp_path, replace(BOTH, present=present))
    best, fast = result.candidates
    assert models(result) == [ACCURATE, FAST] and result.present.settings == present
    assert best.measures["accuracy"] > fast.measures["accuracy"] > 0.75 > 0.5 >= result.present.measures["accuracy"]
    for candidate in result.candidates:
        assert candidate.settings.person_confidence > FALSE_SCORE and candidate.settings.thickness == 2.0
    assert best.why.startswith(f"the highest accuracy ({best.measures['accuracy']:.3f})")
    assert "than MoveNet Thunder at 0.25 of the time" in fast.why
    assert result.present.why == "the present settings"


def test_the_trials_are_divided_among_the_models(tmp_path, networks):
    result = tune([clip()], tmp_path, BOTH)
    counts = [sum(row.get("model", FAST) == name for row in result.trials) for name in (FAST, ACCURATE)]
    assert all(10 <= count <= 15 for count in counts) and sum(counts) == len(result.trials) <= 30


def test_equal_seeds_give_equal_trials(tmp_path, networks):
    first, again, other = (
        tune([clip()], tmp_path / folder, replace(BOTH, seed=seed)).trials
        for seed, folder in ((1, "first"), (1, "again"), (2, "other"))
    )
    assert first == again != other


def test_a_finished_tuning_runs_no_network(tmp_path, networks):
    first = tune([clip()], tmp_path, BOTH)
    again = tune([clip()], tmp_path, BOTH)
    assert (first.inference_runs, again.inference_runs, len(networks.runs)) == (2, 0, 2)
    assert (again.candidates, again.trials) == (first.candidates, first.trials)


def test_measures_are_means_over_the_clips(tmp_path, networks):
    networks.missing.add(FAST)
    options = replace(BOTH, models=(FAST,), trials=1)
    result = tune([clip(), clip("empty")], tmp_path, options)
    assert result.candidates[0].measures["accuracy"] == pytest.approx(0.5)  # 0, and 1 where no person is visible
    assert result.candidates[0].measures["frames"] == COUNT


def test_the_weakness_is_that_of_the_candidate(tmp_path, networks):
    networks.missing.add(FAST)
    (candidate,) = tune([clip()], tmp_path, replace(BOTH, models=(FAST,), trials=1)).candidates
    assert candidate.why.startswith("the highest accuracy (0.000); misses the ")
    assert candidate.why.endswith("(100 %)")


def test_a_result_is_json(tmp_path, networks):
    result = tune([clip()], tmp_path, replace(BOTH, fps=5.0))
    values = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert list(values) == [
        *("objective", "fps", "complete", "points", "inference_runs", "seconds", "present", "candidates", "results")
    ]
    assert (values["objective"], values["fps"], values["inference_runs"]) == ("accuracy", 5.0, 2)
    assert values["points"] == len(values["results"]) == len(result.trials)
    assert values["present"]["settings"] == {} and values["seconds"] > 0
    first = values["candidates"][0]
    assert list(first) == ["settings", "threads", "measures", "why"] and set(first["measures"]) == set(MEASURES)
    assert Settings.from_dict(first["settings"]) == result.candidates[0].settings


def test_progress_ends_at_1_and_an_exception_in_it_ends_the_tuning(tmp_path, networks):
    reports = []
    tune([clip()], tmp_path / "whole", BOTH, on_progress=reports.append)
    fractions = [report.fraction for report in reports]
    assert 0 < fractions[0] < 0.5 and fractions == sorted(fractions) and fractions[-1] == pytest.approx(1)
    assert reports[-1].message == f"tuning {ACCURATE}"

    def stop(progress):
        if progress.message.startswith("tuning"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune([clip()], tmp_path / "stopped", BOTH, on_progress=stop)
    assert tune([clip()], tmp_path / "stopped", BOTH).inference_runs == 0


def test_the_estimate_of_a_finished_tuning_counts_no_inference(tmp_path, networks, ready):
    """Which detector the networks need is known only after the first ones ran."""
    ready(FAST, "movenet-multipose")
    tuning = Tuning([clip("duo")], tmp_path, TuneOptions(models=(FAST,), trials=4))
    before = tuning.estimate()
    assert (before.points, before.inference_runs) == (4, 1)
    tuning.run()
    after = tuning.estimate()
    assert after.inference_runs == 0 and after.seconds < before.seconds / 10
