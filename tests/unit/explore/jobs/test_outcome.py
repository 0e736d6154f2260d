"""Results as points with measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.jobs.outcome import SweepOutcome, TuneOutcome, pareto_front, read_tune_result
from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import ClipPoint, SweepResult
from pose_demo.explore.tasks import ClipContext, Known
from pose_demo.explore.tuning.result import Candidate, TuneResult
from pose_demo.settings import Settings

NOTHING = dict.fromkeys(MEASURES)


def _point(ms: float, accuracy: float | None, jitter: float | None = None) -> MeasuredPoint:
    return MeasuredPoint(Settings(), 1, NOTHING | {"ms_p50": ms, "accuracy": accuracy, "jitter": jitter})


def _result(values: dict[str, list[float]]) -> SweepResult:
    """Accuracies of two points on clips."""
    points = list(SweepSpec.from_dict({"confidence": [0.2, 0.4]}).points())
    found = [
        (ClipPoint(ClipContext(Clip(name, "sample"), Known()), point, f"{name}{i}"), accuracy)
        for name, accuracies in values.items()
        for i, (point, accuracy) in enumerate(zip(points, accuracies, strict=False))
    ]
    rows = tuple({"clip": item.context.clip.name, **NOTHING, "accuracy": accuracy} for item, accuracy in found)
    return SweepResult(rows, tuple(item for item, _ in found), 4, 4, 1, 1.0)


def test_points_are_means_over_the_clips_or_those_of_one():
    result = _result({"a": [0.5, 0.7], "b": [0.9, 0.9]})
    outcome = SweepOutcome(result, _result({"a": [], "b": []}), Path())
    assert outcome.clips == ("a", "b")
    assert [point.measures["accuracy"] for point in outcome.points()] == pytest.approx([0.7, 0.8])
    assert [point.measures["accuracy"] for point in outcome.points("a")] == [0.5, 0.7]
    assert [point.values for point in outcome.points()] == [{"confidence": 0.2}, {"confidence": 0.4}]
    assert outcome.points() is outcome.points()
    assert outcome.present_point() is None


def test_a_stopped_sweep_has_means_over_the_clips_that_were_measured():
    outcome = SweepOutcome(_result({"a": [0.5, 0.7], "b": [0.9]}), _result({"a": []}), Path())
    assert [point.measures["accuracy"] for point in outcome.points()] == pytest.approx([0.7, 0.7])


def test_the_pareto_front_has_what_no_other_point_beats():
    points = [_point(10, 0.9), _point(20, 0.95), _point(20, 0.92), _point(5, 0.5), _point(30, 0.95), _point(40, None)]
    assert pareto_front(points, "accuracy", True) == {0, 1, 3}


def test_the_pareto_front_of_a_measure_to_minimize():
    points = [_point(10, 0, 0.3), _point(20, 0, 0.1), _point(15, 0, 0.4)]
    assert pareto_front(points, "jitter", False) == {0, 1}


def test_a_tune_result_is_read_as_it_was_written():
    candidate = Candidate(Settings(model="movenet-thunder"), 2, NOTHING | {"accuracy": 0.9}, "the best")
    trial = {"model": "movenet-thunder", "smooth.on": False, **NOTHING, "accuracy": 0.9}
    result = TuneResult((candidate,), candidate, (trial,), "accuracy", 10.0, True, 3, 1.5)
    assert read_tune_result(result.to_dict()) == result
    (point,) = TuneOutcome(result, (), Path()).points
    assert point.settings == Settings.from_dict({"model": "movenet-thunder", "smooth.on": False})
    assert point.measures["accuracy"] == 0.9 and point.threads == 2
    assert point.values == {"model": "movenet-thunder", "smooth.on": False}
