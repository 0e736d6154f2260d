"""A video processed in portions, as on the page."""

import io

import pytest
from fakes import FakeEstimator, plan_of, pose_at

from pose_demo.io.video import VideoReader
from pose_demo.offline import run as runs
from pose_demo.offline.job import MAX_RESULTS, VideoJob, VideoJobs
from pose_demo.settings import Settings
from pose_demo.types import Estimate


@pytest.fixture(autouse=True)
def estimator(monkeypatch):
    estimator = FakeEstimator(Estimate((pose_at((10, 10)),)))
    monkeypatch.setattr(runs, "prepare", lambda settings, **_: plan_of(estimator, **settings.changes()))
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


def test_each_result_is_reported_with_its_index(make_clip):
    results = []
    data = io.BytesIO(make_clip(3).read_bytes())
    job = VideoJob(data, "clip.mp4", Settings(), on_result=lambda *result: results.append(result))
    job.advance(60)
    job.close()
    assert [(index, result.persons) for index, result in results] == [(0, 1), (1, 1), (2, 1)]


@pytest.fixture
def jobs():
    jobs = VideoJobs()
    yield jobs
    jobs.close()


def run(jobs, data, seconds=60.0, **options):
    job = VideoJob(io.BytesIO(data), "clip.mp4", Settings())
    jobs.start(job)
    job.advance(seconds, **options)
    jobs.update()
    return job


def test_the_last_finished_jobs_are_kept_and_older_ones_deleted(jobs, make_clip):
    data = make_clip(2).read_bytes()
    made = [run(jobs, data) for _ in range(MAX_RESULTS + 2)]
    assert jobs.finished == made[:1:-1] and jobs.current is None and jobs.opened is made[-1]
    assert [job.video.exists() for job in made] == [False] * 2 + [True] * MAX_RESULTS
    assert not made[0].video.parent.exists()


def test_a_job_without_a_frame_is_not_kept(jobs):
    job = run(jobs, b"<html>404</html>")
    assert not jobs.finished and "not a video" in jobs.error and not job.video.parent.exists()


def test_a_job_that_is_replaced_keeps_its_frames(jobs, make_clip):
    data = make_clip(10).read_bytes()
    first = run(jobs, data, 3.5, clock=ticking(1.0))
    assert jobs.current is first
    second = run(jobs, data, 3.5, clock=ticking(1.0))
    assert jobs.current is second and jobs.finished == [first] and first.step.report.frames == 3


def test_a_removed_job_is_deleted(jobs, make_clip):
    job = run(jobs, make_clip(2).read_bytes())
    jobs.toggle(job)
    assert jobs.opened is None
    jobs.toggle(job)
    assert jobs.opened is job
    jobs.remove(job)
    assert not jobs.finished and jobs.opened is None and not job.video.parent.exists()


def test_closing_deletes_all_files(jobs, make_clip):
    data = make_clip(10).read_bytes()
    folders = [run(jobs, data, seconds, clock=ticking(1.0)).video.parent for seconds in (60, 3.5)]
    jobs.close()
    assert not any(folder.exists() for folder in folders) and jobs.current is None and not jobs.finished
