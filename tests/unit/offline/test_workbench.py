"""The video workbench without a page: position, playback, run-up, and values that belong to settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of, pose_at

from pose_demo.offline.workbench import RUN_UP_FRAMES, Workbench
from pose_demo.pipeline import Pipeline
from pose_demo.types import Estimate, Frame, InputError

FPS = 10.0
PERSON = Estimate((pose_at((10, 10), (20, 10), score=0.8),))


class FakeFrames:
    """Frames of 64 x 48 pixels; those in ``damaged`` cannot be decoded."""

    name, read_error, capacity = "clip.mp4", "", 70

    def __init__(self, count: int = 40, damaged: tuple[int, ...] = ()) -> None:
        self.timestamps = tuple(index / FPS for index in range(count))
        self.damaged, self.closes = damaged, 0

    def frame(self, index: int) -> Frame:
        if index in self.damaged:
            raise InputError("clip.mp4: damaged")
        return Frame(np.full((48, 64, 3), index, np.uint8), self.timestamps[index])

    def close(self) -> None:
        self.closes += 1


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def estimator() -> FakeEstimator:
    return FakeEstimator(PERSON)


@pytest.fixture
def bench(clock, estimator) -> Workbench:
    bench = Workbench(FakeFrames(), clock=clock)
    bench.use(plan_of(estimator))
    return bench


def processed(estimator: FakeEstimator) -> list[int]:
    """The indices of the frames that the estimator has processed since the last call."""
    indices = [int(frame.image[0, 0, 0]) for frame in estimator.frames]
    estimator.frames.clear()
    return indices


# ---- run-up


def test_a_distant_frame_is_processed_after_a_run_up(bench, estimator):
    bench.seek(2.0)
    assert bench.result().timestamp == 2.0
    assert processed(estimator) == list(range(20 - RUN_UP_FRAMES, 21)) and estimator.resets == 1


def test_the_first_frames_have_a_shorter_run_up(bench, estimator):
    bench.step(3)
    bench.result()
    assert processed(estimator) == [0, 1, 2, 3]


def test_the_next_frame_needs_no_run_up(bench, estimator):
    bench.seek(2.0)
    bench.result()
    processed(estimator)
    bench.step(1)
    assert bench.result().timestamp == pytest.approx(2.1) and processed(estimator) == [21]


def test_a_frame_is_processed_once(bench, estimator):
    assert bench.result() is bench.result()
    assert processed(estimator) == [0]


def test_the_run_up_is_shorter_when_decoded_frames_do_not_fit_into_memory(bench, estimator):
    bench.frames.capacity = 3
    bench.seek(2.0)
    bench.result()
    assert processed(estimator) == [18, 19, 20]


def test_a_slow_model_has_a_shorter_run_up(bench, estimator, clock):
    def slow(frame, options, estimate=estimator.estimate):
        clock.now += 0.2
        return estimate(frame, options)

    estimator.estimate = slow
    bench.seek(2.0)
    bench.result()
    assert processed(estimator) == [10, 19, 20]


def test_tracking_and_smoothing_are_those_of_a_stream(clock):
    class Walker(FakeEstimator):
        def estimate(self, frame, options):
            index = int(frame.image[0, 0, 0])
            return Estimate((pose_at((20 + index, 20), (20 + index, 40), (30 + index, 30 + 4 * (index % 3))),))

    def plan():
        return plan_of(Walker(), **{"smooth.min_cutoff": 0.8, "smooth.beta": 1})

    pipeline, frames, stream = Pipeline(), FakeFrames(), plan()
    expected = [pipeline.process(frames.frame(index), stream) for index in range(31)][-1].estimate.poses[0]
    bench = Workbench(frames, clock=clock)
    bench.use(plan())
    bench.seek(3.0)
    pose = bench.result().estimate.poses[0]
    raw = Walker().estimate(frames.frame(30), None).poses[0]
    assert np.abs(pose.xy - expected.xy).max() < 0.2 < 1 < np.abs(raw.xy - expected.xy).max()


# ---- settings


def test_other_settings_process_the_current_frame_again(bench, estimator):
    bench.seek(2.0)
    bench.result()
    processed(estimator)
    bench.use(plan_of(estimator, confidence=0.5))
    bench.result()
    assert processed(estimator)[-1] == 20


def test_the_same_settings_do_not_process_the_frame_again(bench, estimator):
    bench.result()
    bench.use(replace(bench.plan))
    bench.result()
    assert processed(estimator) == [0]


def test_models_that_another_plan_does_not_use_are_closed(bench, estimator):
    other = FakeEstimator(PERSON)
    bench.use(plan_of(other))
    assert (estimator.closes, other.closes) == (1, 0)
    bench.close()
    assert other.closes == 1 and bench.frames.closes == 1 and bench.result() is None


def test_a_plan_for_a_closed_workbench_is_closed(bench):
    late = FakeEstimator()
    bench.close()
    bench.use(plan_of(late))
    assert late.closes == 1


# ---- position


def test_steps_stay_within_the_video(bench):
    bench.step(-1)
    assert bench.index == 0
    bench.step(1000)
    assert bench.index == 39 and bench.position == pytest.approx(3.9) and bench.duration == pytest.approx(4.0)


def test_playback_processes_every_frame_in_real_time(bench, estimator, clock):
    bench.toggle()
    bench.advance(1.0)
    assert bench.index == 0
    clock.now += 0.35
    bench.advance(1.0)
    assert bench.index == 3 and processed(estimator) == [0, 1, 2, 3]


def test_a_slow_machine_plays_slower_and_skips_no_frame(bench, estimator, clock):
    def slow(frame, options, estimate=estimator.estimate):
        clock.now += 0.2
        return estimate(frame, options)

    bench.result()
    estimator.estimate = slow
    bench.toggle()
    for _ in range(6):
        clock.now += 0.1
        bench.advance(0.3)
    assert processed(estimator) == list(range(bench.index + 1)) and 5 <= bench.index <= 12
    assert bench.speed == pytest.approx(bench.position / 2.6, abs=0.2)


def test_playback_pauses_at_the_end_and_starts_again_from_there(bench, clock):
    bench.seek(3.8)
    bench.toggle()
    clock.now += 5
    bench.advance(10)
    assert not bench.playing and bench.index == 39
    bench.toggle()
    assert bench.playing and bench.index == 0


def test_a_seek_while_playing_plays_on_from_there(bench, clock):
    bench.toggle()
    bench.seek(2.0)
    clock.now += 0.15
    bench.advance(1)
    assert bench.playing and bench.index == 21


# ---- errors


def test_a_damaged_frame_has_an_error_and_the_others_are_processed(clock, estimator):
    bench = Workbench(FakeFrames(damaged=(5,)), clock=clock)
    bench.use(plan_of(estimator))
    bench.step(5)
    assert bench.result() is None and bench.error == "clip.mp4: damaged"
    bench.step(-1)
    assert bench.result() is not None and not bench.error


def test_playback_pauses_at_a_damaged_frame(clock, estimator):
    bench = Workbench(FakeFrames(damaged=(2,)), clock=clock)
    bench.use(plan_of(estimator))
    bench.toggle()
    clock.now += 1
    bench.advance(1)
    assert not bench.playing and bench.index == 2 and bench.error


def test_a_failing_model_is_reported(clock):
    bench = Workbench(FakeFrames(), clock=clock)
    bench.use(plan_of(FakeEstimator(error=ZeroDivisionError("no"))))
    assert bench.result() is None and bench.error == "ZeroDivisionError: no; try another model"


# ---- values


def test_values_fill_in_as_frames_are_processed(bench):
    bench.seek(2.0)
    bench.result()
    bench.step(1)
    bench.result()
    curves = bench.curves(bench.plan.settings, bench.plan.uploads)
    assert np.flatnonzero(~np.isnan(curves.persons)).tolist() == [20, 21]


def test_values_belong_to_settings(bench, estimator):
    bench.result()
    other = plan_of(estimator, person_confidence=0.6)
    assert np.isnan(bench.curves(other.settings, other.uploads).persons).all()
    assert not np.isnan(bench.curves(bench.plan.settings, bench.plan.uploads).persons[0])
