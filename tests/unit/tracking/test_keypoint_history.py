"""The last seconds of one keypoint: whose it is, for how long, and figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fakes import Scripted, plan_of, pose_at

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.tracking.keypoint_history import Moment, Trace, traced
from pose_demo.tracking.smoothing import Smoother
from pose_demo.types import Frame

SIZE = (64, 48)


def person(x=0.0, track_id=1, score=0.9):
    """Someone whose nose is at (x, 0) and whose body size is 100 px as long as x is in 0..60."""
    return pose_at((x, 0), (0, 0), (60, 80), score=score, track_id=track_id)


def step(before, *poses, at=0.0, shown=None, size=SIZE, **settings):
    frame = Frame(np.zeros((size[1], size[0], 3), np.uint8), at)
    plan = plan_of(Scripted(), **{"smooth.watch": "nose", **settings})
    return traced(before, poses, poses if shown is None else shown, frame, plan)


def followed(raw, shown, fps=10):
    """The trace of a nose that goes through ``raw``, shown at ``shown``; None: nobody is there."""
    trace = None
    for index, (x, smooth) in enumerate(zip(raw, shown, strict=True)):
        poses, after = ((), ()) if x is None else ((person(x),), (person(smooth),))
        trace = step(trace, *poses, shown=after, at=index / fps)
    return trace


def seen(trace):
    return [moment.place and moment.place.raw_x for moment in trace.moments]


def test_when_nothing_is_watched_nothing_is_kept():
    assert step(None, person(), **{"smooth.watch": "off"}) is None
    assert step(step(None, person()), person(), at=1, **{"smooth.watch": "off"}) is None


def test_it_holds_the_time_and_both_places():
    trace = step(step(None, person(5)), person(8), shown=(person(6),), at=0.1)
    assert trace.moments == (Moment(0.0, (5, 0, 5, 0, 100)), Moment(0.1, (8, 0, 6, 0, 100)))
    assert (trace.keypoint, trace.person, trace.size, trace.last_seen) == ("nose", 1, SIZE, 0.1)


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33], ids=lambda it: it.name)
def test_a_keypoint_is_found_by_its_name_in_both_skeletons(skeleton):
    points = [(float(index), 1.0) for index in range(len(skeleton.keypoints))]
    trace = step(None, pose_at(*points, skeleton=skeleton, track_id=1), **{"smooth.watch": "left_wrist"})
    assert seen(trace) == [skeleton.keypoints.index("left_wrist")]


def test_what_the_model_is_not_sure_of_is_not_seen():
    assert seen(step(None, person(score=0.4), confidence=0.5)) == [None]
    assert seen(step(None, person(score=0.5), confidence=0.5)) == [0]


def test_five_seconds_are_kept():
    trace = None
    for index in range(100):
        trace = step(trace, person(), at=index / 4)
    assert [trace.moments[0].timestamp, trace.moments[-1].timestamp, len(trace.moments)] == [19.75, 24.75, 21]


# ---- who ------------------------------------------------------------------------------------------------------------


def test_the_longest_known_is_watched():
    trace = step(None, person(30, 4), person(20, 2), person(10, 3))
    assert trace.person == 2 and seen(trace) == [20]


@pytest.mark.parametrize(("away", "watched"), [(1.0, 1), (1.4, 1), (1.6, 2)])
def test_who_is_gone_is_waited_for_as_long_as_the_tracker_keeps_their_number(away, watched):
    trace = step(step(None, person(10, 1), person(20, 2)), person(20, 2), at=away)
    assert trace.person == watched and seen(trace) == ([10, None] if watched == 1 else [20])


def test_who_was_hidden_and_has_a_lower_number_is_watched_again():
    trace = step(step(None, person(20, 2)), person(10, 1), person(20, 2), at=0.5)
    assert trace.person == 1 and seen(trace) == [10]


def test_when_the_only_one_leaves_the_trace_ends_and_slides_out():
    trace = step(None, person(10))
    for index in range(1, 5):
        trace = step(trace, at=float(index))
    assert seen(trace) == [10, None, None, None, None]
    trace = step(trace, at=5.5)
    assert not any(seen(trace)) and trace.lag_ms is None and trace.trembling is None
    assert seen(step(trace, person(20, 7), at=6.0)) == [20]


def test_before_anybody_came_nobody_is_watched():
    trace = step(step(None), at=0.1)
    assert trace.person is None and seen(trace) == [None, None]
    assert seen(step(trace, person(10), at=0.2)) == [10]


@pytest.mark.parametrize(
    "change",
    [{"at": 0.9}, {"at": 2.0, "size": (48, 64)}, {"at": 2.0, "smooth.watch": "left_eye"}],
    ids=["time goes back", "another size", "another joint"],
)
def test_what_cannot_be_compared_begins_anew(change):
    trace = step(step(None, person(), at=0.5), person(), at=1.0)
    assert len(step(trace, person(), at=2.0).moments) == 3
    assert len(step(trace, person(), **change).moments) == 1


def test_a_clock_that_stands_still_counts_once():
    assert seen(step(step(None, person(5)), person(6))) == [6]


@pytest.mark.parametrize(
    ("settings", "by"),
    [
        ({}, "filter"),
        ({"smooth.on": False}, "nobody"),
        ({"model": "mediapipe-full"}, "model"),
        ({"model": "mediapipe-full", "smooth.on": False}, "model"),
        ({"model": "mediapipe-full", "detector": "yolov3-tiny"}, "filter"),
        ({"model": "mediapipe-full", "detector": "yolov3-tiny", "smooth.on": False}, "nobody"),
    ],
    ids=str,
)
def test_it_says_who_smooths(settings, by):
    assert step(None, person(), **settings).smoothed_by == by


# ---- figures --------------------------------------------------------------------------------------------------------


def test_the_lag_is_how_far_behind_by_how_fast():
    # 10 px a frame at 10 frames a second are 100 px a second; 2 px behind are 20 ms.
    raw = [10, 20, 30, 40, 50]
    assert followed(raw, [x - 2 for x in raw]).lag_ms == pytest.approx(20)
    assert followed(raw, raw).lag_ms == pytest.approx(0)


def test_the_lag_counts_nothing_across_a_break():
    raw = [10, 20, None, 50, 60]
    assert followed(raw, [8, 18, None, 48, 58]).lag_ms == pytest.approx(20)
    assert followed([10, None, 60], [8, None, 48]).lag_ms is None


@pytest.mark.parametrize(("reach", "moves"), [(9, False), (11, True)])
def test_a_tenth_of_the_body_size_is_a_movement(reach, moves):
    assert (followed([0, reach, 0], [0, reach, 0]).lag_ms is not None) == moves


def test_trembling_is_the_mean_second_difference_in_percent_of_the_body():
    # x bends by 2 px at each frame, y not at all: 1 px on average, of 100; shown half as much.
    trace = followed([0, 1, 0, 1, 0], [0, 0.5, 0, 0.5, 0])
    assert trace.trembling == (pytest.approx(1), pytest.approx(0.5))


def test_trembling_takes_three_frames_in_a_row_and_counts_nothing_across_a_break():
    assert followed([0, 0], [0, 0]).trembling is None
    assert followed([0, 0, None, 9, 9], [0, 0, None, 9, 9]).trembling is None
    assert followed([0, 0, 0, None, 50, 50, 50], [0, 0, 0, None, 50, 50, 50]).trembling == (0, 0)


def test_the_lag_told_is_the_shift_that_fits_best():
    smoother, times, trace = Smoother(), np.arange(150) / 30, None
    path = 30 + 25 * np.sin(2 * math.pi * times)
    for x, t in zip(path, times, strict=True):
        trace = step(trace, person(x), shown=smoother.update((person(x),), t, 0.3, 30), at=t)
    out = np.array([moment.place.x for moment in trace.moments])
    shifts = np.arange(0, 0.2, 0.001)
    errors = [np.square(30 + 25 * np.sin(2 * math.pi * (times - shift)) - out)[30:].sum() for shift in shifts]
    best = 1000 * shifts[int(np.argmin(errors))]
    assert trace.lag_ms == pytest.approx(best, abs=3) and 5 < best < 60


def test_a_trace_cannot_be_changed():
    trace = step(None, person())
    with pytest.raises(AttributeError):
        trace.person = 2
    assert isinstance(trace, Trace) and isinstance(trace.moments, tuple)
