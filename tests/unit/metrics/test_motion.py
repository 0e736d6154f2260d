"""Jitter and lag, with numbers computed by hand."""

from dataclasses import replace

import numpy as np
import pytest
from known_poses import SIZE, standing

from pose_demo.metrics.alignment import align
from pose_demo.metrics.motion import jitter_at_rest, lag_ms

TIMES = np.arange(12) / 10


def aligned(estimates, truth, times=TIMES):
    """Tuples of poses per frame; None is a frame without a pose."""

    def frames(poses):
        return [() if pose is None else pose if isinstance(pose, tuple) else (pose,) for pose in poses]

    found = frames(estimates)
    return align(found, frames(truth), times[: len(found)], [len(poses) for poses in found])


def shaking(amplitude, count=12, **pose):
    """Keypoints that alternate between two positions: their second difference is 4 times the amplitude, in x."""
    return [standing(320 + amplitude * (-1) ** index, **pose) for index in range(count)]


RESTING = [standing()] * 12


# ---- jitter


def test_jitter_of_a_person_at_rest():
    assert jitter_at_rest(aligned(RESTING, RESTING)) == 0
    assert jitter_at_rest(aligned(shaking(1.0), RESTING)) == pytest.approx(100 * 2.0 / SIZE)


def test_constant_errors_and_steady_drift_are_no_jitter():
    drifting = [standing(320 + 0.5 * index, 205) for index in range(12)]
    assert jitter_at_rest(aligned(drifting, RESTING)) == pytest.approx(0, abs=1e-5)


def test_keypoints_that_move_do_not_count():
    moving = [standing(100 + 10 * index) for index in range(12)]
    assert jitter_at_rest(aligned(shaking(1.0), moving)) is None
    half = [standing() if index < 6 else standing(320 + 10 * (index - 5)) for index in range(12)]
    estimates = [*shaking(1.0, 6), *(standing(320 + 30 * (-1) ** index) for index in range(6))]
    assert jitter_at_rest(aligned(estimates, half)) == pytest.approx(100 * 2.0 / SIZE)


def test_rest_is_a_speed_not_a_step_between_frames():
    """1 px per frame: 10 px/s at 10 fps is under 0.1 body sizes (25 px) per second, 50 px/s at 50 fps is above."""
    truth = [standing(320 + index) for index in range(12)]
    assert jitter_at_rest(aligned(truth, truth, np.arange(12) / 10)) == pytest.approx(0, abs=1e-5)
    assert jitter_at_rest(aligned(truth, truth, np.arange(12) / 50)) is None


def test_a_gap_or_another_track_id_interrupts():
    """Only three consecutive frames with one track id have a second difference."""
    estimates = shaking(1.0)
    estimates[2] = estimates[5] = estimates[8] = None
    assert jitter_at_rest(aligned(estimates[:11], RESTING[:11])) is None
    tracks = [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]
    changing = [replace(pose, track_id=track) for pose, track in zip(shaking(1.0), tracks, strict=True)]
    assert jitter_at_rest(aligned(changing, RESTING)) is None
    estimates[5] = shaking(1.0)[5]
    assert jitter_at_rest(aligned(estimates, RESTING)) == pytest.approx(100 * 2.0 / SIZE)


def test_jitter_of_several_persons_is_their_mean():
    truth = [(standing(320, track_id=1), standing(900, track_id=2))] * 12
    still = [standing(900, track_id=9)] * 12
    estimates = list(zip(still, shaking(1.0, track_id=4), strict=True))
    assert jitter_at_rest(aligned(estimates, truth)) == pytest.approx(100 * 1.0 / SIZE)


def test_invisible_keypoints_do_not_count():
    truth = [replace(standing(), scores=np.eye(17, dtype=np.float32)[0])] * 12
    estimates = [replace(pose, xy=np.where(np.arange(17)[:, None] == 0, standing().xy, pose.xy)) for pose in shaking(9)]
    assert jitter_at_rest(aligned(estimates, truth)) == 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_jitter_is_unknown_with_fewer_than_three_frames(count):
    assert jitter_at_rest(aligned(RESTING[:count], RESTING[:count])) is None


# ---- lag


def walking(velocity, delay=0.0, times=TIMES, **pose):
    """A person who moves to the right with ``velocity`` pixels per second, ``delay`` seconds late."""
    return [standing(100 + velocity * (time - delay), **pose) for time in times]


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2, -0.03])
def test_lag_is_the_delay_of_the_motion(delay):
    assert lag_ms(aligned(walking(100, delay), walking(100))) == pytest.approx(1000 * delay, abs=0.01)


def test_lag_at_a_variable_frame_rate():
    times = np.cumsum([0.0, 0.1, 0.1, 0.033, 0.033, 0.2, 0.2, 0.05, 0.05, 0.1, 0.4, 0.1])
    found = aligned(walking(100, 0.08, times), walking(100, 0, times), times)
    assert lag_ms(found) == pytest.approx(80, abs=0.01)


def test_an_error_across_the_motion_is_no_lag():
    higher = [standing(100 + 100 * time, 210) for time in TIMES]
    assert lag_ms(aligned(higher, walking(100))) == pytest.approx(0, abs=0.01)


def test_lag_of_several_persons_is_weighted_by_their_squared_speed():
    truth = zip(walking(100, track_id=1), walking(200, track_id=2), strict=True)
    estimates = zip(walking(100, 0.1, track_id=5), walking(200, track_id=6), strict=True)
    truth = [(a, replace(b, xy=b.xy + np.float32((0, 900)))) for a, b in truth]
    estimates = [(a, replace(b, xy=b.xy + np.float32((0, 900)))) for a, b in estimates]
    assert lag_ms(aligned(estimates, truth)) == pytest.approx(100 * 1 / 5, abs=0.01)


def test_lag_is_measured_from_three_consecutive_frames_with_one_track_id():
    estimates = walking(100, 0.1)
    assert lag_ms(aligned([pose if i % 2 else None for i, pose in enumerate(estimates)], walking(100))) is None
    broken = [replace(pose, track_id=index // 3) for index, pose in enumerate(estimates)]
    assert lag_ms(aligned(broken, walking(100))) == pytest.approx(100, abs=0.01)


def test_lag_is_unknown_where_nothing_moves_or_nobody_is_detected():
    assert lag_ms(aligned(shaking(1.0), RESTING)) is None
    assert lag_ms(aligned([None] * 12, walking(100))) is None
    assert lag_ms(aligned([], [])) is None
