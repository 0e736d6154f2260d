"""A job of the page in a process of its own: ``python -m pose_demo.explore.jobs.worker JOB.json``.

It runs at low priority, so that live streams keep their frame rate. It prints one JSON object per line: progress, and
at the end an estimate, a result, or an error. The line "stop" on stdin ends the work and keeps what is done; the end
of stdin, which comes when the parent process is gone, ends the process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from pose_demo import messages
from pose_demo.explore.jobs.requests import Stopped, read_job
from pose_demo.explore.progress import Progress
from pose_demo.explore.timing import known_times, use_times
from pose_demo.types import InputError, UnavailableModel

STOP = "stop"
_NICENESS = 10
_REPORT_INTERVAL_S = 0.2

log = logging.getLogger(__name__)


class _Reporter:
    """Prints progress, and raises `Stopped` when the user has stopped the job."""

    def __init__(self, output: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._output, self._clock = output, clock
        self._last = float("-inf")
        self.stopped = threading.Event()

    def show(self, progress: Progress) -> None:
        """Print the progress, at most five times a second."""
        if self.stopped.is_set():
            raise Stopped
        if self._clock() - self._last >= _REPORT_INTERVAL_S:
            self._last = self._clock()
            self.print(**asdict(progress))

    def print(self, **values: object) -> None:
        """Print one line."""
        print(json.dumps(messages.to_json(values)), file=self._output, flush=True)


def main(path: Path) -> int:
    """Run the job of a file; returns the exit code."""
    reporter = _Reporter(sys.stdout)
    sys.stdout = sys.stderr  # what libraries print is no JSON
    _lower_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the server's terminal; the end of stdin follows
    threading.Thread(target=_follow, args=(sys.stdin, reporter.stopped), daemon=True).start()
    try:
        _run(path, reporter)
        return 0
    except BrokenPipeError:
        return 1
    except UnavailableModel as error:
        log.error("%s", error)
        return _fail(reporter, error.public_message)
    except InputError as error:
        return _fail(reporter, messages.text_of(error))
    except Exception as error:  # shown on the page, whatever it is
        log.exception("a job failed")
        return _fail(reporter, f"{type(error).__name__}: {error}")


def _run(path: Path, reporter: _Reporter) -> None:
    job = read_job(path)
    use_times(job.times)
    if job.estimate_only:
        reporter.print(estimate=asdict(job.request.estimate(job.folder)), times=known_times())
    else:
        reporter.print(result=job.request.run(job.folder, reporter.show), times=known_times())


def _fail(reporter: _Reporter, message: str) -> int:
    with contextlib.suppress(BrokenPipeError):
        reporter.print(error=message)
    return 1


def _follow(commands: TextIO, stopped: threading.Event) -> None:
    for line in commands:
        if line.strip() == STOP:
            stopped.set()
    os._exit(1)  # the parent process is gone; the main thread may be inside a network


def _lower_priority() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
