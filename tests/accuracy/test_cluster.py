"""A sweep on a Dask cluster of two workers on this machine: the same table, also when a worker dies.

The scheduler and the workers are processes that listen on the loopback.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models import needs
from pose_demo.explore.executors import executor_for
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import Sweep
from pose_demo.types import InputError

pytest.importorskip("distributed", reason="needs Dask (pip install distributed)")

PROJECT = Path(__file__).resolve().parents[2]
MODELS = ("movenet-lightning", "movenet-multipose")
SPEC = {
    "model": list(MODELS),
    "confidence": [0.2, 0.4],
    "match.similarity": [0.4, 0.6],
    "smooth.on": [True, False],
}
FIXED = {"match.reference": "disco"}
FRAMES, POINTS = 6, 16


@dataclass
class Cluster:
    """A scheduler and its workers."""

    address: str
    workers: list[subprocess.Popen]


def start(module: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = start("dask_scheduler", *local, "--port", 0, "--scheduler-file", file)
    of_worker = (*local, "--scheduler-file", file, "--no-nanny", "--nthreads", 1, "--local-directory", folder)
    workers = [start("dask_worker", *of_worker) for _ in range(2)]
    try:
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        address = json.loads(file.read_text())["address"]
        wait_for(lambda: worker_count(address) == 2)
        yield Cluster(address, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def worker_count(address: str) -> int:
    import distributed

    with distributed.Client(address, set_as_default=False) as client:
        return len(client.nthreads())


def wait_for(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def run(folder, jobs=1, scheduler="", on_progress=lambda progress: None):
    for model in MODELS:
        needs(model)
    clips = [open_clip("sample", FRAMES), open_clip("sample:duo", FRAMES)]
    sweep = Sweep(SweepSpec.from_dict(SPEC, FIXED), clips, folder)
    return sweep.run(executor_for(jobs, scheduler), on_progress)


def table(result):
    """The results without what depends on the machine."""
    measured = [name for name, measure in MEASURES.items() if measure.measured]
    return [{name: value for name, value in row.items() if name not in measured} for row in result.rows]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The table that one process computes."""
    return table(run(tmp_path_factory.mktemp("one-process")))


def test_two_processes_compute_the_same_table(tmp_path, expected):
    result = run(tmp_path, jobs=2)
    assert table(result) == expected
    assert (result.requested, result.computed, result.inference_runs) == (2 * POINTS, 2 * POINTS, 4)


def test_a_cluster_computes_the_same_table_and_nothing_twice(tmp_path, expected, cluster, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a relative folder means the same to the workers
    result = run(Path("out"), scheduler=cluster.address)
    assert table(result) == expected
    assert (result.requested, result.computed, result.inference_runs) == (2 * POINTS, 2 * POINTS, 4)
    again = run(Path("out"), scheduler=cluster.address)
    assert (again.computed, again.inference_runs) == (0, 0) and again.rows == result.rows


def test_a_failed_task_ends_the_sweep_with_its_message(tmp_path, cluster):
    run(tmp_path / "complete", scheduler=cluster.address)
    damaged = tmp_path / "damaged"  # the workers have the outputs of the other folder in memory
    shutil.copytree(tmp_path / "complete", damaged)
    for path in [*(damaged / "points").iterdir(), *(damaged / "outputs").iterdir()]:
        path.write_bytes(b"damaged")
    with pytest.raises(InputError, match="parquet: cannot be read"):
        run(damaged, scheduler=cluster.address)


def test_a_worker_that_is_killed_costs_nothing_but_its_task(tmp_path, expected, cluster):
    """The last test with the cluster, of which one worker is left."""
    victim = cluster.workers[0]

    def kill_once(progress):
        if victim.poll() is None:
            victim.send_signal(signal.SIGKILL)
            victim.wait()

    result = run(tmp_path, scheduler=cluster.address, on_progress=kill_once)
    assert victim.poll() == -signal.SIGKILL
    assert table(result) == expected and result.computed == 2 * POINTS
    assert worker_count(cluster.address) == 1


def test_a_scheduler_without_workers_is_refused(tmp_path, cluster):
    """After all workers of the cluster have ended."""
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    wait_for(lambda: worker_count(cluster.address) == 0)
    with pytest.raises(InputError, match="has no workers; start one with `dask worker"):
        run(tmp_path, scheduler=cluster.address)
