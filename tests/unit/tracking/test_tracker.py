"""Track ids of synthetic persons on a simulated clock."""

import numpy as np
import pytest

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Pose

FPS = 20
# A standing person relative to their hips, 100 px wide and 260 px high, in the order of COCO-17.
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


def walk(tracker, frames, *paths, start=0, jitter=2.0):
    """The track ids, frame by frame, of persons at x = ``path(frame)``; None: not detected."""
    history = []
    for frame in range(start, start + frames):
        found = [(i, path(frame)) for i, path in enumerate(paths) if path(frame) is not None]
        poses = [person(x, jitter=jitter, seed=31 * frame + i) for i, x in found]
        history.append(dict(zip([i for i, _ in found], ids(tracker, poses, frame), strict=True)))
    return history


def stand(tracker, *positions, frames=20):
    """Persons at rest, who get the ids 1, 2, 3 ..."""
    walk(tracker, frames, *[lambda frame, x=x: x for x in positions], jitter=0)


def test_ids_are_assigned_in_order_and_follow_the_persons_when_the_order_changes():
    tracker = Tracker()
    assert ids(tracker, [person(100), person(500), person(300)], 0) == [1, 2, 3]
    assert ids(tracker, [person(302), person(102), person(498)], 1) == [3, 1, 2]


def test_only_the_track_id_of_a_pose_changes():
    pose = person(100)
    (tracked,) = Tracker().update((pose,), 0.0)
    assert tracked.xy is pose.xy and tracked.scores is pose.scores and pose.track_id is None


def test_a_frame_without_persons():
    assert Tracker().update((), 0.0) == ()


def test_blazepose_is_tracked_and_keeps_its_33_keypoints():
    tracker = Tracker()
    tracker.update((blazepose(100), blazepose(400)), 0.0)
    second = tracker.update((blazepose(404), blazepose(104)), 0.05)
    assert [pose.track_id for pose in second] == [2, 1]
    assert all(pose.skeleton is BLAZEPOSE_33 and len(pose.xy) == 33 for pose in second)


def test_a_change_of_the_skeleton_keeps_the_id():
    tracker = Tracker()
    tracker.update((person(100), person(400)), 0.0)
    assert [pose.track_id for pose in tracker.update((blazepose(400),), 0.05)] == [2]


def test_a_fast_walker_keeps_the_id_at_five_frames_per_second():
    tracker = Tracker()
    assert {ids(tracker, [person(100 + 80 * i)], i, fps=5)[0] for i in range(8)} == {1}


# ---- crossings ------------------------------------------------------------------------------------------------------


def right(frame, speed=80, start=200):
    return start + speed * frame / FPS


def left(frame):
    return right(frame, -80, 440)


def test_two_who_cross_without_occlusion_keep_their_ids():
    history = walk(Tracker(), 60, right, left)
    separate = [numbers for frame, numbers in enumerate(history) if right(frame) != left(frame)]
    assert len(separate) == 59 and all(numbers == {0: 1, 1: 2} for numbers in separate)


def test_an_occluded_person_keeps_the_id():
    history = walk(Tracker(), 60, right, lambda frame: None if 20 <= frame < 42 else left(frame))
    assert history[19] == history[42] == history[59] == {0: 1, 1: 2}
    assert all(numbers == {0: 1} for numbers in history[20:42])


def test_a_pose_that_drifts_from_one_person_to_the_other_during_an_occlusion_does_not_exchange_their_ids():
    # Only the person in front is detected until they cross at frame 30, only the other one afterwards.
    history = walk(
        Tracker(),
        60,
        lambda frame: None if 31 <= frame < 44 else right(frame),
        lambda frame: None if 20 <= frame < 31 else left(frame),
    )
    assert history[40] == {1: 1}, "the drift is not noticed during the occlusion"
    assert history[19] == history[44] == history[59] == {0: 1, 1: 2}


def test_a_lost_person_near_a_detected_one_is_occluded():
    # The similarity is 0.36 when the second person is lost; then the pose of the first one drifts to the second.
    tracker = Tracker()
    stand(tracker, 300, 220)
    drifted = walk(tracker, 20, lambda frame: 300 - 4 * (frame - 19), start=20, jitter=0)
    assert drifted[-1] == {0: 1}
    assert ids(tracker, [person(300), person(220)], 40) == [1, 2]


def test_a_lost_person_far_from_a_detected_one_is_not_occluded():
    # The similarity is 0.27 when the second person is lost; then the first one stops. An occlusion would be resolved
    # wrongly, because the first one was predicted to pass the second.
    tracker = Tracker()
    walk(tracker, 20, lambda frame: 100 + 20 * frame, lambda frame: 600, jitter=0)
    assert walk(tracker, 10, lambda frame: 480, start=20, jitter=0)[-1] == {0: 1}
    assert ids(tracker, [person(480), person(610)], 30) == [1, 2]


def test_two_who_stand_side_by_side_keep_their_ids_when_one_is_lost_for_a_second():
    history = walk(Tracker(), 60, lambda frame: 200, lambda frame: None if 20 <= frame < 40 else 260)
    assert history[-1] == {0: 1, 1: 2}


# ---- lost, new and tentative tracks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("lost_s", "expected"), [(1.4, 1), (1.6, 2)])
def test_a_lost_track_is_deleted_after_1_5_seconds(lost_s, expected):
    tracker = Tracker()
    stand(tracker, 300)
    assert ids(tracker, [person(300)], 19 + lost_s * FPS) == [expected]


# The similarity is 0.19 at 130 px, 0.15 at 150 px, 0.113 at 180 px and 0.087 at 210 px; an association requires 0.1.


@pytest.mark.parametrize(("jump", "expected"), [(180, 1), (210, 2)])
def test_an_association_requires_a_minimum_similarity(jump, expected):
    tracker = Tracker()
    stand(tracker, 300)
    assert ids(tracker, [person(300 + jump)], 20) == [expected]


@pytest.mark.parametrize(("jump", "expected"), [(130, 1), (150, 2)])
def test_a_lost_track_requires_a_higher_similarity(jump, expected):
    tracker = Tracker()
    stand(tracker, 300)
    ids(tracker, [], 20)
    assert ids(tracker, [person(300 + jump)], 21) == [expected]


@pytest.mark.parametrize(("frames", "expected"), [(6, 2), (8, 1)])
def test_a_track_younger_than_0_3_seconds_requires_a_higher_similarity(frames, expected):
    tracker = Tracker()
    stand(tracker, 300, frames=frames)
    assert ids(tracker, [person(450)], frames) == [expected]


def test_the_velocity_is_averaged_over_half_a_second():
    tracker = Tracker()
    stand(tracker, 100, frames=40)
    walk(tracker, 10, lambda frame: 100 + 20 * (frame - 39), start=40, jitter=0)
    # After half a second at 400 px/s the average is 253 px/s: 1 - 1/e of the change from 0.
    assert ids(tracker, [person(300 + 253 + offset) for offset in (-100, 0, 100)], 69) == [2, 1, 3]


def test_a_lost_person_is_associated_at_the_predicted_position():
    tracker = Tracker()
    walk(tracker, 30, lambda frame: 100 + 10 * frame)
    # Lost at 390 with 200 px/s: predicted at 590 a second later, and the one at 390 is new.
    assert ids(tracker, [person(390), person(590)], 49) == [2, 1]


def test_three_frames_are_enough_for_a_velocity():
    tracker = Tracker()
    walk(tracker, 3, lambda frame: 100 + 10 * frame)
    assert ids(tracker, [person(120), person(320)], 22) == [2, 1]


def test_ids_are_not_reused():
    tracker = Tracker()
    assert [ids(tracker, [person(300)], second * 60)[0] for second in range(5)] == [1, 2, 3, 4, 5]


def test_a_person_far_away_is_new_although_another_one_was_just_lost():
    tracker = Tracker()
    stand(tracker, 100)
    assert ids(tracker, [person(900)], 20) == [2]


def test_a_false_detection_does_not_take_over_the_track_of_the_person():
    tracker = Tracker()
    stand(tracker, 300)
    assert ids(tracker, [person(300), person(340, score=0.3)], 20) == [1, 2]
    assert ids(tracker, [person(325)], 21) == [1]


def test_the_size_distinguishes_a_child_from_an_adult_behind():
    tracker = Tracker()
    for frame in range(20):
        ids(tracker, [person(300), person(310, 300, scale=0.5)], frame)
    assert ids(tracker, [person(308, 298, scale=0.5), person(302)], 20) == [2, 1]


def test_a_jump_at_a_low_frame_rate_keeps_the_id():
    tracker = Tracker()
    stand(tracker, 300)
    assert ids(tracker, [person(440)], 23) == [1]


# ---- scores and time ------------------------------------------------------------------------------------------------


def partly_visible(x, others_at):
    """A person whose head and shoulders are visible; the other keypoints score 0 and lie elsewhere."""
    pose = person(x)
    pose.xy[7:], pose.scores[7:] = person(others_at).xy[7:], 0
    return pose


def test_keypoints_without_score_do_not_affect_the_association():
    tracker = Tracker()
    ids(tracker, [person(100), person(400)], 0)
    assert ids(tracker, [partly_visible(400, others_at=100)], 1) == [2]


def test_keypoints_without_score_do_not_affect_the_velocity():
    tracker = Tracker()
    for frame in range(20):
        ids(tracker, [partly_visible(300, others_at=300 + 20 * frame)], frame)
    assert ids(tracker, [person(690), person(300)], 39) == [2, 1]


def test_a_person_without_any_score_is_tracked():
    tracker = Tracker()
    assert ids(tracker, [person(100, score=0.0)], 0) == ids(tracker, [person(102, score=0.0)], 1) == [1]


def test_a_repeated_timestamp_changes_nothing():
    tracker = Tracker()
    walk(tracker, 20, right, left)
    for _ in range(3):
        assert ids(tracker, [person(right(19)), person(left(19))], 19) == [1, 2]
    assert walk(tracker, 40, right, left, start=20)[-1] == {0: 1, 1: 2}


def test_an_earlier_timestamp_and_a_reset_restart_the_ids():
    tracker = Tracker()
    walk(tracker, 20, right, left)
    assert ids(tracker, [person(left(0))], 0) == [1]
    tracker.reset()
    assert ids(tracker, [person(900)], 1) == [1]


def test_the_ids_are_deterministic():
    assert walk(Tracker(), 60, right, left) == walk(Tracker(), 60, right, left)
