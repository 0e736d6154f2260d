"""The One Euro filter against hand-computed steps, and the keypoint smoother with persons and time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from holistic_nets import open_hand

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.tracking.smoothing import KeypointSmoother, OneEuro, SmoothingOptions, body_size
from pose_demo.types import Pose

# With this step a cutoff of 1 Hz has a smoothing factor of 1/2: 2 pi * 1 Hz * step = 1, factor = 1 / (1 + 1).
STEP = 1 / (2 * math.pi)


def filtered(euro, *values, scale=1.0):
    return [float(euro(np.array([value]), index * STEP, scale)[0]) for index, value in enumerate(values)]


def test_without_beta_it_is_a_low_pass_filter():
    assert filtered(OneEuro(1, 0), 0, 8, 8, 8) == pytest.approx([0, 4, 6, 7])


def test_a_higher_cutoff_smooths_less():
    assert filtered(OneEuro(3, 0), 0, 8, 8) == pytest.approx([0, 6, 7.5])


def test_the_cutoff_increases_with_speed():
    # The speed is 8 / STEP, half of it after filtering; beta makes 2 Hz of that, added to the minimum of 1 Hz.
    beta = 2 / (4 / STEP)
    assert filtered(OneEuro(1, beta), 0, 8) == pytest.approx([0, 8 * 3 / 4])


def test_the_speed_is_filtered_with_its_own_cutoff():
    # Filtered speeds: 4 / STEP, then 2 / STEP at rest: cutoffs 3 Hz and 2 Hz, smoothing factors 3/4 and 2/3.
    beta = 2 / (4 / STEP)
    assert filtered(OneEuro(1, beta), 0, 8, 8)[2] == pytest.approx(6 + 2 * 2 / 3)
    # With 3 Hz: 6 / STEP, so a cutoff of 4 Hz and a factor of 4/5.
    assert filtered(OneEuro(1, beta, d_cutoff=3), 0, 8)[1] == pytest.approx(8 * 4 / 5)


def test_a_fast_point_raises_the_cutoff_at_once():
    # Filtered speeds (3, 4) / STEP / 2; the point's speed is 5 / STEP, 4 / STEP above the threshold: more than both.
    beta, threshold = 2 / (4 / STEP), 1 / STEP
    euro = OneEuro(1, beta, speed_threshold=threshold)
    euro(np.zeros((1, 2)), 0.0)
    assert euro(np.array([[3.0, 4.0]]), STEP) == pytest.approx(np.array([[3.0, 4.0]]) * 3 / 4)
    # Below the threshold it is the published filter.
    assert filtered(OneEuro(1, beta, speed_threshold=9 / STEP), 0, 8, 3) == filtered(OneEuro(1, beta), 0, 8, 3)


def test_speed_is_relative_to_the_scale():
    beta = 2 / (4 / STEP)
    small = filtered(OneEuro(1, beta), 0, 8, 3, 5)
    assert filtered(OneEuro(1, beta), 0, 80, 30, 50, scale=10) == pytest.approx([10 * value for value in small])


def test_each_value_is_filtered_separately():
    euro, beta = OneEuro(1, 2 / (4 / STEP)), 2 / (4 / STEP)
    euro(np.zeros(2), 0.0)
    both = euro(np.array([8.0, 1.0]), STEP)
    assert both == pytest.approx([filtered(OneEuro(1, beta), 0, 8)[1], filtered(OneEuro(1, beta), 0, 1)[1]])


def test_values_that_are_not_later_than_the_last_are_returned_unchanged_and_not_stored():
    euro = OneEuro(1, 0)
    euro(np.zeros(1), 1.0)
    assert euro(np.array([8.0]), 1.0)[0] == 8 and euro(np.array([8.0]), 0.5)[0] == 8
    assert euro(np.array([8.0]), 1 + STEP)[0] == pytest.approx(4)


def test_the_input_array_is_not_changed():
    euro, first = OneEuro(1, 0), np.zeros(1)
    euro(first, 0.0)
    euro(np.array([8.0]), STEP)
    assert first[0] == 0


def test_the_lag_at_constant_speed_is_one_time_constant():
    euro = OneEuro(2, 0)
    for index in range(200):
        lag = index / 30 - float(euro(np.array([index / 30]), index / 30)[0])
    assert lag == pytest.approx(1 / (4 * math.pi), rel=1e-3)


# ---- persons --------------------------------------------------------------------------------------------------------


def person(x=0.0, track_id=1, size=100.0, skeleton=COCO_17):
    """A person whose keypoints lie on the diagonal of a square, from (x, 0)."""
    line = np.linspace(0, size / math.sqrt(2), len(skeleton.keypoints), dtype=np.float32)
    scores = np.full(len(line), 0.9, np.float32)
    return Pose(skeleton, np.stack([line + x, line], 1).astype(np.float32), scores, 0.8, track_id=track_id)


def update(smoother, *poses, at=0.0, min_cutoff=1.0, beta=0.0):
    return smoother.update(poses, at, min_cutoff, beta)


def left(pose):
    return float(pose.xy[0, 0])


def test_the_first_pose_is_unchanged_and_the_next_is_smoothed():
    smoother = KeypointSmoother()
    assert left(update(smoother, person(0))[0]) == 0
    assert left(update(smoother, person(8), at=STEP)[0]) == pytest.approx(4)


def test_only_the_keypoints_change():
    smoother = KeypointSmoother()
    update(smoother, person(0))
    pose = person(8)
    (smooth,) = update(smoother, pose, at=STEP)
    assert smooth.xy.dtype == np.float32 and smooth.xy.shape == pose.xy.shape and pose.xy[0, 0] == 8
    assert replace(smooth, xy=pose.xy) == pose


def test_each_person_has_a_filter_independent_of_the_order():
    smoother = KeypointSmoother()
    update(smoother, person(0, 1), person(1000, 2))
    second, first = update(smoother, person(1008, 2), person(8, 1), at=STEP)
    assert (left(first), left(second), first.track_id) == (pytest.approx(4), pytest.approx(1004), 1)


def in_world(meters, **pose):
    """A person whose world keypoints all have this x."""
    return replace(person(**pose), world=np.full((17, 3), (meters, 0.5, -0.5), np.float32))


def test_world_keypoints_are_smoothed_with_the_same_options():
    smoother = KeypointSmoother()
    assert update(smoother, in_world(0.0))[0].world[0, 0] == 0
    (smooth,) = update(smoother, in_world(0.8), at=STEP)
    assert smooth.world == pytest.approx(np.full((17, 3), (0.4, 0.5, -0.5)), abs=1e-6)
    assert smooth.world.dtype == np.float32


@pytest.mark.parametrize("size", [10, 1000])
def test_the_speed_of_world_keypoints_is_relative_to_two_meters(size):
    """8 body sizes of 2 m, for near and far persons, which is faster than jitter."""
    smoother, beta = KeypointSmoother(), 2 / (4 / STEP)
    cutoff = 1 + beta * (8 / STEP - 0.17)
    update(smoother, in_world(0, size=size), beta=beta)
    (smooth,) = update(smoother, in_world(16, size=size), at=STEP, beta=beta)
    assert smooth.world[0, 0] == pytest.approx(16 * cutoff / (cutoff + 1))


def test_world_keypoints_that_come_later_start_with_a_new_filter():
    smoother = KeypointSmoother()
    update(smoother, person(0))
    (first,) = update(smoother, in_world(0.8, x=8), at=STEP)
    assert left(first) == pytest.approx(4) and first.world[0, 0] == np.float32(0.8)
    assert update(smoother, person(8), at=2 * STEP)[0].world is None


def test_a_pose_without_track_id_is_unchanged():
    smoother = KeypointSmoother()
    update(smoother, person(0, None))
    assert left(update(smoother, person(8, None), at=STEP)[0]) == 8


def test_another_skeleton_starts_a_new_filter():
    smoother = KeypointSmoother()
    update(smoother, person(0))
    assert left(update(smoother, person(8, skeleton=BLAZEPOSE_33), at=STEP)[0]) == 8


@pytest.mark.parametrize(("away", "is_new"), [(0.49, False), (0.51, True)])
def test_a_person_who_was_lost_for_half_a_second_starts_a_new_filter(away, is_new):
    smoother = KeypointSmoother()
    update(smoother, person(0))
    update(smoother, at=away)
    after = left(update(smoother, person(8), at=away + 0.05)[0])
    assert (after == 8) == is_new


def test_a_timestamp_before_the_last_one_starts_new_filters():
    smoother = KeypointSmoother()
    update(smoother, person(0), at=5.0)
    assert left(update(smoother, person(8), at=1.0)[0]) == 8
    assert left(update(smoother, person(0), at=1.0 + STEP)[0]) == pytest.approx(4)


def test_near_and_far_persons_are_smoothed_equally():
    near, far, results = KeypointSmoother(), KeypointSmoother(), []
    for index, x in enumerate((0, 4, 3, 9)):
        (a,) = update(near, person(10 * x, size=1000), at=index / 30, min_cutoff=0.3, beta=30)
        (b,) = update(far, person(x, size=100), at=index / 30, min_cutoff=0.3, beta=30)
        results.append((left(a), 10 * left(b)))
    assert all(a == pytest.approx(b, abs=0.01) for a, b in results)
    assert 0 < results[-1][0] < 90


def test_changed_options_apply_to_existing_filters():
    smoother = KeypointSmoother()
    update(smoother, person(0), min_cutoff=1)
    assert left(update(smoother, person(8), at=STEP, min_cutoff=3)[0]) == pytest.approx(6)


def test_the_body_size_is_the_diagonal_of_the_confident_keypoints():
    pose = person(size=100)
    assert body_size(pose) == pytest.approx(100)
    pose.xy[3], pose.scores[3] = (5000, 5000), 0.29
    assert body_size(pose) == pytest.approx(100)
    pose.scores[3] = 0.31
    assert body_size(pose) == pytest.approx(5000 * math.sqrt(2))
    pose.xy[:] = 7
    assert body_size(pose) == 1


@pytest.mark.parametrize(("confident", "size"), [(3, 20), (2, 500)])
def test_the_body_size_requires_three_confident_keypoints(confident, size):
    pose = person()
    pose.xy[:], pose.scores[:] = 0, 0.1
    pose.xy[:3, 0], pose.xy[16, 0], pose.scores[:confident] = (0, 10, 20), 500, 0.9
    assert body_size(pose) == size


# ---- hands and faces ------------------------------------------------------------------------------------------------


def with_hand(x, body_x=0.0, **more):
    return replace(person(body_x, **more), parts={"left_hand": open_hand(x)})


def hand_x(pose):
    return float(pose.parts["left_hand"].xy[0, 0])


def test_each_part_has_a_filter_of_its_own():
    smoother = KeypointSmoother()
    update(smoother, with_hand(0, 0))
    (pose,) = update(smoother, with_hand(16, 8), at=STEP)
    assert (left(pose), hand_x(pose)) == pytest.approx((4, 8))
    assert pose.parts["left_hand"].xy.dtype == np.float32 and pose.parts["left_hand"].scores.all()


def test_the_speed_of_a_hand_is_relative_to_the_size_of_the_body():
    """Like a body of 100 pixels: the speed of 4 pixels per step adds 2 Hz, see above."""
    smoother, beta = KeypointSmoother(), 100 * 2 / (2 / STEP)
    update(smoother, with_hand(0), beta=beta)
    assert hand_x(update(smoother, with_hand(4), at=STEP, beta=beta)[0]) == pytest.approx(3)


def test_a_hand_that_was_lost_for_half_a_second_starts_a_new_filter():
    smoother = KeypointSmoother()
    update(smoother, with_hand(0))
    update(smoother, person(), at=0.4)
    update(smoother, person(), at=0.6)
    (pose,) = update(smoother, with_hand(8, body_x=8), at=0.7)
    assert hand_x(pose) == 8 and left(pose) < 8


def test_where_the_model_smooths_the_body_only_its_parts_are_smoothed():
    smoother = KeypointSmoother()
    smoother.update((with_hand(0, 0),), 0.0, 1.0, 0.0, parts_only=True)
    (pose,) = smoother.update((with_hand(8, 8),), STEP, 1.0, 0.0, parts_only=True)
    assert (left(pose), hand_x(pose)) == pytest.approx((8, 4))


# ---- the default options --------------------------------------------------------------------------------------------


def default_smoothing(pose_at, count, fps=30):
    """Raw and smoothed keypoints (count, 17, 2) of ``pose_at(index)``, smoothed with the default options."""
    smoother, options, raw, smooth = KeypointSmoother(), SmoothingOptions(), [], []
    for index in range(count):
        pose = pose_at(index)
        raw.append(pose.xy)
        smooth.append(smoother.update((pose,), index / fps, options.min_cutoff, options.beta)[0].xy)
    return np.array(raw), np.array(smooth)


def test_the_jitter_of_a_person_at_rest_is_reduced_to_a_13th():
    rng = np.random.default_rng(0)

    def noisy(_):
        pose = person()
        pose.xy[:] += rng.normal(0, 0.1, pose.xy.shape)
        return pose

    raw, smooth = (np.abs(np.diff(track, 2, axis=0)).mean() for track in default_smoothing(noisy, 90))
    assert raw / smooth == pytest.approx(13.2, rel=0.05)


def test_a_person_who_moves_a_body_size_per_second_lags_2_ms():
    raw, smooth = default_smoothing(lambda index: person(100 * index / 30), 90)
    assert (raw - smooth)[-1, 0, 0] / 100 == pytest.approx(0.00199, rel=0.02)  # seconds


def test_a_change_without_speed_has_a_time_constant_of_3_2_seconds():
    _, smooth = default_smoothing(lambda index: person(0.001 if index else 0), 97)
    assert smooth[-1, 0, 0] / 0.001 == pytest.approx(1 - 1 / math.e, rel=0.03)  # 1 / (2 pi * 0.05 Hz) = 3.2 s
