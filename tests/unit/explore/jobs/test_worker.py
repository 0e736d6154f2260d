"""Lines that the process of a job prints."""

from __future__ import annotations

import io
import json

import pytest

from pose_demo.explore.jobs.requests import Stopped
from pose_demo.explore.jobs.worker import _fail, _Reporter
from pose_demo.explore.progress import Progress


def test_progress_is_printed_at_most_five_times_a_second():
    output, now = io.StringIO(), [0.0]
    reporter = _Reporter(output, lambda: now[0])
    for step in range(100):
        now[0] = step / 50
        reporter.show(Progress(step / 100, None, "frames"))
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert 9 <= len(lines) <= 10
    assert lines[0] == {"fraction": 0.0, "seconds_left": None, "message": "frames"}


def test_progress_raises_when_the_job_was_stopped():
    reporter = _Reporter(io.StringIO())
    reporter.stopped.set()
    with pytest.raises(Stopped):
        reporter.show(Progress(0.5, 1.0, "frames"))


def test_an_error_is_one_line():
    output = io.StringIO()
    assert _fail(_Reporter(output), "clip.mp4: damaged\nupload it again") == 1
    (line,) = output.getvalue().splitlines()
    assert json.loads(line)["error"] == "clip.mp4: damaged\nupload it again"
