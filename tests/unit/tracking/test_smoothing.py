"""One-Euro filters against steps worked out by hand, and what a smoother promises about people and clocks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.tracking.smoothing import OneEuro, Smoother, body_size
from pose_demo.types import Pose

# At this step a cutoff of 1 Hz goes half of the way: 2 pi * 1 Hz * step = 1, weight = 1 / (1 + 1).
STEP = 1 / (2 * math.pi)


def filtered(euro, *values, scale=1.0):
    return [float(euro(np.array([value]), index * STEP, scale)[0]) for index, value in enumerate(values)]


def test_without_beta_it_is_a_plain_low_pass():
    assert filtered(OneEuro(1, 0), 0, 8, 8, 8) == pytest.approx([0, 4, 6, 7])


def test_a_higher_cutoff_goes_further_at_each_step():
    assert filtered(OneEuro(3, 0), 0, 8, 8) == pytest.approx([0, 6, 7.5])


def test_speed_opens_it():
    # The raw speed is 8 / STEP a second, of which half counts at once; beta makes 2 Hz of that, and 1 Hz is there.
    beta = 2 / (4 / STEP)
    assert filtered(OneEuro(1, beta), 0, 8) == pytest.approx([0, 8 * 3 / 4])


def test_the_speed_fades_in_halves():
    # Speeds counted: 4 / STEP, then 2 / STEP as the value stands still: cutoffs 3 Hz and 2 Hz, weights 3/4 and 2/3.
    beta = 2 / (4 / STEP)
    assert filtered(OneEuro(1, beta), 0, 8, 8)[2] == pytest.approx(6 + 2 * 2 / 3)


def test_speed_is_measured_in_scales():
    beta = 2 / (4 / STEP)
    small = filtered(OneEuro(1, beta), 0, 8, 3, 5)
    assert filtered(OneEuro(1, beta), 0, 80, 30, 50, scale=10) == pytest.approx([10 * value for value in small])


def test_each_value_is_filtered_by_itself():
    euro, beta = OneEuro(1, 2 / (4 / STEP)), 2 / (4 / STEP)
    euro(np.zeros(2), 0.0)
    both = euro(np.array([8.0, 1.0]), STEP)
    assert both == pytest.approx([filtered(OneEuro(1, beta), 0, 8)[1], filtered(OneEuro(1, beta), 0, 1)[1]])


def test_a_clock_that_stands_still_or_goes_back_lets_values_pass_and_is_not_remembered():
    euro = OneEuro(1, 0)
    euro(np.zeros(1), 1.0)
    assert euro(np.array([8.0]), 1.0)[0] == 8 and euro(np.array([8.0]), 0.5)[0] == 8
    assert euro(np.array([8.0]), 1 + STEP)[0] == pytest.approx(4)


def test_values_given_are_not_changed_later():
    euro, first = OneEuro(1, 0), np.zeros(1)
    euro(first, 0.0)
    euro(np.array([8.0]), STEP)
    assert first[0] == 0


def test_a_steady_movement_is_followed_one_time_constant_late():
    euro = OneEuro(2, 0)
    for index in range(200):
        behind = index / 30 - float(euro(np.array([index / 30]), index / 30)[0])
    assert behind == pytest.approx(1 / (4 * math.pi), rel=1e-3)


# ---- people ---------------------------------------------------------------------------------------------------------


def someone(x=0.0, track_id=1, size=100.0, skeleton=COCO_17):
    """A person whose keypoints run down the diagonal of a square, from (x, 0)."""
    line = np.linspace(0, size / math.sqrt(2), len(skeleton.keypoints), dtype=np.float32)
    scores = np.full(len(line), 0.9, np.float32)
    return Pose(skeleton, np.stack([line + x, line], 1).astype(np.float32), scores, 0.8, track_id=track_id)


def update(smoother, *poses, at=0.0, min_cutoff=1.0, beta=0.0):
    return smoother.update(poses, at, min_cutoff, beta)


def left(pose):
    return float(pose.xy[0, 0])


def test_someone_new_starts_as_they_are_and_is_smoothed_then():
    smoother = Smoother()
    assert left(update(smoother, someone(0))[0]) == 0
    assert left(update(smoother, someone(8), at=STEP)[0]) == pytest.approx(4)


def test_nothing_but_the_keypoints_changes():
    smoother = Smoother()
    update(smoother, someone(0))
    pose = someone(8)
    (smooth,) = update(smoother, pose, at=STEP)
    assert smooth.xy.dtype == np.float32 and smooth.xy.shape == pose.xy.shape and pose.xy[0, 0] == 8
    assert replace(smooth, xy=pose.xy) == pose


def test_people_do_not_mix_whatever_their_order():
    smoother = Smoother()
    update(smoother, someone(0, 1), someone(1000, 2))
    second, first = update(smoother, someone(1008, 2), someone(8, 1), at=STEP)
    assert (left(first), left(second), first.track_id) == (pytest.approx(4), pytest.approx(1004), 1)


def test_who_has_no_track_is_left_alone():
    smoother = Smoother()
    update(smoother, someone(0, None))
    assert left(update(smoother, someone(8, None), at=STEP)[0]) == 8


def test_another_skeleton_under_the_same_number_is_someone_new():
    smoother = Smoother()
    update(smoother, someone(0))
    assert left(update(smoother, someone(8, skeleton=BLAZEPOSE_33), at=STEP)[0]) == 8


@pytest.mark.parametrize(("away", "expected"), [(0.4, "remembered"), (0.6, "new")])
def test_who_was_away_for_half_a_second_is_someone_new(away, expected):
    smoother = Smoother()
    update(smoother, someone(0))
    update(smoother, at=away)
    after = left(update(smoother, someone(8), at=away + 0.05)[0])
    assert (after == 8) == (expected == "new")


def test_when_the_clock_goes_back_everyone_is_new():
    smoother = Smoother()
    update(smoother, someone(0), at=5.0)
    assert left(update(smoother, someone(8), at=1.0)[0]) == 8
    assert left(update(smoother, someone(0), at=1.0 + STEP)[0]) == pytest.approx(4)


def test_near_and_far_people_are_smoothed_alike():
    near, far, answers = Smoother(), Smoother(), []
    for index, x in enumerate((0, 4, 3, 9)):
        (a,) = update(near, someone(10 * x, size=1000), at=index / 30, min_cutoff=0.3, beta=30)
        (b,) = update(far, someone(x, size=100), at=index / 30, min_cutoff=0.3, beta=30)
        answers.append((left(a), 10 * left(b)))
    assert all(a == pytest.approx(b, abs=0.01) for a, b in answers)
    assert 0 < answers[-1][0] < 90


def test_the_knobs_work_at_once():
    smoother = Smoother()
    update(smoother, someone(0), min_cutoff=1)
    assert left(update(smoother, someone(8), at=STEP, min_cutoff=3)[0]) == pytest.approx(6)


def test_the_body_is_the_diagonal_of_the_sure_keypoints():
    pose = someone(size=100)
    assert body_size(pose) == pytest.approx(100)
    pose.xy[3], pose.scores[3] = (5000, 5000), 0.1
    assert body_size(pose) == pytest.approx(100)
    pose.scores[:] = 0.1
    assert body_size(pose) == pytest.approx(5000 * math.sqrt(2))
    pose.xy[:] = 7
    assert body_size(pose) == 1


# ---- what it is for -------------------------------------------------------------------------------------------------


def test_trembling_is_cut_to_a_tenth():
    rng, smoother = np.random.default_rng(0), Smoother()
    raw, smooth = [], []
    for index in range(90):
        pose = someone()
        pose.xy[:] += rng.normal(0, 0.2, pose.xy.shape)
        raw.append(pose.xy)
        smooth.append(update(smoother, pose, at=index / 30, min_cutoff=0.3, beta=30)[0].xy)
    shake = [np.abs(np.diff(track, 2, axis=0)).mean() for track in (np.array(raw), np.array(smooth))]
    assert shake[1] < shake[0] / 10
