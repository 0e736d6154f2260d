"""Best points, effects of parameters and errors of joints, with numbers computed by hand."""

import numpy as np
import pytest
from known_poses import LEFT_WRIST, NOSE, moved, standing
from made_points import data, point

from pose_demo.explore.report.analysis import (
    affected_measure,
    best_of_models,
    effect,
    equal_points,
    errors_by_joint,
    groups,
    lower_limit,
    pareto_front,
    strongest_parameters,
    typical,
)
from pose_demo.explore.report.data import TUNING
from pose_demo.metrics.alignment import align


def pairs(front):
    return [(each.measures["accuracy"], each.measures["ms_p50"]) for each in front]


# ---- Pareto front


def test_front_has_the_points_that_no_other_one_beats():
    points = [point(0.9, 10), point(0.8, 20), point(0.95, 30), point(0.95, 40), point(0.5, 5), point(0.4, 10)]
    assert pairs(pareto_front(points, "accuracy")) == [(0.5, 5), (0.9, 10), (0.95, 30)]


def test_points_with_unknown_values_are_not_on_the_front():
    assert pareto_front([point(None, 10), point(0.9, None)], "accuracy") == []


def test_front_of_one_point():
    assert pairs(pareto_front([point(0.0, 10)], "accuracy")) == [(0.0, 10)]


def test_least_jitter_then_fewest_changes_decide_between_equal_points():
    jittery = point(0.9, 10, jitter=0.5)
    changed = point(0.9, 10, {"confidence": 0.6}, jitter=0.1)
    best = point(0.9, 10, jitter=0.1)
    points = [jittery, changed, best, point(0.9, 10)]
    assert pareto_front(points, "accuracy") == [best]
    assert equal_points(points, best, "accuracy") == 3


def test_best_point_of_each_model_is_the_first_of_equal_ones():
    fast, slow = {"model": "movenet-lightning"}, {"model": "movenet-thunder"}
    first, second = point(0.9, 10, fast), point(0.9, 10, {**fast, "confidence": 0.6})
    heavy = point(0.95, 30, slow)
    points = [point(0.8, 10, fast), first, second, heavy, point(None, 30, slow)]
    assert best_of_models(points, "accuracy") == {"movenet-lightning": first, "movenet-thunder": heavy}


# ---- parameters


def test_points_are_grouped_by_value_in_ascending_order():
    points = [point(settings={"confidence": value}) for value in (0.5, 0.2, 0.5)]
    found = groups(points, "confidence", [0.5, 0.2])
    assert [(each.label, each.position, each.points) for each in found] == [("0.2", 0.2, (1,)), ("0.5", 0.5, (0, 2))]


def test_choices_keep_their_order_and_have_no_position():
    points = [point(settings={"model": model}) for model in ("movenet-thunder", "blazepose-lite")]
    found = groups(points, "model", ["movenet-thunder", "blazepose-lite"])
    assert [(each.label, each.position) for each in found] == [("movenet-thunder", None), ("blazepose-lite", None)]


def test_switches_are_choices():
    points = [point(settings={"smooth.on": value}) for value in (True, False)]
    assert [(each.label, each.position) for each in groups(points, "smooth.on", [True, False])] == [
        ("on", None),
        ("off", None),
    ]


def test_threads_are_a_parameter():
    points = [point(threads=1), point(threads=2)]
    assert [each.points for each in groups(points, "threads", [1, 2])] == [(0,), (1,)]


def test_many_numbers_are_grouped_into_eight_ranges_of_equally_many_different_ones():
    values = [index / 100 for index in range(16)]
    points = [point(settings={"confidence": value}) for value in [*values, 0.0]]
    found = groups(points, "confidence", values)
    assert len(found) == 8
    assert (found[0].label, found[0].points) == ("0 to 0.01", (0, 1, 16))
    assert found[0].position == pytest.approx(0.01 / 3)
    assert found[-1].label == "0.14 to 0.15"


def test_effect_is_the_difference_of_the_means():
    settings = [{"confidence": value} for value in (0.2, 0.2, 0.5, 0.5)]
    content = data([point(value, 1, each) for value, each in zip((0.9, 0.7, 0.5, None), settings, strict=True)])
    found = groups(content.points, "confidence", [0.2, 0.5])
    assert [typical(content, each.points, "accuracy") for each in found] == [pytest.approx(0.8), 0.5]
    assert effect(content, found, "accuracy") == pytest.approx(0.3)
    assert effect(content, found, "f1") == 0, "it is not known"


def test_typical_value_of_a_tuning_is_the_median():
    points = [point(value) for value in (0.9, 0.9, 0.0)]
    assert typical(data(points), (0, 1, 2), "accuracy") == pytest.approx(0.6)
    assert typical(data(points, kind=TUNING), (0, 1, 2), "accuracy") == 0.9


def test_parameter_without_effect_on_the_main_measure_shows_another_one():
    points = [point(0.9, 1, {"match.similarity": value}, match_rate=1 - value) for value in (0.6, 0.8)]
    content = data(points)
    assert affected_measure(content, groups(points, "match.similarity", [0.6, 0.8])) == "match_rate"


def test_parameter_without_any_effect():
    points = [point(0.9, index, {"match.similarity": value}) for index, value in enumerate((0.6, 0.8))]
    assert affected_measure(data(points), groups(points, "match.similarity", [0.6, 0.8])) is None, "times vary anyway"


def test_two_parameters_with_the_largest_effects():
    parameters = {"confidence": [0.2, 0.5], "smooth.beta": [1.0, 2.0], "person_confidence": [0.1, 0.2]}
    points = [
        point(
            0.5 + 0.1 * (a == 0.5) + 0.3 * (b == 2.0) + 0.2 * (c == 0.2),
            1,
            dict(zip(parameters, (a, b, c), strict=True)),
        )
        for a in parameters["confidence"]
        for b in parameters["smooth.beta"]
        for c in parameters["person_confidence"]
    ]
    assert strongest_parameters(data(points, parameters)) == ["smooth.beta", "person_confidence"]


def test_one_parameter_with_an_effect_is_not_enough():
    points = [point(value, 1, {"confidence": value}) for value in (0.2, 0.5)]
    assert strongest_parameters(data(points, {"confidence": [0.2, 0.5]})) == []


# ---- scale


def test_lower_limit_leaves_out_values_far_below_the_others():
    assert lower_limit([1.0, 0.99, 0.99, 0.0]) == pytest.approx(0.9)
    assert lower_limit([1.0, 0.99, 0.95]) == 0.95
    assert lower_limit([1.0, 1.0, 1.0, 0.0]) == pytest.approx(0.95)
    assert lower_limit([]) == 0


# ---- joints


def aligned(*poses):
    return align([(pose,) for pose in poses], [(standing(),)] * len(poses), range(len(poses)), [1] * len(poses))


def test_error_of_a_joint_is_the_median_in_percent_of_the_torso():
    poses = [moved(standing(), NOSE, dx=dx) for dx in (1, 3, 30)]
    joints = errors_by_joint([aligned(*poses)], 0.3)
    assert joints[NOSE].percent == pytest.approx(3, abs=1e-4), "the torso is 100 pixels long"
    assert joints[NOSE].missed == pytest.approx(1 / 3), "30 % is too far"
    assert (joints[LEFT_WRIST].percent, joints[LEFT_WRIST].missed) == (0, 0)


def test_keypoints_that_are_not_shown_are_missed_and_have_no_error():
    joints = errors_by_joint([aligned(standing(score=0.2))], 0.3)
    assert (joints[NOSE].percent, joints[NOSE].missed) == (None, 1)


def test_clips_are_pooled():
    one, two = aligned(moved(standing(), NOSE, dx=2)), aligned(moved(standing(), NOSE, dx=4))
    assert errors_by_joint([one, two], 0.3)[NOSE].percent == pytest.approx(3, abs=1e-4)


def test_joints_without_persons_are_empty():
    assert errors_by_joint([align([()], [()], [0.0], [0])], 0.3) == ()
    assert errors_by_joint([], 0.3) == ()


def test_invisible_joint_is_neither_found_nor_missed():
    truth = standing()
    truth.scores[NOSE] = 0
    joints = errors_by_joint([align([(standing(),)], [(truth,)], [0.0], [1])], 0.3)
    assert (joints[NOSE].percent, joints[NOSE].missed) == (None, None)
    assert np.isfinite(joints[LEFT_WRIST].percent)
