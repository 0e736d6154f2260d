"""Process a video in small portions, so that a page stays responsive and can stop it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pose_demo.io.temporary import temporary_folder
from pose_demo.offline.run import RunStep, process
from pose_demo.offline.sliced import SlicedJob
from pose_demo.pipeline import Result
from pose_demo.plan import Uploads
from pose_demo.settings import Settings

MAX_RESULTS = 5  # finished jobs whose files are kept


class VideoJob(SlicedJob[RunStep]):
    """Processes a video into an MP4, a CSV and a JSON file in a temporary folder, which `close` deletes.

    Attributes:
        name: display name of the video.
        settings: how the frames are processed.
        uploads: what the user provided in addition.
        video, csv, json: the files; complete when ``running`` is false.
        step: the state after the last processed frame; None before the first.
    """

    def __init__(
        self,
        source: BinaryIO | Path | str,
        name: str,
        settings: Settings,
        uploads: Uploads | None = None,
        threads: int = 1,
        on_result: Callable[[int, Result], None] = lambda index, result: None,
        *,
        keep_sound: bool = True,
    ) -> None:
        """Prepare a job; see `process` for the arguments, whose sources it has.

        Args:
            source: a video file, or "sample".
            name: display name of the video.
            settings: how to process the frames.
            uploads: what the user provides in addition.
            threads: CPU threads of each network.
            on_result: called with the index and the result of each frame.
            keep_sound: the video has the sound of the source.

        Raises:
            InputError: there is no place for temporary files.
        """
        self.name, self.settings, self.uploads = name, settings, uploads or Uploads()
        self._on_result = on_result
        self._folder = temporary_folder("video")
        folder = Path(self._folder.name)
        self.video, self.csv, self.json = (folder / file for file in ("result.mp4", "keypoints.csv", "keypoints.json"))
        outputs = self.video, (self.csv, self.json)
        steps = process(source, settings, *outputs, threads=threads, uploads=uploads, keep_sound=keep_sound)
        super().__init__(steps, name)
        self.step: RunStep | None = None

    @property
    def progress(self) -> float | None:
        """Processed fraction in [0, 1]; None if unknown."""
        return self.step.progress if self.step else None

    def _add(self, step: RunStep) -> None:
        self.step = step
        self._on_result(step.report.frames - 1, step.result)

    def _delete(self) -> None:
        self._folder.cleanup()


class VideoJobs:
    """The jobs of a session: one that runs, and the last finished ones, whose files are kept.

    Attributes:
        current: the job that runs; None without one.
        finished: newest first; those that processed at least one frame.
        opened: the finished job whose video is shown; None without one.
        error: why the last job ended early; empty otherwise.
    """

    def __init__(self) -> None:
        self.current: VideoJob | None = None
        self.finished: list[VideoJob] = []
        self.opened: VideoJob | None = None
        self.error = ""

    def start(self, job: VideoJob) -> None:
        """Stop the job that runs, and run another one."""
        if self.current:
            self.current.stop()
            self.update()
        self.current, self.error = job, ""

    def update(self) -> None:
        """Move a job that has ended to the finished ones, and delete the oldest if there are too many."""
        job = self.current
        if job is None or job.running:
            return
        self.current, self.error = None, job.error
        if not job.video.exists():
            job.close()
            return
        self.finished.insert(0, job)
        self.opened = job
        for oldest in self.finished[MAX_RESULTS:]:
            self.remove(oldest)

    def toggle(self, job: VideoJob) -> None:
        """Show the video of a finished job, or hide it."""
        self.opened = None if self.opened is job else job

    def remove(self, job: VideoJob) -> None:
        """Delete a finished job and its files."""
        self.finished.remove(job)
        self.opened = None if self.opened is job else self.opened
        job.close()

    def close(self) -> None:
        """End the job that runs, and delete all files."""
        jobs = [*self.finished, *([self.current] if self.current else [])]
        self.current, self.finished, self.opened = None, [], None
        with contextlib.ExitStack() as stack:
            for job in jobs:
                stack.callback(job.close)
