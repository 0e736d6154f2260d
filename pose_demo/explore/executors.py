"""Where the tasks of a sweep run: in this process, in several processes, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from pose_demo.explore.tasks import Report, Task
from pose_demo.types import InputError

_MAX_ATTEMPTS = 3  # of a task whose worker dies
_STOP_TIMEOUT_S = 2.0
_CONNECT_TIMEOUT = "10s"

OnStep = Callable[[Task, int], None]  # a task, and how many of its steps were done


class Executor(Protocol):
    """Runs independent tasks."""

    def run(self, tasks: Sequence[Task], folder: Path, on_step: OnStep) -> Iterator[Report]:
        """Run the tasks in any order; yields a report for each.

        Raises:
            InputError: a task failed; the message says why.
        """
        ...


class InProcess:
    """Runs the tasks one after another in this process."""

    def run(self, tasks: Sequence[Task], folder: Path, on_step: OnStep) -> Iterator[Report]:
        for task in tasks:
            yield _run_here(task, folder, on_step)


def _run_here(task: Task, folder: Path, on_step: OnStep) -> Report:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done <= task.steps:
            on_step(task, 1)

    report = task.run(folder, step)
    on_step(task, task.steps - min(done, task.steps))
    return report


class Processes:
    """Runs the tasks in several processes. One that dies loses the step it was in: its task is run again.

    The processes end with this object, or when a run fails or is interrupted.
    """

    def __init__(self, jobs: int) -> None:
        self._workers = [_Worker() for _ in range(jobs)]

    def run(self, tasks: Sequence[Task], folder: Path, on_step: OnStep) -> Iterator[Report]:
        try:
            yield from _distribute(tasks, folder, self._workers, on_step)
        except BaseException:  # also Ctrl-C, and GeneratorExit
            for worker in self._workers:
                worker.disconnect()
            for worker in self._workers:
                worker.close()
            raise


def _distribute(tasks: Sequence[Task], folder: Path, workers: Sequence[_Worker], on_step: OnStep) -> Iterator[Report]:
    """Give each idle worker the next task; yields the reports."""
    waiting, idle = deque(_Job(task) for task in tasks), list(workers)
    busy: dict[Any, tuple[_Worker, _Job]] = {}  # by the worker's connection
    while waiting or busy:
        while waiting and idle:
            worker, job = idle.pop(), waiting.popleft()
            busy[worker.begin(job.task, folder)] = worker, job
        for connection in wait(list(busy)):
            worker, job = busy[connection]
            message = worker.receive()
            if isinstance(message, int):
                job.reach(message, on_step)
                continue
            idle.append(worker)
            del busy[connection]
            if message is None:
                waiting.appendleft(job.after_death())
            else:
                job.reach(job.task.steps, on_step)
                yield message


@dataclass
class _Job:
    """A task, the number of its steps that were reported, and how often its process died."""

    task: Task
    steps: int = 0
    deaths: int = 0

    def reach(self, steps: int, on_step: OnStep) -> None:
        """Report steps; a task that is run again reports only those it did not reach before."""
        new = min(steps, self.task.steps) - self.steps
        if new > 0:
            self.steps += new
            on_step(self.task, new)

    def after_death(self) -> _Job:
        """The job to run again.

        Raises:
            InputError: its process died too often.
        """
        self.deaths += 1
        if self.deaths == _MAX_ATTEMPTS:
            raise InputError(f"{self.task.label}: the process died {_MAX_ATTEMPTS} times; is there enough memory?")
        return self


class _Worker:
    """A process that runs one task at a time; after its death the next task starts another one."""

    def __init__(self) -> None:
        self._process: Any = None
        self._connection: Any = None

    def begin(self, task: Task, folder: Path) -> object:
        """Send a task to the process; returns the connection that is ready when `receive` has a message."""
        if self._process is None:
            self._start()
        with contextlib.suppress(OSError):  # it died while idle, which `receive` notices
            self._connection.send((task, folder))
        return self._connection

    def receive(self) -> int | Report | None:
        """The number of steps done, the final report, or None after the process died; raises what the task raised."""
        try:
            message: int | Report | Exception = self._connection.recv()
        except (EOFError, OSError):
            self.close()
            return None
        if isinstance(message, Exception):
            raise message
        return message

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # the interpreters of a forked process would share threads
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _interrupts_blocked(), _hidden_main_module():
            self._process.start()
        theirs.close()  # so that the connection ends with the process

    def disconnect(self) -> None:
        """Let the process end after the step it is in, so that it leaves no temporary file."""
        if self._process:
            self._connection.close()

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._connection.close()
            self._process.join(_STOP_TIMEOUT_S)
            self._process.kill()
            self._process.join()
        self._process = None


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let a process that is started in this context ignore Ctrl-C, which the terminal sends to all processes."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # the start of a process starts it, which would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _hidden_main_module() -> Iterator[None]:
    """Let a process that is started in this context not import the main script again, which may have no guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Any) -> None:
    """Run the tasks that arrive, until the other side closes the connection or dies."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            (task, folder), steps = connection.recv(), itertools.count(1)
            try:
                message: object = task.run(folder, lambda steps=steps: connection.send(next(steps)))
            except InputError as error:
                message = InputError(str(error))  # some of its subclasses cannot be sent
            except Exception:
                message = RuntimeError(f"{task.label} failed\n{traceback.format_exc()}")
            connection.send(message)


class DaskCluster:
    """Runs the tasks on a Dask cluster, whose workers reach the clips, the folder and the weights under the same paths.

    Args:
        address: of the scheduler, such as tcp://127.0.0.1:8786.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def run(self, tasks: Sequence[Task], folder: Path, on_step: OnStep) -> Iterator[Report]:
        with _dask_client(self._address) as client:
            import distributed

            completed: Any = distributed.as_completed
            futures = {client.submit(_run_task, task, folder, pure=False): task for task in tasks}
            for future in completed(list(futures), loop=client.loop):
                task = futures[future]
                report = _dask_report(future, task)
                on_step(task, task.steps)
                yield report


def _dask_client(address: str) -> Any:
    """Connect to a scheduler.

    Raises:
        InputError: Dask is not installed, no scheduler answers, or it has no workers.
    """
    try:
        import distributed
    except ImportError:
        raise InputError("--scheduler requires Dask: pip install 'pose_demo[dask]'") from None
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=_CONNECT_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"{address}: no Dask scheduler answers ({error}); start one with `dask scheduler`") from None
    if not client.nthreads():
        client.close()
        raise InputError(f"{address}: the Dask scheduler has no workers; start one with `dask worker {address}`")
    return client


def _dask_report(future: Any, task: Task) -> Report:
    import distributed

    try:
        report: Report = future.result()
    except distributed.KilledWorker:
        raise InputError(f"{task.label}: the workers that ran it died; is there enough memory?") from None
    return report


def _run_task(task: Task, folder: Path) -> Report:
    """Run a task in a worker of the cluster."""
    try:
        return task.run(folder, lambda: None)
    except InputError as error:
        raise InputError(str(error)) from None  # some of its subclasses cannot be sent


def executor_for(jobs: int = 1, scheduler: str = "") -> Executor:
    """The executor for a number of processes on this machine, or for a Dask scheduler."""
    if scheduler:
        return DaskCluster(scheduler)
    return InProcess() if jobs == 1 else Processes(jobs)
