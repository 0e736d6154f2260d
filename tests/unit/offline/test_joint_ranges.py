"""The ranges of the joint angles of a run: of the person in most frames."""

from __future__ import annotations

from dataclasses import replace

from fakes import pose_at, result_of

from pose_demo.joint_angles import JointAngles
from pose_demo.offline.joint_ranges import JointRanges


def ranges_of(*frames: dict[int, float | None]) -> dict[str, object] | None:
    ranges = JointRanges()
    for knees in frames:
        angles = tuple(JointAngles({"left_knee": knee, "right_knee": None}, "keypoints") for knee in knees.values())
        ranges.add(replace(result_of(*(pose_at(track_id=number) for number in knees)), joint_angles=angles))
    return ranges.to_dict()


def test_the_person_in_most_frames_counts():
    found = ranges_of({1: 90.0}, {1: 10.0, 2: 33.33}, {2: 10.04}, {2: None})
    joints = {"left_knee": {"minimum": 10.0, "maximum": 33.3, "range": 23.3}}
    assert found == {"person": 2, "frames": 3, "source": "keypoints", "joints": joints}


def test_without_a_person_there_are_none():
    assert ranges_of({}, {}) is None
