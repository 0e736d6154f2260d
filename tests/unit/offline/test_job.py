"""A video processed in portions, as on the page."""

import io

import pytest
from fakes import FakeEstimator, plan_of, pose_at

from pose_demo.io.video import VideoReader
from pose_demo.offline import run
from pose_demo.offline.job import VideoJob
from pose_demo.settings import Settings
from pose_demo.types import Estimate


@pytest.fixture(autouse=True)
def estimator(monkeypatch):
    estimator = FakeEstimator(Estimate((pose_at((10, 10)),)))
    monkeypatch.setattr(run, "prepare", lambda settings, **_: plan_of(estimator, **settings.changes()))
    return estimator


def ticking(step):
    """A clock that advances by ``step`` each time it is read."""
    now = 0.0

    def clock():
        nonlocal now
        now += step
        return now

    return clock


@pytest.fixture
def job(make_clip):
    job = VideoJob(io.BytesIO(make_clip(10).read_bytes()), "clip.mp4", Settings())
    yield job
    job.close()


def test_advance_ends_after_its_time(job):
    job.advance(3.5, ticking(1.0))
    assert job.running and job.step.report.frames == 3 and job.progress == pytest.approx(0.3)


def test_all_frames_are_processed_in_portions(job):
    for _ in range(10):
        job.advance(2.5, ticking(1.0))
    assert not job.running and job.step.report.frames == 10 and job.progress == 1.0 and not job.error
    with VideoReader(job.video) as reader:
        assert len(list(reader)) == 10
    assert len(job.csv.read_text().splitlines()) == 171


def test_stopped_job_keeps_the_frames_so_far(job, estimator):
    job.advance(4.5, ticking(1.0))
    job.stop()
    with VideoReader(job.video) as reader:
        assert len(list(reader)) == job.step.report.frames == 4
    assert not job.running and estimator.closes == 1


def test_close_deletes_the_files(job):
    job.advance(2.5, ticking(1.0))
    folder = job.video.parent
    job.close()
    assert not folder.exists()


def test_no_step_and_progress_before_the_first_frame(job):
    assert job.step is None and job.progress is None and job.running


@pytest.mark.parametrize("data", [b"", b"<html>404</html>"])
def test_invalid_video_ends_the_job_with_an_error(data):
    job = VideoJob(io.BytesIO(data), "upload.mp4", Settings())
    job.advance(1.0)
    assert not job.running and "not a video" in job.error
    job.close()
