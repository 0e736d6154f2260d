"""The plots of a watched keypoint: what they say, and that lines go where the picture does."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from pose_demo.tracking.keypoint_history import Moment, Place, Trace
from pose_demo.ui.panels.keypoint_plot import caption, panel


def trace_of(*places, by="filter", person=1, fps=10):
    """A left wrist at these (raw x, raw y, x, y), None where it was not seen; the body is 100 px."""
    moments = (Moment(index / fps, place and Place(*place, 100)) for index, place in enumerate(places))
    return Trace("left_wrist", (640, 480), by, person, tuple(moments))


RIGHT_AND_DOWN = tuple((100 + 10 * i, 50 + 5 * i, 98 + 10 * i, 49 + 5 * i) for i in range(6))
STILL = ((0, 0, 0, 0), (1, 1, 0, 0), (0, 0, 0, 0))


def lines(html):
    """For each plot its lines, as lists of (x, y) in a drawing of 500 x 100; the grid is left out."""
    found = []
    for svg in re.findall(r"src='([^']*)'", html.replace("%27", '"')):
        drawn = [re.findall(r"([-\d.]+),([-\d.]+)", points) for points in re.findall('points="([^"]*)"', unquote(svg))]
        found.append([[(float(x), float(y)) for x, y in line] for line in drawn[6:]])
    return found


def test_raw_is_drawn_first_and_smoothed_over_it():
    sideways, upward = lines(panel(trace_of(*RIGHT_AND_DOWN), False))
    assert len(sideways) == len(upward) == 2
    raw, smooth = sideways
    assert all(a[0] == b[0] and a[1] < b[1] for a, b in zip(raw, smooth, strict=True))  # smoothed is 2 px less far


def test_the_line_goes_where_the_keypoint_goes_in_the_picture():
    sideways, upward = (plot[0] for plot in lines(panel(trace_of(*RIGHT_AND_DOWN), False)))
    assert sideways[-1][1] < sideways[0][1], "to the right is up"
    assert upward[-1][1] > upward[0][1], "down is down"
    sideways, upward = (plot[0] for plot in lines(panel(trace_of(*RIGHT_AND_DOWN), True)))
    assert sideways[-1][1] > sideways[0][1] and upward[-1][1] > upward[0][1]


def test_now_is_at_the_right_and_a_second_is_a_fifth_of_the_width():
    (raw, _), _ = lines(panel(trace_of(*RIGHT_AND_DOWN), False))
    assert [x for x, _ in raw] == [450, 460, 470, 480, 490, 500]


def test_nothing_lies_outside_and_the_most_is_made_of_the_height():
    for plot in lines(panel(trace_of(*RIGHT_AND_DOWN), False)):
        heights = [y for line in plot for _, y in line]
        assert min(heights) == 8 and max(heights) == 92


def test_trembling_fills_only_its_part_of_the_height():
    (raw, smooth), _ = lines(panel(trace_of(*STILL), False))
    # A plot spans 2 px at least here, so that 1 px is half of the 84.
    assert raw[0][1] - raw[1][1] == pytest.approx(42, abs=0.2) and smooth[0][1] == smooth[1][1]


def test_a_break_is_a_break():
    places = [*RIGHT_AND_DOWN[:3], None, *RIGHT_AND_DOWN[3:]]
    assert [[len(line) for line in plot] for plot in lines(panel(trace_of(*places), False))] == [[3, 3, 3, 3]] * 2


def test_what_nobody_smooths_here_is_drawn_once():
    html = panel(trace_of(*RIGHT_AND_DOWN, by="nobody"), False)
    assert [len(plot) for plot in lines(html)] == [1, 1] and "smoothed, as drawn" not in html


@pytest.mark.parametrize(
    ("places", "by", "text"),
    [
        # 2 px of 10 a frame in x, 1 of 5 in y, at 10 frames a second
        (RIGHT_AND_DOWN, "filter", "Left wrist of person 1 · lag 20 ms"),
        (STILL, "filter", "Left wrist of person 1 · at rest · trembling 2.00 % → 0.00 % of the body"),
        (STILL[:2], "filter", "Left wrist of person 1"),
        (RIGHT_AND_DOWN, "nobody", "Left wrist of person 1 · smoothing is off"),
        (STILL, "nobody", "Left wrist of person 1 · smoothing is off · at rest · trembling 2.00 % of the body"),
        (RIGHT_AND_DOWN, "model", "Left wrist of person 1 · the model smooths by itself"),
    ],
    ids=["moves", "still", "just came", "off", "off, still", "by the model"],
)
def test_the_line_beneath(places, by, text):
    assert caption(trace_of(*places, by=by)) == text


@pytest.mark.parametrize("trace", [trace_of(None, None), trace_of(None, person=None)], ids=["left", "never came"])
def test_who_is_not_there_is_told(trace):
    html = panel(trace, False)
    assert "Left wrist: not in the picture" in html and not lines(html)
