"""Frames from a photo, a video file or the drawn dancer, all alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pose_demo import sample
from pose_demo.io.images import is_image, read_image
from pose_demo.io.video import VideoReader
from pose_demo.types import Frame, InputError

SAMPLE_SECONDS = 10


@dataclass
class Footage:
    """Frames to process.

    Attributes:
        frames: the frames, read as they are asked for.
        fps: frames a second; 0 for a single photo.
        count: how many frames to expect; None when nobody knows.
        still: the frames have nothing to do with each other.
        reader: the open video behind the frames, if there is one.
    """

    frames: Iterator[Frame]
    fps: float
    count: int | None
    still: bool = False
    reader: VideoReader | None = None

    @property
    def damage(self) -> str:
        """What was wrong with the rest of the file when reading stopped early; empty when nothing."""
        return self.reader.damage if self.reader else ""


def open_footage(source: Path | str | BinaryIO, max_frames: int | None = None) -> AbstractContextManager[Footage]:
    """Open ``sample`` (or ``sample:SCENE``), a picture, or a video; an open file is taken for a video.

    Raises:
        InputError: it cannot be read; the message says why.
    """
    if isinstance(source, str) and (source == "sample" or source.startswith("sample:")):
        return _dancer(source.partition(":")[2] or "solo", max_frames)
    if not isinstance(source, Path | str):
        return _video(source, max_frames)
    path = Path(source)
    return _photo(path) if is_image(path) else _video(path, max_frames)


@contextmanager
def _dancer(scene: str, max_frames: int | None) -> Iterator[Footage]:
    if scene not in sample.SCENES:
        raise InputError(f"sample:{scene}: no such scene; there are {', '.join(sample.SCENES)}")
    count = max_frames or round(SAMPLE_SECONDS * sample.FPS)
    yield Footage((sample.frame(i, scene=scene) for i in range(count)), sample.FPS, count)


@contextmanager
def _photo(path: Path) -> Iterator[Footage]:
    yield Footage(iter([Frame(read_image(path))]), 0.0, 1, still=True)


@contextmanager
def _video(source: Path | BinaryIO, max_frames: int | None) -> Iterator[Footage]:
    with VideoReader(source) as reader:
        count = reader.frame_count
        if max_frames and count:
            count = min(count, max_frames)
        yield Footage(itertools.islice(reader, max_frames), reader.fps, count, reader=reader)
