"""The charts and tables of takes."""

from __future__ import annotations

import pytest
from dance_streams import compared_take, plan

from pose_demo.dance import reasons
from pose_demo.dance.comparison import Passage
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.teacher import Teacher
from pose_demo.ui.components import dance_chart, limb_errors
from pose_demo.ui.panels import dance_takes

RATED = Passage(start=0.0, end=3.0, timing_ms=-60.0, form=0.9)
HIDDEN = Passage(start=3.0, end=6.0, reason=reasons.NOBODY)


def rows(measure, *takes):
    table = dance_chart.chart_table(takes, measure).to_pylist()
    return [row for row in table if row["limit"] is None], [row["limit"] for row in table if row["limit"] is not None]


def test_each_passage_is_a_point_in_its_middle_and_one_without_a_number_is_a_gap():
    points, limits = rows(dance_chart.FORM, (RATED, HIDDEN))
    assert [(row["seconds"], row["value"]) for row in points] == [(1.5, pytest.approx(90.0)), (4.5, None)]
    assert points[0]["text"] == "0:00 to 0:03: no limb clearly off, 60 ms early" and limits == [60.0, 100.0]
    assert [row["value"] for row in rows(dance_chart.TIMING, (RATED, HIDDEN))[0]] == [-60.0, None]


def test_the_last_take_is_in_front_of_the_others():
    points, _ = rows(dance_chart.FORM, (RATED,), (RATED,), (RATED,))
    assert [(row["take"], row["series"]) for row in points] == [
        (0, "earlier takes"),
        (1, "earlier takes"),
        (2, "this take"),
    ]


@pytest.mark.parametrize("measure", [dance_chart.FORM, dance_chart.TIMING])
def test_specifications_contain_no_data(measure):
    specification = dance_chart.specification(measure)
    assert "datasets" not in specification and not specification.get("data", {}).get("values")


def test_limbs_are_bars_of_their_error_and_one_that_is_not_visible_has_none():
    html = limb_errors.table({"left forearm": 30.0, "right forearm": 90.0})
    assert "width: 34%; background: rgb(240, 228, 66)'></i>30°" in html  # half of 68 %, yellow
    assert "width: 68%; background: rgb(213, 94, 0)'></i>90°" in html and html.count("<div>–</div>") == 8


def test_the_takes_are_rows_of_a_table():
    named = Teacher(DanceReference("<b>mine</b>", plan().teacher.reference.dancers))
    other = plan(speed=0.5, start=2.0)
    other = type(other)(teacher=named, options=other.options, take=2)
    html = dance_takes.table(
        (
            compared_take(RATED, form=0.874, timing_ms=123.0),
            compared_take(number=2, given=other, danced_until=5.0, reason=reasons.NOBODY),
        )
    )
    assert "<td>1</td><td>Disco, 0:00–0:08</td><td>87 %</td><td>120 ms late</td>" in html
    assert "<td>2</td><td>&lt;b&gt;mine&lt;/b&gt;, 0:02–0:05, × 0.5</td><td>–</td><td>–</td>" in html
