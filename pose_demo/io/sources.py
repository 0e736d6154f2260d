"""Frames of an image, a video file or the drawn sample, all through one interface."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pose_demo import sample
from pose_demo.io.animation import Animation, is_animation
from pose_demo.io.formats import is_image
from pose_demo.io.images import read_image
from pose_demo.io.video import VideoReader
from pose_demo.messages import message
from pose_demo.types import Frame, InputError

SAMPLE_SECONDS = 10


@dataclass
class FrameSource:
    """Frames to process.

    Attributes:
        frames: the frames, decoded as they are consumed.
        fps: frames per second; 0 for a still image.
        count: the approximate number of frames; None if unknown.
        start, end: the timestamps of the first frame and of the expected end; the latter is None if unknown.
        max_frames: the most frames there can be; None if unknown.
        still: it is a still image.
        reader: the video or animation the frames come from; None without one.
    """

    frames: Iterator[Frame]
    fps: float
    count: int | None
    start: float = 0.0
    end: float | None = None
    max_frames: int | None = None
    still: bool = False
    reader: VideoReader | Animation | None = None

    def progress(self, frames: int, timestamp: float) -> float | None:
        """The fraction in [0, 1] that has been read; None if unknown.

        Args:
            frames: number of frames read.
            timestamp: of the last of them.
        """
        seconds = self.end - self.start if self.end else 0.0
        by_time = (timestamp + 1 / self.fps - self.start) / seconds if self.fps and seconds > 0 else 0.0
        by_number = frames / self.max_frames if self.max_frames else 0.0
        return min(1.0, max(by_time, by_number)) or None

    @property
    def read_error(self) -> str:
        """Why reading stopped before the end of the video file; empty otherwise."""
        return self.reader.read_error if self.reader else ""


def open_source(source: Path | str | BinaryIO, max_frames: int | None = None) -> AbstractContextManager[FrameSource]:
    """Open a source of frames.

    Args:
        source: "sample", "sample:SCENE" (also a choreography), or an image or a video as a path or an open file; its
            content decides which. An animated image is a video.
        max_frames: frames after which it ends; None for all.

    Raises:
        InputError: it cannot be read; the message says why.
    """
    if scene := scene_of(source):
        return _open_sample(scene, max_frames)
    file = Path(source) if isinstance(source, str) else source
    if is_animation(file):
        return _open_animation(file, max_frames)
    return _open_image(file) if is_image(file) else _open_video(file, max_frames)


def scene_of(source: Path | str | BinaryIO) -> str:
    """The scene of "sample" and "sample:SCENE", which may not exist; empty for other sources."""
    if isinstance(source, str) and (source == "sample" or source.startswith("sample:")):
        return source.partition(":")[2] or "solo"
    return ""


def sample_frame_count(scene: str) -> int:
    """Number of frames of a scene of the sample: all of a choreography, ten seconds of the others."""
    choreography = sample.CHOREOGRAPHIES.get(scene)
    return round((choreography.duration if choreography else SAMPLE_SECONDS) * sample.FPS)


@contextmanager
def _open_sample(scene: str, max_frames: int | None) -> Iterator[FrameSource]:
    if scene not in (*sample.SCENES, *sample.CHOREOGRAPHIES):
        scenes = ", ".join((*sample.SCENES, *sample.CHOREOGRAPHIES))
        raise InputError(message("sample:{scene}: no such scene; the scenes are {scenes}", scene=scene, scenes=scenes))
    count = max_frames or sample_frame_count(scene)
    yield FrameSource((sample.frame(i, scene=scene) for i in range(count)), sample.FPS, count, max_frames=count)


@contextmanager
def _open_image(source: Path | BinaryIO) -> Iterator[FrameSource]:
    image = read_image(source if isinstance(source, Path) else source.read())
    yield FrameSource(iter([Frame(image)]), 0.0, 1, max_frames=1, still=True)


@contextmanager
def _open_animation(source: Path | BinaryIO, max_frames: int | None) -> Iterator[FrameSource]:
    with Animation(source, cache_bytes=0) as animation:
        count = min(len(animation.timestamps), max_frames or len(animation.timestamps))
        frames = itertools.islice(animation, count)
        yield FrameSource(frames, animation.fps, count, max_frames=count, reader=animation)


@contextmanager
def _open_video(source: Path | BinaryIO, max_frames: int | None) -> Iterator[FrameSource]:
    with VideoReader(source) as reader:
        count = reader.frame_count
        if max_frames and count:
            count = min(count, max_frames)
        frames = itertools.islice(reader, max_frames)
        yield FrameSource(frames, reader.fps, count, reader.start, reader.end, max_frames, reader=reader)
