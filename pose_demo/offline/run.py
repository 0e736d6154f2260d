"""Runs the pipeline over footage without a browser: the command ``run``, and the same from Python."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pose_demo.io.images import write_image
from pose_demo.io.keypoints import KeypointsFile, open_keypoints
from pose_demo.io.sources import Footage, open_footage
from pose_demo.io.video import VideoWriter
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Assets, prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError


@dataclass
class Report:
    """Figures of one run; times are of the whole pipeline per frame, in milliseconds."""

    model: str
    frames: int = 0
    frames_with_person: int = 0
    width: int = 0
    height: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.frames += 1
        self.frames_with_person += bool(result.persons)
        self.height, self.width = result.image.shape[:2]
        self.milliseconds.append(result.milliseconds)

    def to_dict(self) -> dict[str, object]:
        """The object that ``run --json`` prints."""
        times = np.array(self.milliseconds or [0.0])
        return {
            "model": self.model,
            "frames": self.frames,
            "frames_with_person": self.frames_with_person,
            "width": self.width,
            "height": self.height,
            "ms_p50": round(float(np.percentile(times, 50)), 3),
            "ms_p95": round(float(np.percentile(times, 95)), 3),
            "fps": round(1000 / float(times.mean()), 2) if times.any() else 0.0,
        }


def results(footage: Footage, settings: Settings, threads: int = 1, assets: Assets | None = None) -> Generator[Result]:
    """Process every frame of ``footage``."""
    plan = prepare(settings, assets=assets, still=footage.still, threads=threads)
    pipeline = Pipeline()
    speed = _Speed()
    try:
        for frame in footage.frames:
            result = pipeline.process(frame, plan, speed.note)
            speed.count(result)
            yield result
    finally:
        plan.close()


class _Speed:
    """The line that the picture shows when asked for: how many frames a second the pipeline could do."""

    note = ""

    def count(self, result: Result) -> None:
        self.note = f"{1000 / max(result.milliseconds, 1e-3):.1f} fps  {result.milliseconds:.0f} ms"


class Outputs:
    """Where results go: an MP4 or a picture, and keypoints as CSV or JSON; each appears when it is complete."""

    def __init__(self, output: Path | None, keypoints: Sequence[Path], footage: Footage) -> None:
        self._picture = output if output and output.suffix.lower() != ".mp4" else None
        if self._picture and not footage.still:
            raise InputError(f"{output}: expected a name ending in .mp4 for a video")
        self._last: Result | None = None
        self._keypoints: list[KeypointsFile] = []
        self._video: VideoWriter | None = None
        with contextlib.ExitStack() as opened:  # when the second cannot be opened, the first leaves nothing behind
            self._keypoints += [opened.enter_context(open_keypoints(path)) for path in keypoints]
            if output and not self._picture:
                self._video = opened.enter_context(VideoWriter(output, footage.fps or 1.0))
            self._exit = opened.pop_all()

    def write(self, index: int, result: Result) -> None:
        """Take in one frame."""
        for file in self._keypoints:
            file.write(index, result)
        if self._video:
            self._video.write(result.image, result.timestamp)
        self._last = result

    def __enter__(self) -> Outputs:
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.__exit__(*error)  # type: ignore[arg-type]
        if self._picture and self._last and error[0] is None:
            write_image(self._picture, self._last.image)


@dataclass(frozen=True)
class Step:
    """Where a run stands after a frame.

    Attributes:
        report: the figures so far.
        result: the frame's result.
        footage: where the frames come from.
    """

    report: Report
    result: Result
    footage: Footage

    @property
    def expected(self) -> int | None:
        """How many frames there will be; None when nobody knows."""
        return self.footage.count

    @property
    def damage(self) -> str:
        """Why the rest of the file was left out; empty unless it was. Known once the run is at its end."""
        return self.footage.damage


def process(
    source: Path | str | BinaryIO,
    settings: Settings,
    output: Path | None = None,
    keypoints: Path | Sequence[Path] | None = None,
    max_frames: int | None = None,
    threads: int = 1,
    assets: Assets | None = None,
) -> Generator[Step]:
    """Process ``source`` (see `open_footage`) frame by frame and write what is asked for.

    Closing the generator early keeps what was written until then, complete and playable.

    Raises:
        InputError: the source cannot be read or an output cannot be written.
    """
    _check_not_the_source(source, output)
    report = Report(settings.model)
    files = [keypoints] if isinstance(keypoints, Path) else keypoints or ()
    with (
        open_footage(source, max_frames) as footage,
        Outputs(output, files, footage) as outputs,
        contextlib.closing(
            results(footage, settings, threads, assets)
        ) as found,  # the model is closed whatever happens
    ):
        for index, result in enumerate(found):
            outputs.write(index, result)
            report.add(result)
            yield Step(report, result, footage)


def _check_not_the_source(source: Path | str | BinaryIO, output: Path | None) -> None:
    if output and isinstance(source, Path | str) and Path(source).resolve() == output.resolve():
        raise InputError(f"{output}: is the input too; choose another name for the output")
