"""Footage to explore, and what is known about it."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from pose_demo.io.formats import recognize
from pose_demo.io.images import check_file
from pose_demo.io.sources import FrameSource, open_source, scene_of
from pose_demo.messages import message
from pose_demo.types import Frame, InputError


@dataclass(frozen=True)
class Span:
    """A part of a clip, in seconds, in which the pose matches the reference, or does not."""

    start: float
    end: float
    is_match: bool

    def contains(self, timestamp: float) -> bool:
        """Whether a time lies in the span; its end does not belong to it."""
        return self.start <= timestamp < self.end


@dataclass(frozen=True)
class Clip:
    """A video, or a scene of the sample, with an optional part of it and annotations.

    Attributes:
        name: its display name.
        source: "sample", "sample:SCENE", or the path of a video.
        start, end: the part to process, in seconds of the video; None is its end.
        max_frames: frames after which it ends; None for all.
        annotations: the path of a COCO keypoint JSON with the true keypoints; empty without one.
        spans: where the pose matches and where it does not; the frames outside of all spans are unknown.
    """

    name: str
    source: str
    start: float = 0.0
    end: float | None = None
    max_frames: int | None = None
    annotations: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def scene(self) -> str | None:
        """The scene of the sample; None for a video."""
        return scene_of(self.source) or None

    @property
    def key(self) -> str:
        """Identifies the frames: a hash of the file's content and of the part of it."""
        content = self.source if self.scene else _sha256(Path(self.source))
        return _hash([content, self.start, self.end, self.max_frames])

    @property
    def annotation_key(self) -> str:
        """Identifies what is known about the frames: true keypoints and spans."""
        content = _sha256(Path(self.annotations)) if self.annotations else ""
        return _hash([content, [asdict(span) for span in self.spans]])

    @contextmanager
    def open(self) -> Iterator[ClipFrames]:
        """The frames of the clip, with the timestamps of the video.

        Raises:
            InputError: the video cannot be read, or it has no frame in the part.
        """
        with self._open_source() as source:
            yield ClipFrames(source.frames, self)

    @contextmanager
    def _open_source(self) -> Iterator[FrameSource]:
        limit = None if self.end is not None or self.start else self.max_frames
        with open_source(self.source, limit) as source:
            if source.still:
                found = recognize(Path(self.source))
                raise InputError(
                    message(
                        "{name}: expected a video, got an image ({format}); choose another file",
                        name=self.name,
                        format=found.name if found else "",
                    )
                )
            yield source

    @property
    def expected_frames(self) -> int:
        """The approximate number of frames, without decoding them.

        Raises:
            InputError: the video cannot be read.
        """
        with self._open_source() as source:
            end = source.start + (source.count or 0) / source.fps
            end = end if self.end is None else min(self.end, end)
            part = round(max(0.0, end - max(self.start, source.start)) * source.fps)
        return max(1, min(part, self.max_frames or part))

    def with_spans(self, spans: tuple[Span, ...]) -> Clip:
        """The clip with other spans, in order of time."""
        return replace(self, spans=tuple(sorted(spans, key=lambda span: span.start)))


class ClipFrames(Iterator[Frame]):
    """The frames of a clip's part.

    Attributes:
        skipped: number of frames of the video before the part.
    """

    def __init__(self, frames: Iterator[Frame], clip: Clip) -> None:
        self.skipped = 0
        end = math.inf if clip.end is None else clip.end
        part = itertools.takewhile(lambda frame: frame.timestamp < end, self._after(clip.start, frames))
        first = next(part, None)
        if first is None:
            raise InputError(
                message(
                    "{name}: no frame from {start:g} s on; choose an earlier start", name=clip.name, start=clip.start
                )
            )
        self._frames = itertools.islice(itertools.chain([first], part), clip.max_frames)

    def _after(self, start: float, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if frame.timestamp >= start:
                yield frame
            else:
                self.skipped += 1

    def __next__(self) -> Frame:
        return next(self._frames)


def open_clip(source: Path | str, max_frames: int | None = None, name: str = "") -> Clip:
    """A clip of a video file or of the sample.

    Args:
        source: "sample", "sample:SCENE", or the path of a video.
        max_frames: frames after which it ends; None for all.
        name: its display name; by default that of the file.

    Raises:
        InputError: there is no such file or scene, or it is not a video.
    """
    text = str(source)
    clip = Clip(name or text, text, max_frames=max_frames)
    if clip.scene is None:
        check_file(Path(text))
        clip = replace(clip, name=name or Path(text).name, source=str(Path(text).resolve()))
    with clip.open():
        return clip


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _sha256(path: Path) -> str:
    """The hash of a file's content.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        status = path.stat()
        return _sha256_of_version(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise InputError(
            message("{path}: cannot be read ({reason}); was it moved or deleted?", path=path, reason=error.strerror)
        ) from None


@lru_cache(maxsize=256)
def _sha256_of_version(path: Path, modified_ns: int, size: int) -> str:
    """The hash of a file; its time and size make a changed file a new one."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
