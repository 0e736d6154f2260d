"""The data of the charts of sweeps and tunings."""

from __future__ import annotations

import pytest

from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.inspection import Inspection
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.components import explore_charts, joint_chart
from pose_demo.ui.explore.results import _best, results_table
from pose_demo.ui.explore.sweep import SWEPT, parse_numbers
from pose_demo.ui.parameters import PARAMETERS, label, value_text

NOTHING = dict.fromkeys(MEASURES)


def _point(model: str, confidence: float, ms: float, accuracy: float | None) -> MeasuredPoint:
    settings = Settings(model=model, confidence=confidence)
    measures = NOTHING | {"ms_p50": ms, "accuracy": accuracy}
    return MeasuredPoint(settings, 1, measures, {"model": model, "confidence": confidence})


POINTS = (
    _point("movenet-lightning", 0.2, 8.0, 0.90),
    _point("movenet-lightning", 0.3, 8.0, 0.92),
    _point("movenet-thunder", 0.2, 30.0, 0.95),
    _point("movenet-thunder", 0.3, 30.0, 0.91),
    _point("movenet-thunder", 0.4, 30.0, None),
)


def test_the_pareto_chart_marks_the_front_and_the_present_settings():
    rows = explore_charts.pareto_table(POINTS, _point("blazepose-lite", 0.3, 10.0, 0.8), "accuracy").to_pylist()
    kinds = {row["index"]: row["kind"] for row in rows}
    assert kinds == {
        0: explore_charts.OTHER,
        1: explore_charts.FRONT,
        2: explore_charts.FRONT,
        3: explore_charts.OTHER,
        -1: explore_charts.PRESENT,
    }
    assert rows[-1]["kind"] == explore_charts.PRESENT  # drawn last
    assert rows[-2]["settings"] == "model MoveNet Thunder, keypoint confidence 0.2"


def test_a_cell_of_the_heat_map_is_the_best_over_the_other_parameters():
    rows = explore_charts.heat_table(POINTS, "model", "model", "accuracy").to_pylist()
    assert [(row["x"], row["index"], row["value"]) for row in rows] == [
        ("MoveNet Lightning", 1, 0.92),
        ("MoveNet Thunder", 2, 0.95),
    ]
    slow = explore_charts.heat_table(POINTS, "confidence", "confidence", "ms_p50").to_pylist()
    assert slow[0]["index"] == 0  # a shorter time is better


def test_parallel_coordinates_have_a_position_on_each_axis():
    rows = explore_charts.parallel_table(POINTS, ["model", "confidence"], ["accuracy", "ms_p50"]).to_pylist()
    best = {row["axis"]: row["position"] for row in rows if row["index"] == 2}
    assert best == {label("model"): 1.0, label("confidence"): 0.0, "Accuracy": 1.0, MEASURES["ms_p50"].label: 1.0}
    assert not [row for row in rows if row["index"] == 4]  # its accuracy is unknown


def test_parallel_coordinates_are_limited():
    many = [_point("movenet-lightning", 0.3, 8.0, i / 1000) for i in range(1000)]
    table = explore_charts.parallel_table(many, ["confidence"], ["accuracy"])
    assert len({row["index"] for row in table.to_pylist()}) == explore_charts.MAX_LINES


def test_joints_have_errors_and_missed_keypoints():
    found = Inspection((1.0,) * 16 + (None,), (0.25,) * 17, ())
    rows = joint_chart.joints_table({"selected": found}).to_pylist()
    assert len(rows) == 17 and rows[0] == {"joint": "Nose", "series": "selected", "error": 1.0, "missed": 25.0}
    assert rows[-1]["error"] is None


@pytest.mark.parametrize(
    ("rows", "expected"), [([], None), ([{"index": 3}], 3), ([{"index": -1}], None), ([{"index": "x"}], None)]
)
def test_the_selected_point_is_read_from_the_chart(rows, expected):
    assert explore_charts.picked_index({"selection": {"pick": rows}}) == expected
    assert explore_charts.picked_index({"selection": {}}) is None


def test_the_best_point_is_preselected():
    assert _best(POINTS, "accuracy") == 2
    assert _best(POINTS, "ms_p50") in (0, 1)


def test_the_table_has_the_known_measures_only():
    table = results_table(POINTS)
    assert table.column_names == ["model", "confidence", "ms_p50", "accuracy"] and len(table) == 5


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("confidence", "0.2, 0.3,0.4", [0.2, 0.3, 0.4]),
        ("confidence", "0.1 to 0.5 step 0.1", [0.1, 0.2, 0.3, 0.4, 0.5]),
        ("max_people", "1, 2", [1, 2]),
        ("threads", "1 to 3 step 1", [1, 2, 3]),
        ("max_people", "1.5", [1.5]),  # refused by the spec, with its message
        ("confidence", "", []),
    ],
)
def test_numbers_are_read_from_a_list_or_a_range(name, text, expected):
    numbers = parse_numbers(PARAMETERS[name], text)
    assert numbers == expected and [type(number) for number in numbers] == [type(number) for number in expected]


@pytest.mark.parametrize(
    "text",
    ["a", "0.1 to", "0 to 1 step 0", "1 to 0 step 0.1", "0 to 1 step 0.00001", "0 to inf step 1", "nan to 1 step 1"],
)
def test_other_texts_are_refused(text):
    with pytest.raises(InputError, match="Keypoint confidence: expected numbers"):
        parse_numbers(PARAMETERS["confidence"], text)


def test_every_parameter_and_value_has_a_text():
    assert set(SWEPT) <= set(PARAMETERS)
    assert [value_text(value) for value in (True, 0.25, 3, "movenet-thunder", "every-limb")] == [
        "on",
        "0.25",
        "3",
        "MoveNet Thunder",
        "Every limb",
    ]
