"""Executors with made-up tasks: results, progress, processes that die, failures, and interruptions."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from files import names

from pose_demo import weights
from pose_demo.explore import executors
from pose_demo.explore.executors import DaskCluster, InProcess, Processes, executor_for
from pose_demo.explore.tasks import Report
from pose_demo.types import InputError
from pose_demo.weights import MissingWeights


@dataclass(frozen=True)
class Writes:
    """Writes a file in each step. Its process is killed in step 1 of the first ``deaths`` attempts."""

    name: str
    steps: int = 3
    deaths: int = 0
    seconds: float = 0.0
    error: str = ""

    @property
    def label(self):
        return f"task {self.name}"

    def expected_ms(self, folder):
        return 1.0

    def run(self, folder, on_step):
        attempt = len(list(folder.glob(f"{self.name}-attempt-*")))
        (folder / f"{self.name}-attempt-{attempt}").write_text(str(os.getpid()))
        for step in range(self.steps):
            (folder / f"{self.name}-{step}").touch()
            on_step()
            time.sleep(self.seconds)
            if step == 1 and attempt < self.deaths:
                os.kill(os.getpid(), signal.SIGKILL)
        if self.error == "weights":
            raise MissingWeights(weights.WEIGHTS["movenet-lightning"], "advice for the command line")
        if self.error:
            raise ValueError(self.error)
        return Report(inference_runs=1, points=self.steps)


class StepCounter:
    """Counts the steps of each task; raises an exception at the given step."""

    def __init__(self, stop_at=None, exception=KeyboardInterrupt):
        self.steps, self.total, self._stop_at, self._exception = Counter(), 0, stop_at, exception

    def __call__(self, task, steps):
        self.steps[task.name] += steps
        self.total += steps
        if self._stop_at and self.total >= self._stop_at:
            raise self._exception


def run(executor, tasks, folder, on_step=None):
    return list(executor.run(tasks, folder, on_step or StepCounter()))


def attempts(folder, name):
    return len(list(folder.glob(f"{name}-attempt-*")))


def pids(folder):
    return {path.read_text() for path in folder.glob("*-attempt-*")}


TASKS = [Writes(name) for name in "abcde"]
EACH = pytest.mark.parametrize("executor", [InProcess(), Processes(2)], ids=["in process", "processes"])


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    end = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < end:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_runs_once_and_every_step_is_reported(tmp_path, jobs):
    count = StepCounter()
    assert run(executor_for(jobs), TASKS, tmp_path, count) == [Report(1, 3)] * 5
    assert count.steps == dict.fromkeys("abcde", 3)
    assert [attempts(tmp_path, task.name) for task in TASKS] == [1] * 5
    assert (pids(tmp_path) == {str(os.getpid())}) == (jobs == 1) and len(pids(tmp_path)) <= jobs


def test_nothing_to_do(tmp_path):
    assert run(InProcess(), [], tmp_path) == run(Processes(2), [], tmp_path) == []


def test_processes_serve_several_runs(tmp_path):
    executor = Processes(2)
    run(executor, TASKS[:2], tmp_path)
    first = pids(tmp_path)
    run(executor, TASKS[2:], tmp_path)
    assert pids(tmp_path) == first


def test_only_the_task_of_a_process_that_died_is_run_again(tmp_path):
    count, tasks = StepCounter(), [*TASKS[:2], Writes("dies", deaths=1), *TASKS[2:]]
    assert run(Processes(2), tasks, tmp_path, count) == [Report(1, 3)] * 6
    assert attempts(tmp_path, "dies") == 2
    assert [attempts(tmp_path, task.name) for task in TASKS] == [1] * 5
    assert count.steps == dict.fromkeys(("dies", *"abcde"), 3)  # steps of the second attempt are not reported twice


def test_a_task_whose_process_died_three_times_ends_the_run_with_a_message(tmp_path):
    with pytest.raises(InputError, match="task dies: the process died 3 times; is there enough memory"):
        run(Processes(2), [Writes("dies", deaths=9), Writes("a", seconds=0.1)], tmp_path)
    assert attempts(tmp_path, "dies") == 3
    assert attempts(tmp_path, "a") == 1


def test_a_process_that_died_between_two_runs_is_started_again(tmp_path):
    executor = Processes(1)
    run(executor, TASKS[:1], tmp_path)
    (process,) = multiprocessing.active_children()
    process.kill()
    process.join()
    assert run(executor, TASKS[1:2], tmp_path) == [Report(1, 3)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_message_of_a_failed_task_arrives(tmp_path, jobs):
    with pytest.raises(InputError, match="advice for the command line"):
        run(executor_for(jobs), [Writes("a", error="weights")], tmp_path)
    with pytest.raises((ValueError, RuntimeError), match="a defect") as raised:
        run(executor_for(jobs), [Writes("b", error="a defect")], tmp_path)
    assert jobs == 1 or "in run" in str(raised.value)  # the traceback of the process


@EACH
def test_an_exception_in_the_progress_ends_the_run_and_keeps_what_is_done(tmp_path, executor):
    with pytest.raises(KeyboardInterrupt):
        run(executor, [Writes("a"), Writes("slow", seconds=0.5, steps=50)], tmp_path, StepCounter(stop_at=4))
    assert {"a-0", "a-1", "a-2", "slow-0"} <= set(names(tmp_path))
    written = len(names(tmp_path))
    time.sleep(0.6)
    assert len(names(tmp_path)) == written < 20


@pytest.fixture
def interruptible():
    """A shell lets processes in the background ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_run_does_not_wait_for_running_tasks(tmp_path, interruptible):
    start = time.monotonic()
    timer = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        run(Processes(2), [Writes("slow", seconds=60), Writes("slower", seconds=60)], tmp_path)
    assert time.monotonic() - start < 20


def test_processes_do_not_react_to_ctrl_c(tmp_path):
    """The terminal sends it to all processes; only the first one may react, without tracebacks of the others."""
    steps = []

    def interrupt_worker(task, count):
        steps.append(count)
        (process,) = multiprocessing.active_children()
        os.kill(process.pid, signal.SIGINT)

    assert run(Processes(1), [Writes("a", steps=5, seconds=0.05)], tmp_path, interrupt_worker) == [Report(1, 5)]
    assert sum(steps) == 5 and attempts(tmp_path, "a") == 1


def test_processes_do_not_run_the_main_script_again(tmp_path, monkeypatch):
    script = tmp_path / "script.py"
    script.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    main = ModuleType("__main__")
    main.__file__ = str(script)
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert run(Processes(1), [Writes("a")], tmp_path) == [Report(1, 3)]
    assert not (tmp_path / "ran").exists() and sys.modules["__main__"] is main


def test_a_scheduler_selects_dask():
    assert isinstance(executor_for(1, "tcp://127.0.0.1:8786"), DaskCluster)


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch):
    pytest.importorskip("distributed", reason="needs Dask (pip install distributed)")
    monkeypatch.setattr(executors, "_CONNECT_TIMEOUT", "1s")
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        run(DaskCluster("tcp://127.0.0.1:9"), TASKS, Path())


def test_an_invalid_scheduler_address_is_refused():
    pytest.importorskip("distributed", reason="needs Dask (pip install distributed)")
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        run(DaskCluster("nonsense://x"), TASKS, Path())


def test_dask_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'pose_demo\[dask\]'"):
        run(DaskCluster("tcp://127.0.0.1:8786"), TASKS, Path())
