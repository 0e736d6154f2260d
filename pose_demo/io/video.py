"""Reads and writes video files with PyAV: timestamps that rise, upright pictures, nothing half-written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import av
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from pose_demo.io.images import PendingFile, check_file
from pose_demo.types import Frame, Image, InputError

# Without this list FFmpeg also plays texts: notes as a picture of letters, play lists that name other files.
_FORMATS = "mov,matroska,avi,mpeg,mpegts,yuv4mpegpipe,flv,ogg,asf"

# Frames before the start of what is shown are promised too, but not given.
_COMPLETE = 0.9


def to_image(frame: av.VideoFrame) -> Image:
    """The RGB picture of a PyAV frame."""
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


class VideoReader:
    """The frames of a video file, upright, in order, with rising timestamps that start at 0.

    Attributes:
        width, height: pixels of the first frame as shown.
        fps: the file's average frame rate; 30 where it does not say.
        frame_count: how many frames to expect; None where the file does not say.
        damage: what was wrong with the rest of the file, when reading had to stop early; empty otherwise.
    """

    def __init__(self, source: Path | BinaryIO, name: str = "") -> None:
        """Open a video.

        Raises:
            InputError: missing, empty, damaged, or without a picture.
        """
        self._label = name or (source.name if isinstance(source, Path) else "video")
        if isinstance(source, Path):
            check_file(source)
            if not source.stat().st_size:
                raise InputError(f"{self._label}: the file is empty (0 bytes); save or download it again")
        self._container = self._open(source)
        self.damage = ""
        try:
            self._start()
        except InputError:
            self._container.close()
            raise

    def _open(self, source: Path | BinaryIO) -> Any:
        try:
            file = str(source) if isinstance(source, Path) else source
            return av.open(file, "r", options={"format_whitelist": _FORMATS})
        except (av.error.FFmpegError, ValueError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(
                f"{self._label}: not a video this program can read ({reason}); use MP4, MOV or WebM"
            ) from None

    def _start(self) -> None:
        if not self._container.streams.video:
            raise InputError(f"{self._label}: there is no picture in this file; choose a video")
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        self.fps = float(stream.average_rate or stream.guessed_rate or 30)
        self.frame_count = self._count(stream)
        self._frames = self._decode(stream)
        self._first = next(self._frames, None)
        if self._first is None:
            reason = f" ({self.damage})" if self.damage else ""
            raise InputError(f"{self._label}: not one frame could be read{reason}; save or download it again")
        self.width, self.height = self._first.size

    def _count(self, stream: Any) -> int | None:
        if stream.frames:
            return int(stream.frames)
        seconds = self._container.duration / av.time_base if self._container.duration else 0
        return round(seconds * self.fps) or None

    def _decode(self, stream: Any) -> Iterator[Frame]:
        start, last, count = None, -1.0, 0
        decoded = self._container.decode(stream)
        while True:
            try:
                frame = next(decoded, None)
            except (av.error.FFmpegError, ValueError) as error:
                self.damage = getattr(error, "strerror", None) or str(error)
                return
            if frame is None:
                if count < _COMPLETE * stream.frames:  # FFmpeg says nothing when a file is cut off
                    self.damage = f"it ends there, but promises {stream.frames} frames"
                return
            count += 1
            time = frame.time if frame.time is not None else last + 1 / self.fps
            start = time if start is None else start
            last = max(time - start, last + 1e-3)  # files with broken clocks exist; ours only rises
            yield Frame(_upright(frame), max(last, 0.0))

    def __iter__(self) -> Iterator[Frame]:
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._frames

    def close(self) -> None:
        """Close the file."""
        self._frames.close()  # type: ignore[attr-defined]
        self._container.close()

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _upright(frame: av.VideoFrame) -> Image:
    """RGB, turned as the file's display matrix says (telephones store portrait video lying down)."""
    image = to_image(frame)
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


class VideoWriter:
    """Writes an H.264 MP4. The file appears under its name only when it is complete and playable.

    Frames of another size than the first are fitted to it; memory does not grow with length.
    """

    _CLOCK = 90_000  # ticks a second, the usual clock of video files

    def __init__(self, path: Path, fps: float = 30.0) -> None:
        """Prepare to write ``path``.

        Raises:
            InputError: the name does not end in .mp4 or the folder cannot be written.
        """
        if path.suffix.lower() != ".mp4":
            raise InputError(f"{path}: expected a name ending in .mp4")
        self.path, self._fps = path, fps
        self._pending = PendingFile(path)
        self._container: Any = None
        self._last_tick = -1
        self.frames = 0

    def write(self, image: Image, timestamp: float) -> None:
        """Append a picture shown from ``timestamp`` (seconds; a time that does not rise is moved just behind).

        Raises:
            InputError: it cannot be written, for want of room for example; nothing is left behind.
        """
        try:
            self._append(image, timestamp)
        except (av.error.FFmpegError, OSError) as error:
            self.discard()
            raise self._pending.failed(error) from None

    def _append(self, image: Image, timestamp: float) -> None:
        if self._container is None:
            self._open(image)
        tick = max(round(timestamp * self._CLOCK), self._last_tick + 1)
        frame = av.VideoFrame.from_ndarray(self._fitted(image), format="rgb24")
        frame.pts, frame.time_base = tick, Fraction(1, self._CLOCK)
        self._last_tick = tick
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
        self.frames += 1

    def _open(self, image: Image) -> None:
        height, width = image.shape[:2]
        self._width, self._height = max(2, width + width % 2), max(2, height + height % 2)  # H.264 wants even sides
        self._container = av.open(str(self._pending.path), "w", format="mp4", options={"movflags": "+faststart"})
        self._stream = self._container.add_stream("libx264", rate=Fraction(self._fps).limit_denominator(1000))
        self._stream.width, self._stream.height, self._stream.pix_fmt = self._width, self._height, "yuv420p"
        self._stream.options = {"preset": "veryfast", "crf": "20"}
        self._stream.codec_context.time_base = Fraction(1, self._CLOCK)

    def _fitted(self, image: Image) -> Image:
        height, width = image.shape[:2]
        if (width, height) == (self._width, self._height):
            return np.ascontiguousarray(image)
        if 0 <= self._width - width <= 1 and 0 <= self._height - height <= 1:
            return np.pad(image, ((0, self._height - height), (0, self._width - width), (0, 0)), mode="edge")
        fitted = ImageOps.pad(Pillow.fromarray(image), (self._width, self._height))
        return np.asarray(fitted)

    def close(self) -> None:
        """Finish the file and move it to its name; without a single frame nothing appears.

        Raises:
            InputError: it cannot be finished; nothing is left behind.
        """
        if self._container is None:
            return self.discard()
        try:
            for packet in self._stream.encode():
                self._container.mux(packet)
            self._container.close()
        except (av.error.FFmpegError, OSError) as error:
            self.discard()
            raise self._pending.failed(error) from None
        self._container = None
        return self._pending.commit()

    def discard(self) -> None:
        """Leave nothing behind."""
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(av.error.FFmpegError, OSError):  # its last words have no room either
                container.close()
        self._pending.discard()

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        # What is there when the user stops (Ctrl-C, a closed generator) is worth keeping; after a failure it misleads.
        if kind is None or not issubclass(kind, Exception):
            self.close()
        else:
            self.discard()
