"""The seat of one visitor: which frames are processed, and what keeps a stream alive."""

from __future__ import annotations

import gc
import weakref
from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of, pose_at

from pose_demo.live.seat import Seat
from pose_demo.live.seats import Idle, Seats, State
from pose_demo.live.stream import LiveStream
from pose_demo.types import Estimate


def camera_frame(index: int = 0) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 200, np.uint8), format="rgb24")
    frame.pts, frame.time_base = index * 3000, Fraction(1, 90_000)
    return frame


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def seats(clock) -> Seats:
    return Seats(1, 600, clock)


@pytest.fixture
def estimator() -> FakeEstimator:
    return FakeEstimator(Estimate((pose_at((20, 20)),)))


@pytest.fixture
def seat(clock, seats, estimator) -> Seat:
    stream = LiveStream(clock)
    stream.set_plan(plan_of(estimator))
    return Seat(stream, seats, clock)


def test_frames_are_processed_with_a_seat_only(seat, seats, estimator):
    seat.callback(camera_frame())
    assert not estimator.frames
    assert seat.admit(True).may_play
    seat.callback(camera_frame(1))
    assert len(estimator.frames) == 1
    seat.admit(False)
    seat.callback(camera_frame(2))
    assert len(estimator.frames) == 1 and seats.taken == 0


def test_without_a_seat_the_answer_is_dark_and_never_the_camera(seat):
    output = seat.callback(camera_frame(7))
    assert (output.pts, output.time_base) == (21_000, Fraction(1, 90_000))
    assert output.to_ndarray(format="rgb24").mean() < 40


def test_a_second_visitor_who_ignores_the_page_gets_no_frame(seat, seats, clock):
    seat.admit(True)
    stream, other = LiveStream(clock), FakeEstimator()
    stream.set_plan(plan_of(other))
    second = Seat(stream, seats, clock)
    assert not second.admit(True).may_play
    second.callback(camera_frame())
    assert not other.frames and second.admission().position == 1


def test_closing_gives_the_seat_to_the_next(seat, seats):
    seat.admit(True)
    seats.admission("next")
    seat.close()
    assert seats.admission("next").state is State.OFFERED
    assert seat.callback(camera_frame()).to_ndarray(format="rgb24").mean() < 40


def _stream(seat: Seat, clock: FakeClock, seconds: int) -> None:
    for index in range(seconds):
        clock.now += 1
        seat.callback(camera_frame(index))


def test_a_stream_with_a_person_goes_on_and_one_without_ends(seat, clock, estimator):
    seat.admit(True)
    _stream(seat, clock, 700)
    assert seat.admission().idle is None
    estimator.result = Estimate()
    _stream(seat, clock, 560)
    assert seat.admission().idle is Idle.NO_PERSON
    _stream(seat, clock, 60)
    assert seat.admission().state is State.ENDED


def test_a_recording_keeps_the_stream(seat, clock, estimator):
    estimator.result = Estimate()
    seat.admit(True)
    seat._stream.recorder = SimpleNamespace(running=True, add=lambda result: None)
    _stream(seat, clock, 700)
    assert seat.admission().state is State.SEATED


def test_a_failing_model_is_no_reason_to_keep_the_stream(seat, clock, estimator):
    seat.admit(True)
    _stream(seat, clock, 10)
    estimator.error = RuntimeError("broken")
    _stream(seat, clock, 700)
    assert seat.admission().state is State.ENDED


def test_a_page_that_is_gone_leaves_nothing_behind(seats, clock):
    seat = Seat(LiveStream(clock), seats, clock)
    seat.admit(True)
    gone = weakref.ref(seat._stream)
    gc.disable()
    try:
        del seat
        assert gone() is None
    finally:
        gc.enable()
