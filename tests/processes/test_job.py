"""Jobs in processes of their own: progress, stop, end, and what remains afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models import needs
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.jobs.job import ExploreJob, ExploreJobs
from pose_demo.explore.jobs.outcome import SweepOutcome
from pose_demo.explore.jobs.requests import InspectRequest, SweepRequest, read_job
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import Estimate
from pose_demo.settings import Settings
from pose_demo.types import InputError

SHORT, LONG = Clip("short", "sample", max_frames=12), Clip("long", "sample")
ROOT = Path(__file__).parents[2]


def _wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "timeout"
        time.sleep(0.02)


def _sweep(clip: Clip, **sweep: list) -> SweepRequest:
    spec = SweepSpec.from_dict(sweep or {"confidence": [0.2, 0.4]}, {"model": "movenet-lightning"})
    return SweepRequest((clip,), spec, Settings())


def _is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def jobs():
    needs("movenet-lightning")
    opened = ExploreJobs()
    yield opened
    opened.close()


def test_a_sweep_reports_progress_and_its_results(jobs):
    job = jobs.start(_sweep(SHORT))
    job.wait()
    assert job.error == "" and not job.running
    assert job.progress is not None and 0 < job.progress.fraction <= 1
    assert isinstance(job.outcome, SweepOutcome)
    assert len(job.outcome.points()) == 2 and job.outcome.present_point() is not None
    assert job.outcome.result.inference_runs == 1
    assert (jobs.folder / "results.csv").read_text().count("\n") == 3


def test_an_estimate_is_computed_once_and_accounts_for_what_is_stored(jobs):
    request = _sweep(SHORT)
    before = jobs.estimate(request)
    assert jobs.estimate(request) is before
    before.wait()
    assert before.estimate == Estimate(2, 1, before.estimate.seconds) and before.estimate.seconds > 0
    jobs.start(request).wait()
    after = jobs.estimate(request)
    after.wait()
    assert after is not before and after.estimate.inference_runs == 0


def test_the_present_settings_are_counted_when_they_need_another_network(jobs):
    needs("blazepose-lite")
    request = SweepRequest((SHORT,), _sweep(SHORT).spec, Settings(model="blazepose-lite"))
    estimated = jobs.estimate(request)
    estimated.wait()
    assert estimated.estimate.inference_runs == 2
    job = jobs.start(request)
    job.wait()
    assert job.outcome.result.inference_runs == 2
    assert job.outcome.present_point().settings.model == "blazepose-lite"


def test_a_stopped_sweep_keeps_what_is_done(jobs):
    many = [round(0.001 * i, 3) for i in range(1, 901)]
    job = jobs.start(_sweep(SHORT, confidence=many))
    _wait_for(lambda: any((jobs.folder / "points").glob("*.json")))
    job.stop()
    job.wait(60)
    assert job.error == "" and job.stopped
    assert 0 < len(job.outcome.result.rows) < 900 == job.outcome.result.requested
    again = jobs.start(_sweep(SHORT, confidence=many))
    again.wait()
    assert again.outcome.result.computed == 900 - len(job.outcome.result.rows)


def test_a_closed_job_leaves_no_process_and_no_file(jobs):
    job = jobs.start(_sweep(LONG))
    folder, pid = jobs.folder, job._process.pid
    _wait_for(lambda: job.progress)
    jobs.close()
    assert not _is_alive(pid) and not folder.exists()
    assert job.error == ""


def test_a_killed_process_is_reported_and_can_be_started_again(jobs, caplog):
    job = jobs.start(_sweep(LONG))
    _wait_for(lambda: job.progress)
    os.kill(job._process.pid, signal.SIGKILL)
    job.wait(20)
    assert "ended unexpectedly" in job.error and job.outcome is None
    assert "-9" in caplog.text
    again = jobs.start(_sweep(SHORT))
    again.wait()
    assert again.error == "" and len(again.outcome.points()) == 2


def test_a_job_ends_when_its_parent_is_killed(tmp_path):
    needs("movenet-lightning")
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[2])\n"
        "from test_job import _sweep, LONG, ExploreJob, Path\n"
        "job = ExploreJob(_sweep(LONG), Path(sys.argv[1]))\n"
        "while not job.progress: time.sleep(0.02)\n"
        "print(job._process.pid, flush=True); time.sleep(100)\n"
    )
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), str(Path(__file__).parent)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **paths},
    )
    pid = int(parent.stdout.readline())
    assert _is_alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _wait_for(lambda: not _is_alive(pid), 10)


def test_a_job_whose_clip_cannot_be_read_says_so(jobs, tmp_path):
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"no video")
    job = jobs.start(_sweep(Clip("broken.mp4", str(path))))
    job.wait()
    assert "broken.mp4" in job.error and job.outcome is None


def test_a_point_is_inspected_once(jobs):
    jobs.start(_sweep(SHORT)).wait()
    request = InspectRequest(SHORT, Settings(confidence=0.2))
    job = jobs.inspect(request)
    job.wait()
    assert job.error == "" and len(job.outcome.error) == len(job.outcome.missed) == 17
    assert jobs.inspect(request) is job


def test_a_process_runs_at_low_priority(jobs):
    job = jobs.start(_sweep(LONG))
    _wait_for(lambda: job.progress)
    assert os.getpriority(os.PRIO_PROCESS, job._process.pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 10


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "dance"}', '{"kind": "sweep", "clips": 3}'])
def test_a_damaged_job_file_is_refused(tmp_path, text):
    path = tmp_path / "job.json"
    path.write_text(text)
    with pytest.raises(InputError, match="expected a job"):
        read_job(path)


def test_the_worker_prints_its_error(tmp_path):
    read, write = os.pipe()  # stdin that stays open
    done = subprocess.run(
        [sys.executable, "-m", "pose_demo.explore.jobs.worker", str(tmp_path / "missing.json")],
        stdin=read,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    os.close(read)
    os.close(write)
    assert done.returncode == 1
    assert "cannot be read" in json.loads(done.stdout.splitlines()[-1])["error"]


def test_a_job_removes_its_file(jobs):
    job = jobs.estimate(_sweep(SHORT))
    assert isinstance(job, ExploreJob)
    job.wait()
    assert not Path(job._files.name).exists()
