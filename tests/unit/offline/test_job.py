"""A video processed slice by slice, as the page does it."""

import io

import pytest
from fakes import Scripted, plan_of, pose_at

from pose_demo.io.video import VideoReader
from pose_demo.offline import run
from pose_demo.offline.job import VideoJob
from pose_demo.settings import Settings
from pose_demo.types import Estimate


@pytest.fixture(autouse=True)
def scripted(monkeypatch):
    estimator = Scripted(Estimate((pose_at((10, 10)),)))
    monkeypatch.setattr(run, "prepare", lambda settings, **_: plan_of(estimator, **settings.changes()))
    return estimator


def ticking(step):
    """A clock that moves on by ``step`` each time somebody looks at it."""
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


def test_a_slice_ends_when_its_time_is_over(job):
    job.advance(3.5, ticking(1.0))
    assert job.running and job.step.report.frames == 3 and job.share == pytest.approx(0.3)


def test_slices_add_up_to_the_whole_video(job):
    for _ in range(10):
        job.advance(2.5, ticking(1.0))
    assert not job.running and job.step.report.frames == 10 and job.share == 1.0 and not job.error
    with VideoReader(job.video) as reader:
        assert len(list(reader)) == 10
    assert len(job.csv.read_text().splitlines()) == 171


def test_stopped_it_is_as_long_as_it_got_and_playable(job, scripted):
    job.advance(4.5, ticking(1.0))
    job.stop()
    with VideoReader(job.video) as reader:
        assert len(list(reader)) == job.step.report.frames == 4
    assert not job.running and scripted.closes == 1


def test_closed_it_leaves_nothing_on_the_disk(job):
    job.advance(2.5, ticking(1.0))
    folder = job.video.parent
    job.close()
    assert not folder.exists()


def test_nothing_is_known_before_the_first_frame(job):
    assert job.step is None and job.share is None and job.running


@pytest.mark.parametrize("data", [b"", b"<html>404</html>"])
def test_a_bad_upload_ends_the_job_with_a_sentence(data):
    job = VideoJob(io.BytesIO(data), "upload.mp4", Settings())
    job.advance(1.0)
    assert not job.running and "not a video" in job.error
    job.close()
