"""Scoring footage in portions."""

from __future__ import annotations

import pytest

from pose_demo.explore.calibration import score_job
from pose_demo.explore.calibration.score_job import ScoreJob
from pose_demo.explore.calibration.threshold import ScoredFrame
from pose_demo.explore.footage.clip import Clip
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import InputError

FIRST, SECOND = Clip("solo", "sample:solo"), Clip("duo", "sample:duo")
STAR = Settings.from_dict({"match.reference": "star"})
FRAMES = 4


@pytest.fixture(autouse=True)
def scored(monkeypatch):
    """Fake scores of four frames for each clip; lists the clips that were started."""
    started = []

    def score_frames(clip, *_):
        started.append(clip.name)
        if clip.name == "broken":
            raise InputError("broken: no frames")
        if clip.name == "bug":
            raise RuntimeError("no")
        for index in range(FRAMES):
            yield ScoredFrame(index / 10, 0.5, False)

    monkeypatch.setattr(score_job, "score_frames", score_frames)
    return started


def _job(*clips, settings=STAR, **options):
    return ScoreJob(clips, settings, expected=FRAMES * len(clips), **options)


def _steps(job, count):
    """Process this number of frames."""
    for _ in range(count):
        job._advance()


def test_all_clips_are_scored():
    job = _job(FIRST, SECOND)
    job.advance(10)
    assert not job.running and not job.error and job.done == 2 * FRAMES
    assert job.is_complete(FIRST) and len(job.scores(SECOND)) == FRAMES
    assert job.progress == 1.0


def test_stop_keeps_the_scores_so_far():
    job = _job(FIRST, SECOND)
    _steps(job, FRAMES + 2)
    job.stop()
    assert not job.running
    assert job.is_complete(FIRST) and not job.is_complete(SECOND) and len(job.scores(SECOND)) == 2


def test_complete_clips_are_not_scored_again(scored):
    first = _job(FIRST)
    first.advance(10)
    second = _job(FIRST, SECOND, previous=first)
    second.advance(10)
    assert scored == ["solo", "duo"]
    assert len(second.scores(FIRST)) == FRAMES


def test_other_settings_start_again(scored):
    first = _job(FIRST)
    first.advance(10)
    _job(FIRST, settings=Settings.from_dict({"match.reference": "t-pose"}), previous=first).advance(10)
    assert scored == ["solo", "solo"]


def test_scores_fit_other_thresholds_only():
    job = _job(FIRST)
    assert job.fits(Settings.from_dict({"match.reference": "star", "match.similarity": 0.5}), Uploads())
    assert not job.fits(Settings.from_dict({"match.reference": "star", "confidence": 0.5}), Uploads())
    assert not job.fits(STAR, Uploads(reference=object()))


def test_the_remaining_time_is_estimated():
    job = _job(FIRST, SECOND)
    assert job.seconds_left is None
    times = iter((0.0, 0.0, 0.0, 0.0, 2.0, 2.0))  # start (twice), two frames, end of the portion (twice)
    job.advance(1.0, lambda: next(times))
    assert job.done == 2 and job.seconds_left == pytest.approx(6.0) and job.progress == 0.25


def test_unreadable_footage_ends_the_job_with_its_message():
    job = _job(FIRST, Clip("broken", "sample:empty"))
    job.advance(10)
    assert job.error == "broken: no frames" and job.is_complete(FIRST)


def test_an_unexpected_error_is_reported():
    job = _job(Clip("bug", "sample:empty"))
    job.advance(10)
    assert job.error == "RuntimeError: no; try another model"
