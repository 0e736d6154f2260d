"""Charts as SVG: positions computed by hand."""

import re

import pytest

from pose_demo.html_page.charts import Axis, Bar, Dot, axis, bars, heat_map, legend, line_chart, scatter, staircase
from pose_demo.html_page.markup import count, element, join, number, table, value_text

MS = Axis("ms", 0, 40, (0, 20, 40))
ACCURACY = Axis("accuracy", 0.5, 1.0, (0.5, 0.75, 1.0))


def circles(markup):
    """(cx, cy) in percent of each circle."""
    return [tuple(map(float, found)) for found in re.findall(r'<circle cx="([\d.]+)%" cy="([\d.]+)%"', markup)]


def corners(markup):
    """The corners of the line, in percent."""
    (points,) = re.findall(r'<polyline points="([^"]*)"', markup)
    return [tuple(map(float, pair.split(","))) for pair in points.split()]


def widths(markup):
    return [float(found) for found in re.findall(r'<rect width="([\d.]+)%"', markup)]


def test_points_lie_in_percent_of_the_plot_from_the_top_left_corner():
    dots = [Dot(10, 0.75, "a"), Dot(40, 1.0, "b"), Dot(0, 0.5, "c")]
    assert circles(scatter(dots, MS, ACCURACY)) == [(25, 50), (100, 0), (0, 100)]


def test_titles_and_colors_of_points():
    markup = scatter([Dot(10, 0.75, "<b>&", color=9, class_="front")], MS, ACCURACY)
    assert "<title>&lt;b&gt;&amp;</title>" in markup
    assert 'class="dot c1 front"' in markup, "there are eight colors"


def test_front_is_a_staircase_that_ends_at_the_edge():
    assert staircase([(10, 0.6), (20, 0.9)], 40) == [(10, 0.6), (20, 0.6), (20, 0.9), (40, 0.9)]
    assert corners(scatter([], MS, ACCURACY, [(10, 0.6), (20, 0.9)])) == [(25, 80), (50, 80), (50, 20), (100, 20)]


def test_staircase_of_nothing_is_empty():
    assert staircase([], 40) == []


def test_present_settings_are_marked_by_a_cross():
    markup = scatter([], MS, ACCURACY, marked=Dot(20, 0.75, "present"))
    assert '<text x="50%" y="50%" dy="6" class="present"><title>present</title>' in markup
    assert 'class="present"' not in scatter([], MS, ACCURACY)


def test_line_connects_the_points():
    markup = line_chart([[Dot(0, 0.5, "a"), Dot(20, 1.0, "b")]], MS, ACCURACY, "title")
    assert corners(markup) == circles(markup) == [(0, 100), (50, 0)]


def test_ticks_surround_the_values():
    found = axis("ms", [7.4, 28.9])
    assert (found.low, found.high, found.ticks) == (5, 30, (5, 10, 15, 20, 25, 30))


def test_logarithmic_axis_for_a_wide_range_of_positive_values():
    found = axis("Hz", [0.01, 1.0], may_be_log=True)
    assert found.is_log
    assert [found.percent(value) for value in (0.01, 0.1, 1.0)] == [0, 50, 100]


@pytest.mark.parametrize("values", [[0, 1], [1, 39], [-5, 500]])
def test_other_axes_are_linear(values):
    assert not axis("", values, may_be_log=True).is_log


@pytest.mark.parametrize("values", [[], [0.0], [0.97], [3, 3], [-2.0]])
def test_axis_of_one_value_has_a_range_that_contains_it(values):
    found = axis("", values)
    assert found.low < found.high
    assert all(0 <= found.percent(value) <= 100 for value in values)


def test_bars_are_relative_to_the_largest_value():
    assert widths(bars([Bar("a", 1.0, "1"), Bar("b", 0.25, "0.25"), Bar("c", None, "–")], 2.0)) == [50, 12.5, 0]


def test_bars_of_zeros_have_no_width():
    assert widths(bars([Bar("a", 0.0, "0")], 0.0)) == [0]


def test_cells_of_a_heat_map_go_from_the_lowest_to_the_highest_value():
    markup = heat_map(["r"], ["a", "b", "c", "d"], [[0.5, 1.0, None, 0.1]], 0.5)
    cells = re.findall(r"rgb\((\d+),\d+,\d+\);color:(#\w+)", markup)
    assert cells == [("240", "#111"), ("9", "#fff"), ("240", "#111")], "lower values have the lightest color"
    assert "<td>–</td>" in markup


def test_heat_map_of_one_value():
    assert "0.500</td>" in heat_map(["r"], ["c"], [[0.5]], 0.5)


def test_legend_shows_the_color_of_each_name():
    assert '<span class="swatch c1"></span>B&amp;B</li>' in legend(["A", "B&B"])


def test_content_and_attributes_are_escaped():
    assert element("a", '<b>&"', title='<b>&"') == '<a title="&lt;b&gt;&amp;&quot;">&lt;b&gt;&amp;&quot;</a>'


def test_markup_is_not_escaped_twice():
    assert element("p", element("b", "<"), ">") == "<p><b>&lt;</b>&gt;</p>"
    assert join(element("b", "1"), "&") == "<b>1</b>&amp;"


def test_attributes_with_reserved_names_and_without_a_value():
    assert element("i", class_="x", stroke_width=2, id=None) == '<i class="x" stroke-width="2"></i>'


def test_cells_of_a_table_are_escaped():
    assert "<td>&lt;b&gt;</td>" in table(["name"], [["<b>"]])


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.98341, 3, "0.983"),
        (1234.5, 1, "1,234.5"),
        (3, 0, "3"),
        (None, 3, "–"),
        (float("nan"), 3, "–"),
        (float("inf"), 3, "–"),
    ],
)
def test_numbers(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "on"), (False, "off"), (0.25, "0.25"), (3, "3"), ("a", "a"), (["a"], '["a"]'), (None, "–")],
)
def test_values_of_settings(value, text):
    assert value_text(value) == text


def test_counts():
    assert (count(1, "clip"), count(0, "clip"), count(2000, "point")) == ("1 clip", "0 clips", "2,000 points")


def test_a_line_has_a_gap_where_there_is_no_point():
    x = axis("x", [0, 4])
    dots = [Dot(0, 1, "a"), Dot(1, 2, "b"), None, Dot(3, 1, "c")]
    chart = line_chart([dots], x, axis("y", [1, 2]), "values")
    assert chart.count("<polyline") == 2 and chart.count("<circle") == 3


def test_several_lines_have_their_colors():
    lines = [[Dot(0, 1, "a", color), Dot(4, 2, "b", color)] for color in (0, 1, 9)]
    chart = line_chart(lines, axis("x", [0, 4]), axis("y", [1, 2]), "values")
    assert re.findall(r'class="curve (\w+)"', chart) == ["line0", "line1", "line1"]
