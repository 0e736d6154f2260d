"""A video being processed a little at a time, so that the page stays alive and can stop it."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pose_demo.offline.run import Step, process
from pose_demo.plan import Assets
from pose_demo.settings import Settings
from pose_demo.types import InputError

log = logging.getLogger(__name__)


class VideoJob:
    """Processes one video into an MP4 and a CSV in a folder of its own, which goes when the job is closed.

    Attributes:
        name: what the video is called.
        step: where it stands; None before the first frame.
        running: whether there is more to do.
        error: why it ended early; empty when it did not.
    """

    def __init__(
        self,
        source: BinaryIO | Path | str,
        name: str,
        settings: Settings,
        assets: Assets | None = None,
        threads: int = 1,
    ) -> None:
        self.name = name
        self._folder = tempfile.TemporaryDirectory(prefix="pose_demo-")
        folder = Path(self._folder.name)
        self.video, self.csv, self.json = (folder / name for name in ("result.mp4", "keypoints.csv", "keypoints.json"))
        self._steps = process(source, settings, self.video, (self.csv, self.json), threads=threads, assets=assets)
        self._turn = threading.Lock()  # a closed tab ends the job from another thread
        self.step: Step | None = None
        self.running = True
        self.error = ""

    @property
    def share(self) -> float | None:
        """How much is done, 0..1; None when the file does not say how long it is."""
        if self.step is None or not self.step.expected:
            return None
        return min(1.0, self.step.report.frames / self.step.expected)

    def advance(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Work for about ``seconds``; sets `error` instead of raising when the video cannot be processed."""
        end = clock() + seconds
        while self.running and clock() < end:
            with self._turn:
                if self.running:
                    self._one_frame()

    def _one_frame(self) -> None:
        try:
            step = next(self._steps, None)
            self.step, self.running = step or self.step, step is not None
        except InputError as error:
            self.running, self.error = False, str(error)
        except Exception as error:  # the page has to say something, whatever it was
            log.exception("a video could not be processed")
            self.running, self.error = False, f"{self.name}: {type(error).__name__}: {error}; try another model"

    def stop(self) -> None:
        """End it here; what was written until now is complete and playable."""
        self.running = False
        with self._turn:
            self._steps.close()

    def close(self) -> None:
        """Stop, and delete the results. Another thread may be at work: it ends with its frame."""
        try:
            self.stop()
        finally:
            self._folder.cleanup()
