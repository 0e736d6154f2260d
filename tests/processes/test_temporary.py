"""Temporary files of processes that end, are killed, or have no place to store anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_KEEP = """
    from pose_demo.io.temporary import temporary_folder
    folder = temporary_folder("recording")
    with open(folder.name + "/recording.mp4", "wb") as file:
        file.write(b"frames")
    print(folder.name, flush=True)
    input()
"""


def _python(code: str, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **variables, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", textwrap.dedent(code)]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)


@pytest.fixture
def start(tmp_path):
    """``start()`` starts a process that keeps a temporary file: the process, and the folder of the file."""
    started = []

    def run() -> tuple[subprocess.Popen[str], Path]:
        process = _python(_KEEP, TMPDIR=str(tmp_path))
        started.append(process)
        return process, Path(process.stdout.readline().strip())

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_files_are_deleted_when_the_process_ends(start, tmp_path):
    process, folder = start()
    assert folder.is_dir()
    process.communicate("\n")
    assert process.returncode == 0 and list(tmp_path.iterdir()) == []


def test_the_files_of_a_killed_process_are_deleted_by_the_next_one(start, tmp_path):
    living, kept = start()
    killed, left = start()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert left.is_dir()
    start()
    assert not left.parent.exists()
    assert (kept / "recording.mp4").read_bytes() == b"frames" and living.poll() is None


_STORE = """
    import tempfile
    from pose_demo.types import InputError
    from pose_demo.io.recorder import Recorder
    from pose_demo.offline.job import VideoJob, VideoJobs
    from pose_demo.settings import Settings
    {before}
    try:
        recorder = Recorder(60.0)
    except InputError as error:
        print("record:", error)
    try:
        VideoJob("sample", "sample", Settings())
    except InputError as error:
        print("process:", error)
"""


@pytest.mark.parametrize("kind", ["missing", "read-only"])
def test_without_a_place_for_files_nothing_breaks_at_import_and_the_reason_is_given(kind, tmp_path):
    """A read-only root file system: every folder that Python tries is missing, or cannot be written."""
    place = tmp_path / "missing" if kind == "missing" else Path("/proc")
    code = _STORE.format(before=f"tempfile._candidate_tempdir_list = lambda: [{str(place)!r}]")
    out, err = _python(code).communicate(timeout=60)
    assert err == "" and len(lines := out.splitlines()) == 2
    assert all("nothing can be stored" in line and "TMPDIR" in line for line in lines)


_RECORD_UNTIL_FULL = """
    import resource
    import numpy as np
    from pose_demo.io.recorder import Recorder
    from pose_demo.pipeline import Result
    from pose_demo.types import Estimate
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    noise, recorder = np.random.default_rng(0), Recorder(60.0)
    while recorder.running and recorder.seconds < 50:
        image = noise.integers(0, 256, (240, 320, 3), np.uint8)
        time = recorder.seconds + 0.1
        recorder.add(Result(image=image, estimate=Estimate(()), timestamp=time, stage_ms={}, model="none"))
        while recorder._queue.full():
            pass
    recorder.finish()
    print(recorder.error)
    print(sorted(path.name for path in recorder.video.parent.iterdir()))
"""


def test_a_recording_on_a_full_disk_says_so_and_leaves_nothing_half_written(tmp_path):
    out, err = _python(_RECORD_UNTIL_FULL, TMPDIR=str(tmp_path)).communicate(timeout=60)
    message, files = out.splitlines()
    assert "cannot be written (File too large); no partial file is left" in message, err
    assert files == "[]" and list(tmp_path.iterdir()) == []


_PROCESS_UNTIL_FULL = """
    import resource
    from pose_demo.offline import job as jobs
    from pose_demo.settings import Settings
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    opened = jobs.VideoJobs()
    job = jobs.VideoJob("sample", "sample", Settings())
    opened.start(job)
    while job.running:
        job.advance(1.0)
    folder = job.video.parent
    left = sorted(path.name for path in folder.iterdir())
    opened.update()
    print(opened.error)
    print(left, folder.exists(), opened.finished)
"""


def test_a_video_on_a_full_disk_says_so_and_leaves_nothing_half_written(tmp_path):
    from models import needs

    needs("movenet-lightning")
    out, err = _python(_PROCESS_UNTIL_FULL, TMPDIR=str(tmp_path)).communicate(timeout=120)
    message, state = out.splitlines()
    assert "cannot be written (File too large); no partial file is left" in message, err
    assert state == "[] False []"
