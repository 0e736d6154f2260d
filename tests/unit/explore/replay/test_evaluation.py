"""The measures of settings: definitions, and the same from a replay as from `Pipeline`."""

from dataclasses import replace

import numpy as np
import pytest
from known_poses import standing
from made_outputs import SIZE, VARIANTS, frame_output, outputs_of, pipeline_results, walkers

from pose_demo.explore.footage.clip import Clip, Span, open_clip
from pose_demo.explore.footage.ground_truth import TRUE, GroundTruth
from pose_demo.explore.replay.evaluation import Evaluator, measures_of_results
from pose_demo.explore.replay.measures import MEASURES, keypoint_measures, match_measures, speed
from pose_demo.matching.options import OWN, MatchOptions
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings

CLIP = Clip("made up", "sample", spans=(Span(0.0, 0.5, True), Span(0.7, 2.0, False)))
MEASURED = {name for name, measure in MEASURES.items() if measure.measured}
COUNT = 40


def truth(count=COUNT):
    """The two persons of `walkers` without noise."""
    return GroundTruth(
        TRUE,
        tuple(
            (standing(150 + 8 * index, 120, track_id=1), standing(500 - 6 * index, 130, track_id=2))
            for index in range(count)
        ),
    )


def without_times(values):
    return {name: value for name, value in values.items() if name not in MEASURED}


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
def test_measures_equal_those_of_the_pipeline(settings):
    evaluator, results = Evaluator(CLIP, walkers(COUNT), truth()), list(pipeline_results(walkers(COUNT), settings))
    found, expected = evaluator.measures(settings), measures_of_results(results, settings, truth(), CLIP)
    assert set(found) == set(expected) == set(MEASURES)
    assert without_times(found) == pytest.approx(without_times(expected), abs=1e-9)


def test_one_evaluator_serves_settings_in_any_order():
    shared = Evaluator(CLIP, walkers(COUNT), truth())
    for settings in [*VARIANTS.values(), *reversed(VARIANTS.values())]:
        assert shared.measures(settings) == Evaluator(CLIP, walkers(COUNT), truth()).measures(settings)


def test_perfect_outputs():
    outputs = outputs_of(*(frame_output(index, *poses) for index, poses in enumerate(truth(20).poses)))
    settings = Settings.from_dict({"model": "movenet-multipose", "smooth.on": False})
    found = Evaluator(CLIP, outputs, truth(20)).measures(settings)
    assert {name: found[name] for name in ("frames", "accuracy", "oks", "pck", "missing_keypoints")} == {
        "frames": 20,
        "accuracy": 1,
        "oks": 1,
        "pck": 1,
        "missing_keypoints": 0,
    }
    assert found["correct_count"] == 1 and found["id_switches"] == 0 and found["lag_ms"] == pytest.approx(0, abs=1e-3)
    assert found["match_rate"] is None and found["f1"] is None and found["jitter"] is None


def test_smoothing_adds_lag():
    outputs = outputs_of(*(frame_output(index, *poses) for index, poses in enumerate(truth(20).poses)))
    values = {"model": "movenet-multipose", "smooth.min_cutoff": 0.5, "smooth.beta": 0.0}
    found = Evaluator(CLIP, outputs, truth(20)).measures(Settings.from_dict(values))
    assert found["lag_ms"] > 30


def test_measures_of_the_keypoints_are_unknown_without_known_keypoints():
    found = Evaluator(CLIP, walkers(COUNT), None).measures(VARIANTS["defaults"])
    assert {name for name, value in found.items() if value is None} == {
        *("accuracy", "oks", "pck", "missing_keypoints", "correct_count", "jitter", "lag_ms", "id_switches")
    }
    assert found["match_rate"] is not None


def test_a_model_without_keypoints_has_the_number_of_persons_only():
    values = keypoint_measures(Evaluator(CLIP, walkers(COUNT), truth()).alignment(VARIANTS["defaults"]), 0.3, False)
    assert {name for name, value in values.items() if value is not None} == {"correct_count"}


def test_an_own_reference_is_used():
    settings = replace(VARIANTS["defaults"], match=MatchOptions(reference=OWN, similarity=0.9))
    outputs = outputs_of(*(frame_output(index, standing()) for index in range(30)))
    reference = Reference.from_pose(standing(), SIZE, "mine")
    assert Evaluator(CLIP, outputs, None).measures(settings)["match_rate"] is None
    assert Evaluator(CLIP, outputs, None, reference).measures(settings)["match_rate"] > 0.8


# ---- speed


def test_speed():
    found = speed([10.0] * 99 + [1000.0], 12.5)
    assert found == {"ms_p50": 10, "ms_p95": 10, "fps": pytest.approx(1000 / 19.9), "memory_mb": 12.5}


def test_times_are_the_sums_of_the_stages():
    found = Evaluator(CLIP, outputs_of(*(frame_output(3 * i) for i in range(5))), None).measures(Settings())
    assert found["ms_p50"] == 10.5 and found["fps"] == pytest.approx(1000 / 10.5) and found["memory_mb"] == 12.5


@pytest.mark.parametrize("count", [1, 5, 20])
def test_background_and_effects_take_time_also_in_short_clips(count):
    clip = open_clip("sample", count)
    outputs = outputs_of(*(frame_output(index) for index in range(count)))
    without = Evaluator(clip, outputs, None)
    settings = Settings.from_dict({"model": "movenet-multipose", "effects": [{"name": "blur"}, {"name": "canny"}]})
    assert without.measures(settings)["ms_p50"] > without.measures(Settings())["ms_p50"] > 10


# ---- matching


@pytest.mark.parametrize(
    ("matched", "f1"),
    [
        ([True, True, False, False], 1.0),
        ([True, False, False, False], 2 / 3),
        ([True, True, True, False], 4 / 5),
        ([False, False, True, True], 0.0),
        ([False, False, False, False], 0.0),
    ],
)
def test_f1_of_the_marked_spans(matched, f1):
    spans = (Span(0.0, 0.2, True), Span(0.2, 0.4, False))
    times = [0.0, 0.1, 0.2, 0.3]
    assert match_measures(matched, times, spans)["f1"] == pytest.approx(f1)
    unmarked = [*matched, True, True], [*times, 0.4, 9.0]
    assert match_measures(*unmarked, spans)["f1"] == pytest.approx(f1)
    assert match_measures(*unmarked, spans)["match_rate"] == pytest.approx(np.mean([*matched, True, True]))


def test_f1_is_unknown_without_a_span_that_matches():
    assert match_measures([True], [0.1], ())["f1"] is None
    assert match_measures([True], [0.1], (Span(0, 1, False),))["f1"] is None


def test_matching_is_unknown_without_a_reference():
    assert match_measures(None, [0.1], (Span(0, 1, True),)) == {"match_rate": None, "f1": None}
