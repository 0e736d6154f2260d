"""Tables and specifications of the charts."""

from __future__ import annotations

import pytest
from histories import AT_REST, MOVING, history_of

from pose_demo.ui.components.charts import keypoint_specification, keypoint_table, score_specification, score_table


def series_of(history, axis, name, mirrored=False):
    rows = keypoint_table(history, axis, mirrored).to_pylist()
    return [(round(row["seconds"], 3), row["pixels"]) for row in rows if row["series"] == name]


def test_raw_and_smoothed_pixels_are_plotted_over_time():
    history = history_of(*MOVING)
    assert series_of(history, "x", "raw")[-2:] == [(-0.1, 140), (0.0, 150)]
    assert series_of(history, "x", "smoothed")[-2:] == [(-0.1, 138), (0.0, 148)]
    assert series_of(history, "y", "raw")[0] == (-0.5, 50)


def test_a_mirrored_image_mirrors_x_only():
    history = history_of(*MOVING)
    assert series_of(history, "x", "raw", mirrored=True)[-1] == (0.0, 640 - 150)
    assert series_of(history, "y", "raw", mirrored=True)[-1] == (0.0, 75)


def test_frames_without_the_keypoint_are_a_gap():
    history = history_of(*MOVING[:2], None, *MOVING[3:])
    assert [pixels for _, pixels in series_of(history, "x", "raw")] == [100, 110, None, 130, 140, 150]


@pytest.mark.parametrize("smoothed_by", ["model", "none"])
def test_without_a_filter_there_is_one_series(smoothed_by):
    assert not series_of(history_of(*MOVING, smoothed_by=smoothed_by), "x", "smoothed")


def test_the_span_of_a_keypoint_at_rest_is_at_least_two_percent_of_the_body():
    rows = keypoint_table(history_of(*AT_REST), "x", False).to_pylist()
    low, high = (row["limit"] for row in rows if row["limit"] is not None)
    assert (low, high) == (-0.5, 1.5)


@pytest.mark.parametrize("axis", ["x", "y"])
def test_up_in_the_chart_is_up_or_right_in_the_image(axis):
    lines, _ = keypoint_specification(axis)["layer"]
    assert lines["encoding"]["y"]["scale"]["reverse"] == (axis == "y")  # the y of an image increases downwards


@pytest.mark.parametrize("specification", [keypoint_specification("x"), score_specification(0.8)])
def test_specifications_contain_no_data(specification):
    """Streamlit creates a chart anew, with a flicker, when its specification changes."""
    assert "datasets" not in specification and not specification.get("data", {}).get("values")


def test_at_most_ten_scores_per_second_are_plotted():
    table = score_table(tuple((index / 30, index / 300) for index in range(300)))
    assert 99 <= table.num_rows <= 101
    assert table.to_pylist()[-1] == {"seconds": 0.0, "score": pytest.approx(299 / 300)}


def test_a_missing_score_is_a_gap():
    assert score_table(((0.0, 0.5), (0.5, None), (1.0, 0.6)))["score"].null_count == 1


def test_the_threshold_is_a_line_in_the_score_chart():
    _, rule = score_specification(0.65)["layer"]
    assert rule["mark"]["type"] == "rule" and rule["encoding"]["y"]["datum"] == 0.65
