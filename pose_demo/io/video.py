"""Read video files with PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np

from pose_demo.io.color import to_image
from pose_demo.io.images import check_file
from pose_demo.types import Frame, Image, InputError

# Without this list FFmpeg would render text files as video, or follow playlists.
_FORMATS = "mov,matroska,avi,mpeg,mpegts,yuv4mpegpipe,flv,ogg,asf"

# A file counts as complete with this fraction of its declared frames: an edit list may hide some at the start.
COMPLETE_FRACTION = 0.9


def open_container(source: Path | BinaryIO, label: str) -> Any:
    """Open a video file with PyAV.

    Args:
        source: a path or an open file.
        label: the file's name in error messages.

    Raises:
        InputError: the file is missing, empty, damaged, or no video.
    """
    if isinstance(source, Path):
        check_file(source)
        if not source.stat().st_size:
            raise InputError(f"{label}: the file is empty (0 bytes); save or download it again")
    try:
        file = str(source) if isinstance(source, Path) else source
        return av.open(file, "r", options={"format_whitelist": _FORMATS})
    except (av.error.FFmpegError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{label}: not a video this program can read ({reason}); use MP4, MOV or WebM") from None


class VideoReader:
    """The frames of a video file, rotated as its metadata says, with increasing timestamps that start at 0.

    Attributes:
        width, height: size of the first frame in pixels, after rotation.
        fps: average frame rate; 30 if unknown.
        frame_count: the expected number of frames; None if unknown.
        start_time: seconds on the file's clock at which the timestamps are 0.
        read_error: why reading stopped before the end of the file; empty otherwise.
    """

    def __init__(self, source: Path | BinaryIO, name: str = "") -> None:
        """Open a video file and decode its first frame.

        Args:
            source: a path or an open file.
            name: the file's name in error messages; by default that of the path.

        Raises:
            InputError: the file is missing, empty, damaged, or has no video.
        """
        self._label = name or (source.name if isinstance(source, Path) else "video")
        self._container = open_container(source, self._label)
        self.read_error = ""
        try:
            self._start()
        except InputError:
            self._container.close()
            raise

    def _start(self) -> None:
        if not self._container.streams.video:
            raise InputError(f"{self._label}: the file has no video stream; choose a video")
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        self.fps = float(stream.average_rate or stream.guessed_rate or 30)
        self.frame_count = self._estimate_frame_count(stream)
        self.start_time = 0.0
        self._frames = self._decode(stream)
        self._first = next(self._frames, None)
        if self._first is None:
            reason = f" ({self.read_error})" if self.read_error else ""
            raise InputError(f"{self._label}: no frame can be decoded{reason}; save or download it again")
        self.width, self.height = self._first.size

    def _estimate_frame_count(self, stream: Any) -> int | None:
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
                self.read_error = getattr(error, "strerror", None) or str(error)
                return
            if frame is None:
                if count < COMPLETE_FRACTION * stream.frames:  # FFmpeg reports no error for a truncated file
                    self.read_error = f"the file is truncated: expected {stream.frames} frames"
                return
            count += 1
            time = frame.time if frame.time is not None else last + 1 / self.fps
            if start is None:
                start = self.start_time = time
            last = max(time - start, last + 1e-3)  # some files have timestamps that do not increase
            yield Frame(to_upright_image(frame), max(last, 0.0))

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


def to_upright_image(frame: av.VideoFrame) -> Image:
    """The RGB image, rotated by the file's display matrix: phones store portrait video in landscape format."""
    image = to_image(frame)
    quarter_turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, quarter_turns)) if quarter_turns else image
