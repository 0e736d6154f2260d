"""Smoothing without lag, short gaps, and cuts."""

import numpy as np
import pytest

from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.smoothing import bridged, cuts, smoothed


def sequence(x, fps=30.0, scores=0.9, height=100.0):
    """A body of 17 points from y = 0 to ``height`` whose points all are at ``x``."""
    x = np.asarray(x, np.float32)
    xy = np.zeros((len(x), 17, 2), np.float32)
    xy[..., 0] = x[:, None]
    xy[..., 1] = np.linspace(0, height, 17)
    scores = np.broadcast_to(np.asarray(scores, np.float32), (len(x),))[:, None].repeat(17, axis=1)
    return PoseSequence(np.arange(len(x)) / fps, xy, scores.copy(), (640, 480))


def test_a_parabola_stays_as_it_is():
    """A filter with lag, and a mean of neighbors, would change it."""
    times = np.arange(40) / 30
    path = 100 + 50 * times - 80 * times**2
    made = smoothed(sequence(path)).xy[..., 0]
    assert made == pytest.approx(np.tile(path[:, None], 17), abs=0.1)


def test_jitter_is_reduced_without_lag():
    rng, times = np.random.default_rng(0), np.arange(300) / 30
    path = 300 + 60 * np.sin(2 * np.pi * times)  # one swing a second
    made = smoothed(sequence(path + rng.normal(0, 2, 300))).xy[:, 0, 0] - path
    raw = rng.normal(0, 2, 300)
    assert np.abs(np.diff(made)).mean() < 0.45 * np.abs(np.diff(raw)).mean()
    speed = np.gradient(path, times)
    lag_s = -(made * speed).sum() / (speed**2).sum()
    assert abs(lag_s) < 0.002


def test_a_keypoint_with_a_low_score_hardly_counts():
    x = np.full(31, 50.0)
    x[15] = 90
    scores = np.full(31, 0.9)
    equal = smoothed(sequence(x, scores=scores)).xy[15, 0, 0]
    scores[15] = 0.01
    assert (
        smoothed(sequence(x, scores=scores)).xy[15, 0, 0] == pytest.approx(50, abs=0.5) != pytest.approx(equal, abs=5)
    )


def test_frames_that_are_far_apart_stay_as_they_are():
    x = np.array([10.0, 12, 9, 14, 10, 13])
    assert smoothed(sequence(x, fps=5)).xy[:, 0, 0] == pytest.approx(x, abs=1e-3)


def test_a_frame_without_the_dancer_stays_empty():
    made = sequence([10, 11, 0, 13, 14], scores=[0.9, 0.9, 0, 0.9, 0.9])
    after = smoothed(made)
    assert after.xy[2, 0, 0] == 0 and not after.scores[2].any() and after.xy[3, 0, 0] == pytest.approx(13, abs=0.5)


def test_nothing_is_smoothed_across_a_cut():
    x = np.r_[np.full(15, 100.0), np.full(15, 400.0)]
    assert cuts(sequence(x)).tolist() == [15]
    assert smoothed(sequence(x)).xy[:, 0, 0] == pytest.approx(x, abs=1e-2)


@pytest.mark.parametrize(("missing", "is_bridged"), [(1, True), (8, True), (9, False)])
def test_gaps_of_up_to_300_ms_are_bridged_and_marked(missing, is_bridged):
    """Eight missing frames at 30 fps are .3 s from the last frame with the dancer to the next one."""
    x, scores = np.arange(30.0), np.full(30, 0.9)
    gap = slice(10, 10 + missing)
    scores[gap], scores[gap.stop] = 0, 0.5
    made, mask = bridged(sequence(np.where(scores > 0, x, 0), scores=scores))
    assert np.flatnonzero(mask).tolist() == (list(range(10, 10 + missing)) if is_bridged else [])
    if is_bridged:
        assert made.xy[:, 0, 0] == pytest.approx(x, abs=1e-4)
        assert made.scores[gap] == pytest.approx(0.5)
    else:
        assert not made.scores[gap].any()


def test_a_gap_with_a_cut_is_not_bridged():
    scores = [0.9, 0.9, 0, 0.9, 0.9]
    assert not bridged(sequence([10, 10, 0, 400, 400], scores=scores))[1].any()


def test_who_enters_the_picture_is_not_cut():
    """One keypoint has no height, so that its way is long in comparison."""
    made = sequence([0, 10, 20, 30])
    made.scores[:3, 1:] = 0
    assert not len(cuts(made))


@pytest.mark.parametrize(("step", "fps", "expected"), [(6, 30, 0), (20, 30, 0), (30, 30, 1), (40, 5, 0), (120, 5, 1)])
def test_a_fast_move_is_no_cut(step, fps, expected):
    """Pixels from one frame to the next, of a body that is 100 pixels high."""
    assert len(cuts(sequence([100, 100 + step], fps=fps))) == expected
