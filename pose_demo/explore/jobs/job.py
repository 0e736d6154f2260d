"""Jobs in processes of their own, started from a page (see `pose_demo.explore.jobs.worker`)."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pose_demo.explore.jobs.requests import JobFile, Request
from pose_demo.explore.jobs.worker import STOP
from pose_demo.explore.progress import Progress
from pose_demo.explore.sweep import Estimate
from pose_demo.explore.timing import known_times, use_times
from pose_demo.io.temporary import temporary_folder
from pose_demo.messages import from_json, message, text_of
from pose_demo.types import InputError

log = logging.getLogger(__name__)

_END_S = 3.0  # to end by itself before it is killed
_MAX_INSPECTIONS = 50  # whose results are kept
_LOGGED_CHARACTERS = 2000


class ExploreJob:
    """Runs a request in a process of its own.

    Attributes:
        request: the work.
        progress: the last progress; None before the first.
        estimate: the size of the work, if only that was wanted; None before it is known.
        outcome: what was computed; None before the end, and when nothing was.
        error: why it ended early; empty otherwise.
        stopped: `stop` was called.
    """

    def __init__(self, request: Request, folder: Path, estimate_only: bool = False) -> None:
        """Start the process.

        Args:
            request: the work.
            folder: for what is computed; what it contains is not computed again.
            estimate_only: compute the size of the work only.

        Raises:
            InputError: the process cannot be started.
        """
        self.request, self._folder = request, folder
        self.progress: Progress | None = None
        self.estimate: Estimate | None = None
        self.outcome: object = None
        self.error, self.stopped, self._closed = "", False, False
        self._files = temporary_folder("job")
        self._log = Path(self._files.name, "log.txt")
        try:
            path = Path(self._files.name, "job.json")
            JobFile(request, folder, estimate_only, tuple(known_times())).write(path)
            self._process = _start(path, self._log)
        except OSError as error:
            self._files.cleanup()
            raise InputError(
                message("the job cannot be started ({reason}); try again later", reason=error.strerror)
            ) from None
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is not at its end yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ask the process to end; what is done is kept."""
        self.stopped = True
        with contextlib.suppress(OSError, ValueError):  # it has ended
            if self._process.stdin:
                self._process.stdin.write(f"{STOP}\n")
                self._process.stdin.flush()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for the end."""
        self._thread.join(seconds)

    def close(self) -> None:
        """End the process; it need not be at its end."""
        self._closed = True
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._thread.join(_END_S)
        self._files.cleanup()

    def _follow(self) -> None:
        """Read what the process prints, until its end."""
        complete = False
        with self._process.stdout or contextlib.nullcontext() as lines:
            for line in lines or ():
                complete = self._read(json.loads(line, object_hook=from_json)) or complete
        code = self._process.wait()
        if not complete and not self._closed:
            log.error("a job ended with code %s: %s", code, self._log_end())
            self.error = message(
                "The process ended unexpectedly; is there enough memory? What is done is kept: start it again."
            )
        self._files.cleanup()

    def _read(self, values: dict[str, Any]) -> bool:
        """Note what the process printed; returns whether it was the last line."""
        if "fraction" in values:
            self.progress = Progress(**values)
            return False
        use_times(values.get("times", ()))
        try:
            self.error = values.get("error", "")
            if "estimate" in values:
                self.estimate = Estimate(**values["estimate"])
            if "result" in values:
                self.outcome = self.request.outcome(self._folder, values["result"])
        except (InputError, OSError) as error:  # the footage or the folder was deleted meanwhile
            self.error = text_of(error)
        return True

    def _log_end(self) -> str:
        with contextlib.suppress(OSError):
            return self._log.read_text(encoding="utf-8", errors="replace")[-_LOGGED_CHARACTERS:]
        return ""


def _start(path: Path, log_file: Path) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[3])  # it need not be installed
    with log_file.open("w") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "pose_demo.explore.jobs.worker", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))},
        )


class ExploreJobs:
    """The jobs of one browser tab, and the folder with what they computed, which `close` deletes.

    Attributes:
        latest: kind of request -> the job that was started last.
    """

    def __init__(self) -> None:
        self.latest: dict[str, ExploreJob] = {}
        self._estimates: OrderedDict[str, ExploreJob] = OrderedDict()
        self._inspections: OrderedDict[str, ExploreJob] = OrderedDict()
        self._folder: TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()  # a script run may begin before the previous one has ended

    @property
    def folder(self) -> Path:
        """For what is computed; it is created when it is needed.

        Raises:
            InputError: there is no place for temporary files.
        """
        if self._folder is None:
            self._folder = temporary_folder("explore")
        return Path(self._folder.name)

    @property
    def running(self) -> ExploreJob | None:
        """The sweep or tuning that runs; None without one."""
        return next((job for job in self.latest.values() if job.running), None)

    def start(self, request: Request) -> ExploreJob:
        """Start a sweep or a tuning; one that runs is ended. The estimates are forgotten: more is stored afterwards.

        Raises:
            InputError: the process cannot be started.
        """
        with self._lock:
            for job in (self.running, self.latest.pop(request.kind, None), *self._estimates.values()):
                if job:
                    job.close()
            self._estimates.clear()
            job = self.latest[request.kind] = ExploreJob(request, self.folder)
            return job

    def estimate(self, request: Request) -> ExploreJob:
        """The job that estimates a request, which is started if the request is new; older ones are ended.

        Raises:
            InputError: the process cannot be started.
        """
        return self._once(self._estimates, request, 1, estimate_only=True)

    def inspect(self, request: Request) -> ExploreJob:
        """The job that inspects a point, which is started if the request is new.

        Raises:
            InputError: the process cannot be started.
        """
        return self._once(self._inspections, request, _MAX_INSPECTIONS)

    def _once(
        self, jobs: OrderedDict[str, ExploreJob], request: Request, limit: int, estimate_only: bool = False
    ) -> ExploreJob:
        key = json.dumps([request.kind, request.to_dict()])
        with self._lock:
            if key not in jobs:
                jobs[key] = ExploreJob(request, self.folder, estimate_only)
                while len(jobs) > limit:
                    jobs.popitem(last=False)[1].close()
            jobs.move_to_end(key)
            return jobs[key]

    def close(self) -> None:
        """End all jobs, and delete the folder."""
        with self._lock, contextlib.ExitStack() as stack:
            if self._folder:
                stack.callback(self._folder.cleanup)
            for job in (*self.latest.values(), *self._estimates.values(), *self._inspections.values()):
                stack.callback(job.close)
        self.latest, self._folder = {}, None
        self._estimates.clear()
        self._inspections.clear()
