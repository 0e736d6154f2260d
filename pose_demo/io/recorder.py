"""Record the results of a live stream, and optionally its camera image, to files with constant memory."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from dataclasses import replace
from pathlib import Path

from pose_demo.io.sink import ResultSink
from pose_demo.io.temporary import temporary_folder
from pose_demo.io.video_writer import VideoWriter
from pose_demo.pipeline import Result
from pose_demo.types import Estimate, Frame

log = logging.getLogger(__name__)

_QUEUE_SIZE = 8  # frames; when it is full, frames are dropped so that the stream never waits for the encoder


class Recorder:
    """Writes an MP4, a CSV and a JSON file in a temporary folder. The video thread calls `add`, which never blocks.

    Attributes:
        video, csv, json: the files; complete after `finish`.
        poses: a keypoint file of the bodies as they were estimated, in pixels of the unmirrored camera image, while
            those in ``csv`` and ``json`` are smoothed, which lags, and in pixels of the video.
        mirrored: whether the video is flipped horizontally.
        camera_video: the unmirrored camera image without drawings; None when it is not recorded.
        limit: seconds after which it ends.
        seconds: the recorded time so far.
        dropped: number of frames left out because the encoder was too slow.
        error: why it ended early; empty otherwise.
    """

    def __init__(self, limit: float, fps: float = 30.0, *, camera: bool = False) -> None:
        """Start recording.

        Args:
            limit: seconds after which it ends.
            fps: the approximate frame rate; each frame is stored with its own timestamp.
            camera: record the camera image, too.

        Raises:
            InputError: there is no place for temporary files.
        """
        self._folder = temporary_folder("recording")
        self.video, self.csv, self.json = (
            Path(self._folder.name, f"recording.{suffix}") for suffix in ("mp4", "csv", "json")
        )
        self.poses = Path(self._folder.name, "poses.json")
        self.mirrored = False
        self.camera_video = Path(self._folder.name, "camera.mp4") if camera else None
        self.limit, self._fps = limit, fps
        self._start: float | None = None
        self._queue: queue.Queue[Result | None] = queue.Queue(_QUEUE_SIZE)
        self.seconds, self.dropped, self.error = 0.0, 0, ""
        self._running = True
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it accepts frames."""
        return self._running

    def add(self, result: Result) -> None:
        """Append a processed frame; does nothing after the end of the recording."""
        if not self._running:
            return
        if self._start is None:
            self._start, self.mirrored = result.timestamp, result.mirrored
        seconds = result.timestamp - self._start
        if seconds < 0 or seconds > self.limit:  # negative: another stream started
            self._running = False
            return
        self.seconds = seconds
        try:
            self._queue.put_nowait(replace(result, timestamp=seconds))
        except queue.Full:
            self.dropped += 1

    def end(self) -> None:
        """Accept no more frames; does not wait for the encoder."""
        self._running = False

    def finish(self) -> None:
        """End the recording and wait until its files are complete."""
        self._running = False
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def close(self) -> None:
        """End the recording and delete its files."""
        self.finish()
        self._folder.cleanup()

    def _write(self) -> None:
        try:
            with (
                ResultSink(self.video, (self.csv, self.json), self._fps) as sink,
                ResultSink(None, (self.poses,), self._fps) as poses,
                self._camera_writer() as camera,
            ):
                for index, result in enumerate(iter(self._queue.get, None)):
                    sink.write(index, result)
                    if result.source:
                        poses.write(index, _estimated(result, result.source))
                    if camera and result.source:
                        camera.write(result.source.image, result.timestamp)
        except Exception as error:  # shown on the page, whatever it is
            log.exception("the recording ended early")
            self.error = str(error) or type(error).__name__
            self._running = False
            self._clear_queue()

    def _camera_writer(self) -> contextlib.AbstractContextManager[VideoWriter | None]:
        return VideoWriter(self.camera_video, self._fps) if self.camera_video else contextlib.nullcontext()

    def _clear_queue(self) -> None:
        """Empty the queue, so that `finish` does not block after the encoder has failed."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()


def _estimated(result: Result, source: Frame) -> Result:
    """The bodies as they were estimated in the camera image."""
    poses = tuple(replace(pose.as_coco(), world=None, parts={}) for pose in result.raw_poses)
    return Result(
        image=source.image, estimate=Estimate(poses), timestamp=result.timestamp, stage_ms={}, model=result.model
    )
