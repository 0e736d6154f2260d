"""Track ids of hand-made people on a simulated clock."""

import numpy as np
import pytest

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.tracking.tracker import PATIENCE, Tracker
from pose_demo.types import Pose

FPS = 20
# A standing person round their hips, 100 px wide and 260 px high, in COCO-17's order.
HEAD = [(0, -130), (8, -138), (-8, -138), (16, -132), (-16, -132)]
ARMS = [(30, -95), (-30, -95), (42, -50), (-42, -50), (50, -5), (-50, -5)]
LEGS = [(18, 0), (-18, 0), (20, 60), (-20, 60), (22, 122), (-22, 122)]
BODY = np.array([*HEAD, *ARMS, *LEGS], np.float32)


def person(x, y=240.0, *, scale=1.0, score=0.8, jitter=0.0, seed=0):
    noise = np.random.default_rng(seed).normal(0, jitter, (17, 2)) if jitter else 0
    xy = (BODY * scale + (x, y) + noise).astype(np.float32)
    return Pose(COCO_17, xy, np.full(17, score, np.float32), score)


def blazepose(x):
    xy = np.full((33, 2), (x, 240), np.float32)
    for name, point in zip(COCO_17.keypoints, person(x).xy, strict=True):
        xy[BLAZEPOSE_33.index(name)] = point
    return Pose(BLAZEPOSE_33, xy, np.full(33, 0.8, np.float32))


def ids(tracker, poses, frame, fps=FPS):
    return [pose.track_id for pose in tracker.update(poses, frame / fps)]


def walk(tracker, frames, *paths, start=0):
    """The ids frame by frame of people whose x is ``path(frame)``; None: not found."""
    history = []
    for frame in range(start, start + frames):
        found = [(i, path(frame)) for i, path in enumerate(paths) if path(frame) is not None]
        numbers = ids(tracker, [person(x, jitter=2, seed=31 * frame + i) for i, x in found], frame)
        history.append(dict(zip([i for i, _ in found], numbers, strict=True)))
    return history


def test_people_are_counted_in_the_order_they_are_found_and_keep_their_numbers_when_the_order_changes():
    tracker = Tracker()
    assert ids(tracker, [person(100), person(500), person(300)], 0) == [1, 2, 3]
    assert ids(tracker, [person(302), person(102), person(498)], 1) == [3, 1, 2]


def test_the_poses_come_back_as_they_were_but_for_the_number():
    pose = person(100)
    (back,) = Tracker().update((pose,), 0.0)
    assert back.xy is pose.xy and back.scores is pose.scores and pose.track_id is None


def test_nobody_is_nobody():
    assert Tracker().update((), 0.0) == ()


def test_33_keypoints_are_followed_too_and_stay_33():
    tracker = Tracker()
    tracker.update((blazepose(100), blazepose(400)), 0.0)
    second = tracker.update((blazepose(404), blazepose(104)), 0.05)
    assert [pose.track_id for pose in second] == [2, 1]
    assert all(pose.skeleton is BLAZEPOSE_33 and len(pose.xy) == 33 for pose in second)


def test_a_change_of_model_keeps_the_number():
    tracker = Tracker()
    tracker.update((person(100), person(400)), 0.0)
    assert [pose.track_id for pose in tracker.update((blazepose(400),), 0.05)] == [2]


def test_a_fast_walker_is_the_same_person_at_five_frames_a_second():
    tracker = Tracker()
    assert {ids(tracker, [person(100 + 80 * i)], i, fps=5)[0] for i in range(8)} == {1}


def right(frame, speed=80, start=200):
    return start + speed * frame / FPS


def left(frame):
    return right(frame, -80, 440)


def test_two_who_cross_and_are_always_seen_keep_their_numbers():
    history = walk(Tracker(), 60, right, left)
    apart = [numbers for frame, numbers in enumerate(history) if right(frame) != left(frame)]
    assert len(apart) == 59 and all(numbers == {0: 1, 1: 2} for numbers in apart)


def test_one_who_is_hidden_behind_the_other_gets_their_number_back():
    history = walk(Tracker(), 60, right, lambda frame: None if 20 <= frame < 42 else left(frame))
    assert history[19] == history[42] == history[59] == {0: 1, 1: 2}
    assert all(numbers == {0: 1} for numbers in history[20:42])


def test_a_pose_that_slides_from_one_to_the_other_while_they_cross_does_not_change_their_numbers():
    # The front one alone is found until they meet at frame 30, the other one alone after that.
    history = walk(
        Tracker(),
        60,
        lambda frame: None if 31 <= frame < 44 else right(frame),
        lambda frame: None if 20 <= frame < 31 else left(frame),
    )
    assert history[40] == {1: 1}, "the slide is not seen while it happens"
    assert history[19] == history[44] == history[59] == {0: 1, 1: 2}


def test_three_frames_are_enough_to_know_where_somebody_is_heading():
    tracker = Tracker()
    walk(tracker, 3, lambda frame: 100 + 10 * frame)
    assert ids(tracker, [person(120), person(320)], 22) == [2, 1]


def test_two_who_stand_side_by_side_do_not_change_when_one_is_lost_for_a_moment():
    history = walk(Tracker(), 60, lambda frame: 200, lambda frame: None if 20 <= frame < 40 else 260)
    assert history[-1] == {0: 1, 1: 2}


@pytest.mark.parametrize(("missing", "expected"), [(0.9 * PATIENCE, 1), (1.1 * PATIENCE, 2)])
def test_patience_decides_whether_somebody_who_comes_back_is_new(missing, expected):
    tracker = Tracker()
    for frame in range(20):
        ids(tracker, [person(300)], frame)
    assert ids(tracker, [person(300)], 19 + missing * FPS) == [expected]


def test_somebody_lost_is_expected_where_they_were_heading():
    tracker = Tracker()
    walk(tracker, 30, lambda frame: 100 + 10 * frame)
    # Lost at 390 with 200 px/s: after a second they are due at 590, and the one at 390 is somebody else.
    assert ids(tracker, [person(390), person(590)], 49) == [2, 1]


def test_numbers_of_people_who_left_are_not_used_again():
    tracker = Tracker()
    seen = [ids(tracker, [person(300)], second * 60)[0] for second in range(5)]
    assert seen == [1, 2, 3, 4, 5]


def test_a_newcomer_far_away_is_new_even_if_somebody_was_just_lost():
    tracker = Tracker()
    walk(tracker, 20, lambda frame: 100)
    assert ids(tracker, [person(900)], 20) == [2]


def test_a_ghost_does_not_take_over_from_the_person_it_appeared_on():
    tracker = Tracker()
    walk(tracker, 20, lambda frame: 300)
    assert ids(tracker, [person(300), person(340, score=0.3)], 20) == [1, 2]
    assert ids(tracker, [person(325)], 21) == [1]


def test_the_size_tells_a_child_from_the_adult_it_stands_before():
    tracker = Tracker()
    for frame in range(20):
        ids(tracker, [person(300), person(310, 300, scale=0.5)], frame)
    assert ids(tracker, [person(308, 298, scale=0.5), person(302)], 20) == [2, 1]


def partly(x, elsewhere):
    """A person whose head and shoulders are seen, and whose other keypoints are somewhere."""
    pose = person(x)
    pose.xy[7:], pose.scores[7:] = person(elsewhere).xy[7:], 0
    return pose


def test_keypoints_without_score_do_not_say_who_it_is():
    tracker = Tracker()
    ids(tracker, [person(100), person(400)], 0)
    assert ids(tracker, [partly(400, elsewhere=100)], 1) == [2]


def test_keypoints_without_score_do_not_say_where_somebody_is_heading():
    tracker = Tracker()
    for frame in range(20):
        ids(tracker, [partly(300, elsewhere=300 + 20 * frame)], frame)
    assert ids(tracker, [person(690), person(300)], 39) == [2, 1]


def test_a_leap_at_a_low_frame_rate_is_the_same_person():
    tracker = Tracker()
    walk(tracker, 20, lambda frame: 300)
    assert ids(tracker, [person(440)], 23) == [1]


def test_a_person_without_any_score_is_followed_all_the_same():
    tracker = Tracker()
    assert ids(tracker, [person(100, score=0.0)], 0) == ids(tracker, [person(102, score=0.0)], 1) == [1]


def test_a_clock_that_stands_still_changes_nothing():
    tracker = Tracker()
    walk(tracker, 20, right, left)
    for _ in range(3):
        assert ids(tracker, [person(right(19)), person(left(19))], 19) == [1, 2]
    assert walk(tracker, 40, right, left, start=20)[-1] == {0: 1, 1: 2}


def test_a_clock_that_goes_back_and_a_reset_begin_a_new_stream():
    tracker = Tracker()
    walk(tracker, 20, right, left)
    assert ids(tracker, [person(left(0))], 0) == [1]
    tracker.reset()
    assert ids(tracker, [person(900)], 1) == [1]


def test_the_same_people_get_the_same_numbers_every_time():
    assert walk(Tracker(), 60, right, left) == walk(Tracker(), 60, right, left)
