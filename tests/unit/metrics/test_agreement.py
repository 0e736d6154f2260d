"""Agreement of two sets of poses, calculated by hand."""

import math

import numpy as np
import pytest

from pose_demo.metrics.agreement import (
    MISSING_PERSON,
    Jitter,
    RunningMedian,
    disagreement,
    joint_disagreement,
    largest_moments,
    match_persons,
)
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import Pose

TORSO = 100.0  # pixels
NOSE, LEFT_WRIST, RIGHT_KNEE = (COCO_17.index(name) for name in ("nose", "left_wrist", "right_knee"))


def person(x=0.0, y=0.0, score=0.9, track_id=1, shifted=()):
    """A person 200 pixels high with a torso of 100 pixels; ``shifted``: (keypoint, dx, dy)."""
    rng = np.random.default_rng(0)
    xy = rng.uniform((-40, -60), (40, 140), (17, 2))
    xy[[5, 6]], xy[[11, 12]] = ((-20, 0), (20, 0)), ((-15, TORSO), (15, TORSO))
    for keypoint, dx, dy in shifted:
        xy[keypoint] += dx, dy
    return Pose(COCO_17, (xy + np.array((x, y))).astype(np.float32), np.full(17, score, np.float32), track_id=track_id)


def with_scores(pose, **scores):
    values = pose.scores.copy()
    for name, score in scores.items():
        values[COCO_17.index(name)] = score
    return Pose(pose.skeleton, pose.xy, values, track_id=pose.track_id)


# ---- one frame


def test_persons_are_matched_whatever_their_order():
    left, right = person(0), person(300)
    left_b, right_b = person(5), person(295)
    pairs = match_persons([left, right], [right_b, left_b])
    assert {(id(a), id(b)) for a, b in pairs} == {(id(left), id(left_b)), (id(right), id(right_b))}


def test_a_person_is_matched_once_and_to_the_most_similar_pose():
    near, far = person(2), person(20)
    ((_, chosen),) = match_persons([person()], [far, near])
    assert chosen is near


def test_distant_poses_are_different_persons():
    assert match_persons([person()], [person(1000)]) == []
    assert match_persons([], [person()]) == []


def test_the_distance_of_a_joint_is_in_percent_of_the_torso():
    values = joint_disagreement(person(), person(shifted=[(NOSE, 30, 40), (LEFT_WRIST, 0, -20)]), 0.3, 0.3)
    expected = np.zeros(17)
    expected[[NOSE, LEFT_WRIST]] = 50, 20
    assert values == pytest.approx(expected, abs=1e-3)


def test_the_torso_is_the_mean_of_both():
    longer = person(shifted=[(11, 0, 100), (12, 0, 100), (NOSE, 30, 0)])  # 200 pixels
    assert joint_disagreement(person(), longer, 0.3, 0.3)[NOSE] == pytest.approx(100 * 30 / 150, abs=1e-3)


def test_a_torso_without_length_is_a_tenth_of_the_body():
    flat = [person(shifted=[(11, 0, -TORSO), (12, 0, -TORSO), (NOSE, dx, 0)]) for dx in (0, 10)]
    body = math.hypot(*np.ptp(flat[1].xy, axis=0))
    assert joint_disagreement(*flat, 0.3, 0.3)[NOSE] == pytest.approx(100 * 10 / (0.1 * body), rel=0.02)


def test_each_side_has_its_own_confidence():
    a, b = with_scores(person(), nose=0.4), with_scores(person(), left_wrist=0.4)
    values = joint_disagreement(a, b, 0.5, 0.3)
    assert math.isnan(values[NOSE]) and values[LEFT_WRIST] == 0
    values = joint_disagreement(a, b, 0.3, 0.5)
    assert math.isnan(values[LEFT_WRIST]) and values[NOSE] == 0


def test_skeletons_may_differ():
    coco = person()
    xy = np.zeros((33, 2), np.float32)
    xy[COCO_FROM_BLAZEPOSE] = coco.xy
    blazepose = Pose(BLAZEPOSE_33, xy, np.full(33, 0.9, np.float32))
    total, joints = disagreement([coco], [blazepose], 0.3, 0.3)
    assert total == pytest.approx(0, abs=1e-4) and joints == pytest.approx(np.zeros(17), abs=1e-4)


def test_the_disagreement_of_a_frame_is_the_mean_over_persons():
    a = [person(0), person(400)]
    b = [person(0, shifted=[(NOSE, 17, 0)]), person(400, shifted=[(NOSE, 51, 0)])]
    total, joints = disagreement(a, b, 0.3, 0.3)
    assert total == pytest.approx(2) and joints[NOSE] == pytest.approx(34) and joints[RIGHT_KNEE] == 0


def test_a_person_detected_by_one_side_only_counts_as_one_torso_length():
    total, _ = disagreement([person(0), person(400)], [person(0)], 0.3, 0.3)
    assert total == pytest.approx(MISSING_PERSON / 2)
    assert disagreement([], [person()], 0.3, 0.3)[0] == MISSING_PERSON


def test_a_frame_without_persons_has_no_disagreement():
    total, joints = disagreement([], [], 0.3, 0.3)
    assert total is None and joints.shape == (17,) and np.isnan(joints).all()


# ---- running summaries


def test_the_median_is_that_of_the_last_rows():
    running = RunningMedian(window=3)
    assert running.value.shape == (0,)
    for row in ([1000, 1000], [1, 10], [2, math.nan], [9, 20]):
        running.add(np.array(row, np.float64))
    assert running.value == pytest.approx([2, 15])


def test_a_column_without_values_has_no_median():
    running = RunningMedian()
    running.add(np.array([math.nan, 4.0]))
    assert math.isnan(running.value[0]) and running.value[1] == 4


def moving(*offsets, track_id=1, score=0.9):
    jitter = Jitter()
    for x in offsets:
        jitter.update([person(x, score=score, track_id=track_id)], 0.3)
    return jitter.value


def test_uniform_motion_has_no_jitter():
    assert moving(0, 10, 20, 30) == pytest.approx(0, abs=1e-3)


def test_jitter_is_the_second_difference_relative_to_the_body():
    body = math.hypot(*np.ptp(person().xy, axis=0))
    # x changes by +2 and -2, so the second differences are 4 in x and 0 in y.
    assert moving(0, 2, 0, 2) == pytest.approx(100 * (4 + 0) / 2 / body, rel=1e-3)


def test_jitter_needs_three_consecutive_detections():
    assert moving(0, 5) is None
    assert moving(0, 5, 0, 5, score=0.1) is None
    jitter = Jitter()
    for poses in ([person(0)], [person(5)], [], [person(0)], [person(5)]):
        jitter.update(poses, 0.3)
    assert jitter.value is None


def test_jitter_belongs_to_a_track():
    jitter = Jitter()
    for index, x in enumerate((0, 50, 0)):
        jitter.update([person(x, track_id=index)], 0.3)
    assert jitter.value is None


def test_jitter_forgets_old_frames_and_lost_tracks():
    jitter = Jitter(window=2)
    for x in (0, 50, 0, 50, 60, 70, 80, 90):
        jitter.update([person(x)], 0.3)
    assert jitter.value == pytest.approx(0, abs=1e-3)
    for track in range(100):
        jitter.update([person(track_id=track)], 0.3)
    assert len(jitter._previous) == 1


# ---- moments


def test_the_largest_moments_are_apart():
    times = [0.0, 0.1, 0.2, 1.0, 1.1, 2.0]
    values = [5.0, 9.0, 8.0, 7.0, None, 6.0]
    assert largest_moments(times, values, 0.5) == [1, 3, 5]
    assert largest_moments(times, values, 0.95)[:2] == [1, 5]


def test_there_is_no_moment_without_values():
    assert largest_moments([0.0, 1.0], [None, None], 0.5) == []
