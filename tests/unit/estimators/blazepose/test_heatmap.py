"""Heatmaps with one or two cells of high probability: the refined keypoint can be calculated by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from blazepose_nets import HIGH_LOGIT, LOW_LOGIT

from pose_demo.estimators.blazepose.heatmap import refine


def refined(xy, logits, cells=64):
    """Refine one point; it and the result are in cells. ``logits`` are (column, row) -> logit; other cells are low."""
    heatmap = np.full((cells, cells, 1), LOW_LOGIT, np.float32)
    for (column, row), logit in logits.items():
        heatmap[row, column, 0] = logit
    (point,) = refine(np.array([xy]) / cells, heatmap) * cells
    return tuple(point)


def test_a_point_moves_to_the_only_high_cell():
    assert refined((30.6, 20.3), {(32, 18): HIGH_LOGIT}) == pytest.approx((32, 18))


def test_a_point_moves_to_the_mean_of_two_cells_weighted_by_probability():
    # The sigmoid of log(1/3) is 1/4, that of log(3) is 3/4.
    assert refined((30, 20), {(28, 20): math.log(1 / 3), (32, 20): math.log(3)}) == pytest.approx((31, 20))


@pytest.mark.parametrize(("logit", "moves"), [(0.0, True), (-0.01, False)])
def test_a_peak_below_one_half_does_not_move_the_point(logit, moves):
    assert (refined((30.6, 20.3), {(32, 18): logit}) == pytest.approx((32, 18))) == moves


@pytest.mark.parametrize("offset", [(-4, 0), (4, 0), (0, -4), (0, 4)], ids=str)
def test_the_window_extends_three_cells_in_each_direction(offset):
    outside = (30 + offset[0], 20 + offset[1])
    inside = (30 + offset[0] * 3 // 4, 20 + offset[1] * 3 // 4)
    assert refined((30.9, 20.9), {outside: HIGH_LOGIT}) == pytest.approx((30.9, 20.9))
    assert refined((30.9, 20.9), {inside: HIGH_LOGIT}) == pytest.approx(inside)


@pytest.mark.parametrize(
    ("xy", "high"),
    [((0.2, 0.2), (0, 0)), ((63.9, 63.9), (63, 63)), ((-0.9, -0.9), (3, 3)), ((1.0, 63.0), (0, 60))],
    ids=str,
)
def test_at_the_border_the_window_is_clipped(xy, high):
    assert refined(xy, {high: HIGH_LOGIT}) == pytest.approx(high)


def test_a_cell_at_the_border_is_counted_once():
    """If indices were only clamped to the heatmap, border cells would be counted several times."""
    assert refined((0, 30), {(0, 30): HIGH_LOGIT, (2, 30): HIGH_LOGIT}) == pytest.approx((1, 30))


@pytest.mark.parametrize("xy", [(64.0, 20.0), (20.0, 64.5), (-1.0, 20.0), (20.0, -3.0), (9000.0, 9000.0)], ids=str)
def test_points_outside_the_heatmap_are_unchanged(xy):
    border_cells = dict.fromkeys([(63, 20), (20, 63), (0, 20), (20, 0)], HIGH_LOGIT)
    assert refined(xy, border_cells) == pytest.approx(xy)


def test_each_point_has_its_own_heatmap():
    heatmaps = np.full((64, 64, 2), LOW_LOGIT, np.float32)
    heatmaps[10, 11, 0] = heatmaps[50, 41, 1] = HIGH_LOGIT
    points = refine(np.array([(10.5, 10.5), (40.5, 50.5)]) / 64, heatmaps) * 64
    assert points == pytest.approx(np.array([(11, 10), (41, 50)]))
