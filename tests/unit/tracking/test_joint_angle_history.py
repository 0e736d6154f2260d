"""The history of joint angles: whose they are, for how long, and their ranges."""

from __future__ import annotations

from fakes import pose_at

from pose_demo.joint_angles import AngleRange, JointAngles
from pose_demo.tracking.joint_angle_history import JointAngleHistory, update_angle_history


def history_of(*frames: tuple[float, dict[int, float | None]], source: str = "keypoints") -> JointAngleHistory:
    """The history after frames, each a time and the angle of the left knee by track_id."""
    history = None
    for timestamp, knees in frames:
        poses = [pose_at(track_id=number) for number in knees]
        angles = [JointAngles({"left_knee": knee}, source) for knee in knees.values()]
        history = update_angle_history(history, poses, angles, timestamp)
    return history


def knees(history: JointAngleHistory) -> list[tuple[float, float | None]]:
    return [(sample.timestamp, sample.degrees.get("left_knee")) for sample in history.samples]


def test_minimum_maximum_and_gaps():
    history = history_of((1, {4: 30.0}), (2, {4: None}), (3, {}), (3.5, {4: 10.0}))
    assert (history.person, history.source) == (4, "keypoints")
    assert knees(history) == [(1, 30.0), (2, None), (3, None), (3.5, 10.0)]
    assert history.ranges == {"left_knee": AngleRange(10.0, 30.0)}


def test_it_has_the_last_ten_seconds():
    assert [time for time, _ in knees(history_of((0, {1: 5.0}), (3, {1: 6.0}), (10.5, {1: 7.0})))] == [3, 10.5]


def test_it_follows_the_lowest_track_id():
    history = history_of((0, {2: 20.0}), (1, {2: 21.0, 1: 50.0}))
    assert history.person == 1 and knees(history) == [(1, 50.0)]


def test_a_lost_person_is_kept_as_long_as_the_tracker_keeps_them():
    frames = [(0, {1: 10.0}), (0.5, {2: 90.0})]
    assert knees(history_of(*frames)) == [(0, 10.0), (0.5, None)]
    assert knees(history_of(*frames, (20, {2: 91.0}))) == [(20, 91.0)]


def test_another_source_starts_anew():
    history = history_of((0, {1: 10.0}), (1, {1: 11.0}))
    in_space = JointAngles({"left_knee": 40.0}, "world_keypoints")
    changed = update_angle_history(history, [pose_at(track_id=1)], [in_space], 2)
    assert knees(changed) == [(2, 40.0)] and changed.source == "world_keypoints"


def test_without_a_person_it_is_empty():
    history = history_of((0, {}), (1, {}))
    assert (history.person, history.source, history.ranges) == (None, "", {})
