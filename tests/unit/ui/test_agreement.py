"""The tables of a comparison."""

import re

import numpy as np

from pose_demo.skeletons import COCO_17
from pose_demo.ui.components.agreement import Row, joints_table, sides_table


def test_each_side_has_a_row():
    html = sides_table([Row("A", "MoveNet", 12.5, 0.254), Row("B", "<Other>", None, None)])
    assert "<td>A</td><td>MoveNet</td><td>12.5</td><td>80.0</td><td>0.25</td>" in html
    assert "<td>B</td><td>&lt;Other&gt;</td><td>–</td><td>–</td><td>–</td>" in html


def joints(**values):
    return np.array([values.get(name, np.nan) for name in COCO_17.keypoints])


def test_every_joint_has_a_value():
    html = joints_table(np.arange(17.0))
    assert re.findall(r"<th>(\w+)</th>", html)[:4] == ["left", "right", "Nose", "Eye"]
    assert sorted(map(float, re.findall(r"<b>([\d.]+)</b>", html))) == list(range(17))


def test_the_longest_bar_is_the_largest_disagreement():
    html = joints_table(joints(left_wrist=40.0, right_wrist=20.0))
    left, right = map(float, re.findall(r"width:([\d.]+)%", html))
    assert left == 72 and right == 36


def test_a_small_disagreement_has_a_short_bar():
    assert re.findall(r"width:([\d.]+)%", joints_table(joints(nose=1.0))) == ["7.2"]


def test_an_unknown_disagreement_has_no_bar():
    html = joints_table(joints())
    assert "<i" not in html and html.count("–") == 17
