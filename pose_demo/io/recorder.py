"""Records a stream's processed pictures and keypoints while it runs, in memory that does not grow."""

from __future__ import annotations

import contextlib
import logging
import queue
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from pose_demo.io.keypoints import open_keypoints
from pose_demo.io.video import VideoWriter
from pose_demo.pipeline import Result
from pose_demo.types import InputError

log = logging.getLogger(__name__)

_WAITING = 8  # frames that may wait for the encoder; more are dropped, so that the stream never waits


class Recording:
    """Writes an MP4, a CSV and a JSON in a folder of its own. `add` is called by the video thread and never blocks.

    Attributes:
        seconds: how long it is so far.
        dropped: frames left out because the encoder could not keep up.
        error: why it ended early; empty when it did not.
    """

    def __init__(self, limit: float, fps: float = 30.0) -> None:
        """Start recording.

        Args:
            limit: seconds after which it takes no more frames.
            fps: about how many frames a second will come; the true times are written all the same.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="pose_demo-recording-")
        self.video, self.csv, self.json = (
            Path(self._folder.name, f"recording.{kind}") for kind in ("mp4", "csv", "json")
        )
        self._limit, self._fps = limit, fps
        self._start: float | None = None
        self._frames: queue.Queue[Result | None] = queue.Queue(_WAITING)
        self.seconds, self.dropped, self.error = 0.0, 0, ""
        self._open = True
        self._thread = threading.Thread(target=self._write, name="recording", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it takes frames."""
        return self._open

    def add(self, result: Result) -> None:
        """Take in a processed frame; does nothing once the recording has ended."""
        if not self._open:
            return
        self._start = result.timestamp if self._start is None else self._start
        seconds = result.timestamp - self._start
        if seconds < 0 or seconds > self._limit:  # another stream began, or it is long enough
            self._open = False
            return
        self.seconds = seconds
        try:
            self._frames.put_nowait(replace(result, timestamp=seconds))
        except queue.Full:
            self.dropped += 1

    def end(self) -> None:
        """Take no more frames; waits for nothing."""
        self._open = False

    def finish(self) -> None:
        """End it and wait until the files are complete."""
        self._open = False
        if self._thread.is_alive():
            self._frames.put(None)
            self._thread.join()

    def close(self) -> None:
        """End it and delete the files."""
        self.finish()
        self._folder.cleanup()

    def _write(self) -> None:
        try:
            with (
                VideoWriter(self.video, self._fps) as video,
                open_keypoints(self.csv) as rows,
                open_keypoints(self.json) as tree,
            ):
                for index, result in enumerate(iter(self._frames.get, None)):
                    video.write(result.image, result.timestamp)
                    rows.write(index, result)
                    tree.write(index, result)
        except (InputError, OSError, ValueError) as error:
            log.exception("the recording ended early")
            self.error = str(error)
            self._open = False
            self._drain()

    def _drain(self) -> None:
        """Make room, so that `finish` never waits for a place in the queue of an encoder that is gone."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._frames.get_nowait()
