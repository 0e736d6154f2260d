"""Process a source of frames without a browser and write the results to files."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pose_demo.fields import NONE
from pose_demo.io.images import write_image
from pose_demo.io.music import music_file
from pose_demo.io.sink import ResultSink
from pose_demo.io.sound import Sound
from pose_demo.io.sources import FrameSource, open_source, scene_of
from pose_demo.io.video import VideoReader
from pose_demo.offline.joint_ranges import JointRanges
from pose_demo.offline.match_report import MatchReport
from pose_demo.offline.still import process_still
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan, Uploads, prepare
from pose_demo.sample import CHOREOGRAPHIES
from pose_demo.settings import Settings
from pose_demo.types import InputError


@dataclass
class RunReport:
    """Metrics of a run.

    Attributes:
        model: name of the pose model.
        frames: number of processed frames.
        frames_with_person: number of those in which a person was detected.
        width, height: size of the first output image in pixels, which is that of the files.
        milliseconds: processing time of each frame, whole pipeline.
        match: the similarity to the reference pose; None without one.
        joint_ranges: of the joint angles.
    """

    model: str
    frames: int = 0
    frames_with_person: int = 0
    width: int = 0
    height: int = 0
    milliseconds: list[float] = field(default_factory=list)
    match: MatchReport | None = None
    joint_ranges: JointRanges = field(default_factory=JointRanges)

    def add(self, result: Result) -> None:
        """Count a processed frame."""
        self.frames += 1
        self.frames_with_person += bool(result.persons)
        if self.frames == 1:
            self.height, self.width = result.image.shape[:2]
        self.milliseconds.append(result.milliseconds)
        self.joint_ranges.add(result)
        if self.match:
            self.match.add(result)

    def to_dict(self) -> dict[str, object]:
        """The metrics as JSON values, with percentiles of the processing time, throughput and joint angles.

        ``match`` is there with a reference pose only; see `MatchReport.to_dict`.
        """
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
            "joint_angles": self.joint_ranges.to_dict(),
            **({"match": self.match.to_dict()} if self.match else {}),
        }


@dataclass(frozen=True)
class RunStep:
    """The state of a run after a frame.

    Attributes:
        report: the metrics so far.
        result: the frame's result.
        source: the source of the frames.
        sound: that of the output; None without one.
    """

    report: RunReport
    result: Result
    source: FrameSource
    sound: Sound | None = None

    @property
    def progress(self) -> float | None:
        """The processed fraction in [0, 1]; None if unknown."""
        return self.source.progress(self.report.frames, self.result.timestamp)

    @property
    def expected(self) -> int | None:
        """The expected number of frames, from the time that is left; None if unknown."""
        return round(self.report.frames / self.progress) if self.progress else None

    @property
    def read_error(self) -> str:
        """Why reading stopped before the end of the video file; empty otherwise. Final after the last step."""
        return self.source.read_error

    @property
    def sound_error(self) -> str:
        """Why the output has no sound, or less than the source; empty otherwise. Final when the files are complete."""
        return self.sound.error if self.sound else ""


def process(
    source: Path | str | BinaryIO,
    settings: Settings,
    output: Path | None = None,
    keypoints: Path | Sequence[Path] | None = None,
    max_frames: int | None = None,
    threads: int = 1,
    uploads: Uploads | None = None,
    keep_sound: bool = True,
) -> Generator[RunStep]:
    """Process a source frame by frame and write the results.

    If the generator is closed early, the files contain the frames so far.

    Args:
        source: see `open_source`.
        settings: how to process the frames.
        output: an MP4 file, or for a still image also a PNG or JPEG file; None for none.
        keypoints: CSV and JSON files.
        max_frames: frames after which it ends; None for all.
        threads: CPU threads of each network.
        uploads: what the user provides in addition to the settings.
        keep_sound: the video has the sound of the source.

    Raises:
        InputError: the source cannot be read, or an output cannot be written.
    """
    _check_differs(source, output)
    report = RunReport(settings.model, match=MatchReport() if settings.match.reference != NONE else None)
    files = [keypoints] if isinstance(keypoints, Path) else keypoints or ()
    with contextlib.ExitStack() as stack:
        frames = stack.enter_context(open_source(source, max_frames))
        image, video = _split_output(output, frames.still)
        sound = _sound(source, frames) if keep_sound and video else None
        sink = stack.enter_context(ResultSink(video, files, frames.fps or 1.0, sound))
        processed = stack.enter_context(contextlib.closing(results(frames, settings, threads, uploads)))
        for index, result in enumerate(processed):
            sink.write(index, result)
            if image:
                write_image(image, result.image)
            report.add(result)
            yield RunStep(report, result, frames, sound)
        if sound:
            sound.is_complete = report.frames != max_frames and not frames.read_error


def _sound(source: Path | str | BinaryIO, frames: FrameSource) -> Sound | None:
    scene = scene_of(source)
    if scene in CHOREOGRAPHIES:
        return Sound(music_file(scene), 0.0)
    if not isinstance(frames.reader, VideoReader):
        return None
    return Sound(Path(source) if isinstance(source, str) else source, frames.reader.start_time)


def results(
    source: FrameSource, settings: Settings, threads: int = 1, uploads: Uploads | None = None
) -> Generator[Result]:
    """Process all frames of a source; the models are closed at the end, or when the generator is closed."""
    with prepare(settings, uploads=uploads, static_image_mode=source.still, threads=threads) as plan:
        if source.still:
            yield from (process_still(frame.image, plan) for frame in source.frames)
        else:
            yield from _process_stream(source, plan)


def _process_stream(source: FrameSource, plan: Plan) -> Generator[Result]:
    pipeline, note = Pipeline(), ""
    for frame in source.frames:
        result = pipeline.process(frame, plan, note)
        note = f"{1000 / max(result.milliseconds, 1e-3):.1f} fps  {result.milliseconds:.0f} ms"
        yield result


def _split_output(output: Path | None, still: bool) -> tuple[Path | None, Path | None]:
    """The output as an image file or as a video file; the other one is None."""
    if output is None or output.suffix.lower() == ".mp4":
        return None, output
    if not still:
        raise InputError(f"{output}: expected a name ending in .mp4 for a video")
    return output, None


def _check_differs(source: Path | str | BinaryIO, output: Path | None) -> None:
    if output and isinstance(source, Path | str) and Path(source).resolve() == output.resolve():
        raise InputError(f"{output}: is the input; choose another name for the output")
