"""Heat maps with one or two warm cells: where the keypoint goes can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from blazepose_nets import COLD, SURE

from pose_demo.estimators.blazepose.heatmap import refine


def refined(xy, warm, cells=64):
    """One point in cells, and the warm cells of its map as {(column, row): logit}; the answer in cells."""
    heat = np.full((cells, cells, 1), COLD, np.float32)
    for (column, row), logit in warm.items():
        heat[row, column, 0] = logit
    (point,) = refine(np.array([xy]) / cells, heat) * cells
    return tuple(point)


def test_a_point_moves_to_the_warm_cell():
    assert refined((30.6, 20.3), {(32, 18): SURE}) == pytest.approx((32, 18))


def test_two_warm_cells_share_the_point_by_their_warmth():
    # The logistic of log(1/3) is 1/4, that of log(3) is 3/4.
    assert refined((30, 20), {(28, 20): math.log(1 / 3), (32, 20): math.log(3)}) == pytest.approx((31, 20))


@pytest.mark.parametrize(("logit", "moves"), [(0.0, True), (-0.01, False)])
def test_warmth_below_one_half_does_not_count(logit, moves):
    assert (refined((30.6, 20.3), {(32, 18): logit}) == pytest.approx((32, 18))) == moves


@pytest.mark.parametrize("away", [(-4, 0), (4, 0), (0, -4), (0, 4)], ids=str)
def test_the_window_reaches_three_cells(away):
    far = (30 + away[0], 20 + away[1])
    near = (30 + away[0] * 3 // 4, 20 + away[1] * 3 // 4)
    assert refined((30.9, 20.9), {far: SURE}) == pytest.approx((30.9, 20.9))
    assert refined((30.9, 20.9), {near: SURE}) == pytest.approx(near)


@pytest.mark.parametrize(
    ("xy", "warm"),
    [((0.2, 0.2), (0, 0)), ((63.9, 63.9), (63, 63)), ((-0.9, -0.9), (3, 3)), ((1.0, 63.0), (0, 60))],
    ids=str,
)
def test_at_the_border_only_the_cells_that_are_there_count(xy, warm):
    assert refined(xy, {warm: SURE}) == pytest.approx(warm)


def test_a_warm_cell_at_the_border_counts_once():
    """Were the window pushed back inside, the border's cells would be counted twice and pull."""
    assert refined((0, 30), {(0, 30): SURE, (2, 30): SURE}) == pytest.approx((1, 30))


@pytest.mark.parametrize("xy", [(64.0, 20.0), (20.0, 64.5), (-1.0, 20.0), (20.0, -3.0), (9000.0, 9000.0)], ids=str)
def test_points_outside_the_map_stay(xy):
    assert refined(xy, {(63, 20): SURE, (20, 63): SURE, (0, 20): SURE, (20, 0): SURE}) == pytest.approx(xy)


def test_each_point_has_its_own_map():
    heat = np.full((64, 64, 2), COLD, np.float32)
    heat[10, 11, 0] = heat[50, 41, 1] = SURE
    points = refine(np.array([(10.5, 10.5), (40.5, 50.5)]) / 64, heat) * 64
    assert points == pytest.approx(np.array([(11, 10), (41, 50)]))
