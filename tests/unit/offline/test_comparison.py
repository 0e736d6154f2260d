"""Two settings on a clip: the same frames, measures, pictures in a file, and closed models."""

from contextlib import contextmanager

import numpy as np
import pytest
from fakes import FakeEstimator, pose_at

from pose_demo.metrics.comparison import ComparisonMeter
from pose_demo.offline import comparison
from pose_demo.offline.comparison import ComparisonJob, compare
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame, InputError

A, B = Settings(), Settings(model="blazepose-lite")


def frames(count=6):
    return [Frame(np.full((48, 64, 3), 20 * index, np.uint8), 2.0 + index / 10) for index in range(count)]


def clip(count=6, error=None):
    @contextmanager
    def open_frames():
        def read():
            yield from frames(count)
            if error:
                raise error

        yield read()

    return open_frames


@pytest.fixture
def loaded(monkeypatch):
    """The estimators that are loaded, by model."""
    estimators = {}

    def load(model, options=None, detector="none"):
        offset = 0 if model == A.model else 4
        poses = (pose_at((10 + offset, 10), (30, 20), (20, 40)),)
        estimators[model] = FakeEstimator(Estimate(poses))
        return estimators[model]

    monkeypatch.setattr("pose_demo.estimators.load", load)
    return estimators


def test_both_process_the_same_frames(loaded):
    given = frames()
    compared = list(compare(given, A, B, meter=ComparisonMeter()))
    assert [step.frame for step in compared] == given == loaded[A.model].frames == loaded[B.model].frames
    assert {(step.a.model, step.b.model) for step in compared} == {(A.model, B.model)}
    assert all(step.a.milliseconds > 0 and step.b.milliseconds > 0 for step in compared)


def test_the_disagreement_is_that_of_the_poses(loaded):
    (step,) = compare(frames(1), A, B, meter=ComparisonMeter())
    assert step.disagreement.total > 0 and step.disagreement.joints[1] == 0 < step.disagreement.joints[0]


def test_a_mirrored_side_is_compared_in_the_same_coordinates(loaded):
    loaded_poses = [
        next(iter(compare(frames(1), a, B, meter=ComparisonMeter()))).disagreement.total
        for a in (A, Settings(mirror="on"))
    ]
    assert loaded_poses[0] == pytest.approx(loaded_poses[1])


def test_the_models_are_closed_when_it_ends_early(loaded):
    steps = compare(frames(), A, B, meter=ComparisonMeter())
    next(steps)
    steps.close()
    assert [model.closes for model in loaded.values()] == [1, 1]


def run(job):
    while job.running:
        job.advance(10)
    return job


@pytest.fixture
def job(loaded):
    job = run(ComparisonJob(clip(), "clip", A, B, expected=6))
    yield job
    job.close()


def test_a_job_keeps_the_measures_of_every_frame(job):
    assert not job.error and job.progress == 1 and job.frames == 6
    assert job.timestamps == pytest.approx([2.0, 2.1, 2.2, 2.3, 2.4, 2.5])
    assert len(set(job.disagreement)) == 1 and job.disagreement[0] > 0
    assert job.summary.frames == 6 and job.summary.a.ms > 0 and job.summary.b.jitter == pytest.approx(0)


def test_a_job_keeps_the_images_of_every_frame(job):
    for index in (5, 0, 3):
        frame, a, b = job.images(index)
        assert abs(int(frame[0, 0, 0]) - 20 * index) <= 2 and a.shape == b.shape == (48, 64, 3)
        assert not np.array_equal(a, b)


def test_swapping_exchanges_all_results(job):
    a, b, (_, image_a, image_b) = job.summary.a, job.summary.b, job.images(2)
    job.swap()
    assert (job.a, job.b) == (B, A) and (job.summary.a, job.summary.b) == (b, a)
    _, swapped_a, swapped_b = job.images(2)
    assert np.array_equal(swapped_a, image_b) and np.array_equal(swapped_b, image_a)
    job.swap()
    assert job.a == A and job.summary.a == a


def test_a_job_is_advanced_in_slices(loaded):
    job, now = ComparisonJob(clip(), "clip", A, B), iter(range(100))
    job.advance(2.5, clock=lambda: next(now))
    assert job.running and job.frames == 2 and job.progress is None
    job.stop()
    job.advance(10)
    assert job.frames == 2 and [model.closes for model in loaded.values()] == [1, 1]
    assert job.images(1)
    job.close()


def test_a_long_clip_is_shortened(loaded, monkeypatch):
    monkeypatch.setattr(comparison, "MAX_FRAMES", 4)
    job = run(ComparisonJob(clip(), "clip", A, B, expected=6))
    assert job.frames == 4 and job.is_shortened and job.progress == 1
    job.close()


@pytest.mark.parametrize("error", [InputError("clip: damaged"), ValueError("damaged")])
def test_an_error_keeps_what_was_processed(loaded, error):
    job = run(ComparisonJob(clip(3, error), "clip", A, B))
    assert job.frames == 3 and "damaged" in job.error and job.images(2)
    job.close()


def test_a_closed_job_has_no_files(job):
    job.close()
    with pytest.raises(ValueError, match="closed"):
        job.images(0)
