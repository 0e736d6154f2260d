"""The curves of joint angles: their text, their table, and that they show what is exported."""

from __future__ import annotations

import json

import numpy as np
import pytest
from fakes import FakeEstimator, plan_of
from matching_body import SIZE, rotated, t_pose

from pose_demo.io.keypoints import open_keypoints
from pose_demo.joint_angles import JOINT_PAIRS
from pose_demo.pipeline import Pipeline
from pose_demo.tracking.joint_angle_history import AngleSample, JointAngleHistory
from pose_demo.types import Estimate, Frame
from pose_demo.ui.components.charts import angle_specification, angle_table
from pose_demo.ui.panels.joint_angle_plot import description, figures


def history_of(*knees: float | None, source: str = "keypoints", fps: int = 10) -> JointAngleHistory:
    """A left knee at these angles; the right one is not visible."""
    samples = (AngleSample(i / fps, {"left_knee": knee, "right_knee": None}) for i, knee in enumerate(knees))
    return JointAngleHistory(3, source, tuple(samples))


@pytest.mark.parametrize(
    ("knees", "text"),
    [
        ((10.4, 95.6, 40.0), ":blue-badge[left **40°** · 10° to 96° · range 85°]"),
        ((-0.3, None), ":blue-badge[left **–** · 0° to 0° · range 0°]"),
        ((None, None), "not visible"),
    ],
)
def test_present_angle_minimum_maximum_and_range(knees, text):
    assert figures(history_of(*knees), "knees") == text


def test_a_model_without_feet_is_said_to_have_none():
    assert figures(history_of(10.0), "ankles") == "this model has no keypoints of the feet"


@pytest.mark.parametrize(("source", "text"), [("keypoints", "in the image"), ("world_keypoints", "in 3D")])
def test_the_text_says_whose_angles_they_are_and_from_what(source, text):
    described = description(history_of(10.0, source=source))
    assert described.startswith("Person 3, last 10 s · angles") and text in described


def test_the_table_has_both_sides_over_time():
    rows = angle_table(history_of(10.0, None, 30.0), "knees").to_pylist()
    left = [(round(row["seconds"], 3), row["degrees"]) for row in rows if row["side"] == "left"]
    assert left == [(-0.2, 10.0), (-0.1, None), (0.0, 30.0)]
    assert [row["degrees"] for row in rows if row["side"] == "right"] == [None, None, None]


def test_at_most_fifteen_angles_of_each_side_per_second_are_plotted():
    assert angle_table(history_of(*range(300), fps=30), "knees").num_rows == 2 * 150


def test_the_specification_contains_no_data():
    assert "datasets" not in angle_specification("ankles") and not angle_specification("knees")["data"].get("values")


def test_the_shown_angles_are_the_exported_ones(tmp_path):
    pose = rotated(rotated(t_pose(), -47.3, "left_elbow", "left_wrist"), 33.3, "right_knee", "right_ankle")
    plan = plan_of(FakeEstimator(Estimate((pose,))), **{"joint_angles.plot": "all"})
    result = Pipeline().process(Frame(np.zeros((*SIZE, 3), np.uint8), 0.0), plan)
    with open_keypoints(tmp_path / "k.json") as writer:
        writer.write(0, result)
    (person,) = json.loads((tmp_path / "k.json").read_text())["frames"][0]["persons"]
    exported = person["joint_angles"]
    assert exported["left_elbow"] == 47.3 and exported["right_knee"] == 33.3
    for pair in ("shoulders", "elbows", "hips", "knees"):
        text = figures(result.joint_angle_history, pair)
        for side, joint in zip(("left", "right"), JOINT_PAIRS[pair], strict=True):
            assert f"{side} **{exported[joint]:.0f}°**" in text
