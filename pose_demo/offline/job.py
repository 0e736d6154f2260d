"""Process a video in small portions, so that a page stays responsive and can stop it."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pose_demo.offline.run import RunStep, process
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import InputError

log = logging.getLogger(__name__)


class VideoJob:
    """Processes a video into an MP4, a CSV and a JSON file in a temporary folder, which `close` deletes.

    Attributes:
        name: display name of the video.
        video, csv, json: the files; complete when ``running`` is false.
        step: the state after the last processed frame; None before the first.
        running: whether there are frames left.
        error: why it ended early; empty otherwise.
    """

    def __init__(
        self,
        source: BinaryIO | Path | str,
        name: str,
        settings: Settings,
        uploads: Uploads | None = None,
        threads: int = 1,
    ) -> None:
        self.name = name
        self._folder = tempfile.TemporaryDirectory(prefix="pose_demo-")
        folder = Path(self._folder.name)
        self.video, self.csv, self.json = (folder / file for file in ("result.mp4", "keypoints.csv", "keypoints.json"))
        self._steps = process(source, settings, self.video, (self.csv, self.json), threads=threads, uploads=uploads)
        self._lock = threading.Lock()  # another thread closes the job when the browser tab is gone
        self.step: RunStep | None = None
        self.running = True
        self.error = ""

    @property
    def progress(self) -> float | None:
        """Processed fraction in [0, 1]; None if the number of frames is unknown."""
        if self.step is None or not self.step.expected:
            return None
        return min(1.0, self.step.report.frames / self.step.expected)

    def advance(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Process frames for about ``seconds``; sets `error` instead of raising if that fails."""
        end = clock() + seconds
        while self.running and clock() < end:
            with self._lock:
                if self.running:
                    self._process_frame()

    def _process_frame(self) -> None:
        try:
            step = next(self._steps, None)
            self.step, self.running = step or self.step, step is not None
        except InputError as error:
            self.running, self.error = False, str(error)
        except Exception as error:  # shown on the page, whatever it is
            log.exception("a video could not be processed")
            self.running, self.error = False, f"{self.name}: {type(error).__name__}: {error}; try another model"

    def stop(self) -> None:
        """End the job; the files contain the frames so far."""
        self.running = False
        with self._lock:
            self._steps.close()

    def close(self) -> None:
        """End the job and delete its files; waits for the frame that another thread is processing."""
        try:
            self.stop()
        finally:
            self._folder.cleanup()
