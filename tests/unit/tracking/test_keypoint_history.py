"""The history of one keypoint: which person, for how long, and hand-computed lag and jitter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fakes import pose_at

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.tracking.keypoint_history import KeypointHistory, KeypointSample, update_history
from pose_demo.tracking.smoothing import KeypointSmoother
from pose_demo.types import Frame

SIZE = (64, 48)


def person(x=0.0, track_id=1, score=0.9):
    """A person whose nose is at (x, 0) and whose body size is 100 px for x in 0..60."""
    return pose_at((x, 0), (0, 0), (60, 80), score=score, track_id=track_id)


def update(history, *poses, at=0.0, smoothed=None, size=SIZE, keypoint="nose", confidence=0.3, smoothed_by="filter"):
    frame = Frame(np.zeros((size[1], size[0], 3), np.uint8), at)
    smoothed = poses if smoothed is None else smoothed
    return update_history(
        history, poses, smoothed, frame, keypoint=keypoint, confidence=confidence, smoothed_by=smoothed_by
    )


def recorded(raw, smoothed, fps=10):
    """The history of a nose with the x coordinates ``raw`` and ``smoothed``; None: no person."""
    history = None
    for index, (x, smooth) in enumerate(zip(raw, smoothed, strict=True)):
        poses, after = ((), ()) if x is None else ((person(x),), (person(smooth),))
        history = update(history, *poses, smoothed=after, at=index / fps)
    return history


def positions(history):
    return [sample.position and sample.position.raw_x for sample in history.samples]


def test_no_history_without_a_keypoint():
    assert update(None, person(), keypoint="none") is None
    assert update(update(None, person()), person(), at=1, keypoint="none") is None


def test_samples_hold_the_time_and_both_positions():
    history = update(update(None, person(5)), person(8), smoothed=(person(6),), at=0.1)
    assert history.samples == (KeypointSample(0.0, (5, 0, 5, 0, 100)), KeypointSample(0.1, (8, 0, 6, 0, 100)))
    assert (history.keypoint, history.person, history.size, history.last_detected) == ("nose", 1, SIZE, 0.1)


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33], ids=lambda it: it.name)
def test_the_keypoint_name_works_in_both_skeletons(skeleton):
    points = [(float(index), 1.0) for index in range(len(skeleton.keypoints))]
    history = update(None, pose_at(*points, skeleton=skeleton, track_id=1), keypoint="left_wrist")
    assert positions(history) == [skeleton.keypoints.index("left_wrist")]


def test_a_keypoint_below_the_confidence_is_not_detected():
    assert positions(update(None, person(score=0.4), confidence=0.5)) == [None]
    assert positions(update(None, person(score=0.5), confidence=0.5)) == [0]


def test_five_seconds_are_kept():
    history = None
    for index in range(100):
        history = update(history, person(), at=index / 4)
    samples = history.samples
    assert [samples[0].timestamp, samples[-1].timestamp, len(samples)] == [19.75, 24.75, 21]


@pytest.mark.parametrize("smoothed_by", ["filter", "model", "none"])
def test_the_source_of_the_smoothing_is_stored(smoothed_by):
    assert update(None, person(), smoothed_by=smoothed_by).smoothed_by == smoothed_by
    assert update(update(None, person()), person(), at=0.1, smoothed_by=smoothed_by).smoothed_by == smoothed_by


# ---- which person ---------------------------------------------------------------------------------------------------


def test_the_lowest_track_id_is_followed():
    history = update(None, person(30, 4), person(20, 2), person(10, 3))
    assert history.person == 2 and positions(history) == [20]


@pytest.mark.parametrize(("away", "followed"), [(1.0, 1), (1.4, 1), (1.6, 2)])
def test_a_lost_person_is_kept_as_long_as_the_tracker_does(away, followed):
    history = update(update(None, person(10, 1), person(20, 2)), person(20, 2), at=away)
    assert history.person == followed and positions(history) == ([10, None] if followed == 1 else [20])


def test_a_person_with_a_lower_track_id_is_followed_again_after_an_occlusion():
    history = update(update(None, person(20, 2)), person(10, 1), person(20, 2), at=0.5)
    assert history.person == 1 and positions(history) == [10]


def test_the_history_runs_out_when_the_only_person_leaves():
    history = update(None, person(10))
    for index in range(1, 5):
        history = update(history, at=float(index))
    assert positions(history) == [10, None, None, None, None]
    history = update(history, at=5.5)
    assert not any(positions(history)) and history.lag_ms is None and history.jitter is None
    assert positions(update(history, person(20, 7), at=6.0)) == [20]


def test_no_person_before_the_first_detection():
    history = update(update(None), at=0.1)
    assert history.person is None and positions(history) == [None, None]
    assert positions(update(history, person(10), at=0.2)) == [10]


@pytest.mark.parametrize(
    "change",
    [{"at": 0.9}, {"at": 2.0, "size": (48, 64)}, {"at": 2.0, "keypoint": "left_eye"}],
    ids=["earlier timestamp", "other frame size", "other keypoint"],
)
def test_a_new_history_starts(change):
    history = update(update(None, person(), at=0.5), person(), at=1.0)
    assert len(update(history, person(), at=2.0).samples) == 3
    assert len(update(history, person(), **change).samples) == 1


def test_a_repeated_timestamp_replaces_its_sample():
    assert positions(update(update(None, person(5)), person(6))) == [6]


# ---- lag and jitter -------------------------------------------------------------------------------------------------


def test_the_lag_is_the_distance_divided_by_the_speed():
    # 10 px per frame at 10 frames/s are 100 px/s; 2 px are 20 ms.
    raw = [10, 20, 30, 40, 50]
    assert recorded(raw, [x - 2 for x in raw]).lag_ms == pytest.approx(20)
    assert recorded(raw, raw).lag_ms == pytest.approx(0)


def test_the_lag_ignores_gaps():
    raw = [10, 20, None, 50, 60]
    assert recorded(raw, [8, 18, None, 48, 58]).lag_ms == pytest.approx(20)
    assert recorded([10, None, 60], [8, None, 48]).lag_ms is None


@pytest.mark.parametrize(("motion_range", "moves"), [(9, False), (11, True)])
def test_the_lag_requires_a_motion_of_a_tenth_of_the_body_size(motion_range, moves):
    assert (recorded([0, motion_range, 0], [0, motion_range, 0]).lag_ms is not None) == moves


def test_the_jitter_is_the_mean_second_difference_in_percent_of_the_body_size():
    # The second difference is 2 px in x and 0 in y: 1 px on average, of 100; half of it smoothed.
    history = recorded([0, 1, 0, 1, 0], [0, 0.5, 0, 0.5, 0])
    assert history.jitter == (pytest.approx(1), pytest.approx(0.5))


def test_the_jitter_requires_three_consecutive_frames_and_ignores_gaps():
    assert recorded([0, 0], [0, 0]).jitter is None
    assert recorded([0, 0, None, 9, 9], [0, 0, None, 9, 9]).jitter is None
    assert recorded([0, 0, 0, None, 50, 50, 50], [0, 0, 0, None, 50, 50, 50]).jitter == (0, 0)


def test_the_lag_is_the_time_shift_with_the_least_error():
    smoother, times, history = KeypointSmoother(), np.arange(150) / 30, None
    path = 30 + 25 * np.sin(2 * math.pi * times)
    for x, t in zip(path, times, strict=True):
        history = update(history, person(x), smoothed=smoother.update((person(x),), t, 0.3, 10), at=t)
    out = np.array([sample.position.x for sample in history.samples])
    shifts = np.arange(0, 0.2, 0.001)
    errors = [np.square(30 + 25 * np.sin(2 * math.pi * (times - shift)) - out)[30:].sum() for shift in shifts]
    best = 1000 * shifts[int(np.argmin(errors))]
    assert history.lag_ms == pytest.approx(best, abs=3) and 5 < best < 60


def test_a_history_is_immutable():
    history = update(None, person())
    with pytest.raises(AttributeError):
        history.person = 2
    assert isinstance(history, KeypointHistory) and isinstance(history.samples, tuple)
