"""Read video files with PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av

from pose_demo.io.color import to_image
from pose_demo.io.images import check_file
from pose_demo.io.limits import COMMAND_LINE
from pose_demo.io.orientation import to_display
from pose_demo.io.reasons import reason
from pose_demo.io.streams import READ_ERRORS, open_stream, peek, truncation, undecodable
from pose_demo.io.timing import FrameTimes, declared_end, frame_rate
from pose_demo.messages import message
from pose_demo.types import Frame, Image, InputError

# Without this list FFmpeg would render text files as video, or follow playlists.
_FORMATS = "mov,matroska,avi,mpeg,mpegts,yuv4mpegpipe,flv,ogg,asf"


def open_container(source: Path | BinaryIO, label: str, max_pixels: int = COMMAND_LINE.pixels) -> Any:
    """Open a video file with PyAV.

    Args:
        source: a path or an open file.
        label: the file's name in error messages.
        max_pixels: of a frame. FFmpeg decodes some frames of every stream here, to know what it is.

    Raises:
        InputError: the file is missing, empty, damaged, or no video.
    """
    if isinstance(source, Path):
        check_file(source)
        if not source.stat().st_size:
            raise InputError(message("{name}: the file is empty (0 bytes); save or download it again", name=label))
    try:
        file = str(source) if isinstance(source, Path) else source
        return av.open(file, "r", options={"format_whitelist": _FORMATS, "max_pixels": str(max_pixels)})
    except (*READ_ERRORS, OSError) as error:
        raise InputError(
            message(
                "{name}: not a video this program can read ({reason}); use MP4, MOV or WebM",
                name=label,
                reason=reason(error),
            )
        ) from None


class VideoReader:
    """The frames of a video file as a player shows them, with increasing timestamps on its clock.

    Attributes:
        width, height: size of the first frame in pixels, as it is shown.
        fps: average frame rate; 30 if unknown.
        start: timestamp of the first frame; not 0 if, for example, the sound starts earlier.
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
        self._label = name or (source.name if isinstance(source, Path) else message("video"))
        self._container = open_container(source, self._label)
        self.read_error = ""
        try:
            self._start()
        except InputError:
            self._container.close()
            raise

    def _start(self) -> None:
        self._stream = open_stream(self._container, self._label)
        head, packets = peek(self._container.demux(self._stream))
        self.fps = frame_rate(self._stream, head)
        self._times = FrameTimes(self._container, self._stream, self.fps)
        self._frames = self._read(packets)
        self._first = next(self._frames, None)
        if self._first is None:
            raise undecodable(self._label, self.read_error)
        self.width, self.height = self._first.size
        self.start = self._first.timestamp

    @property
    def start_time(self) -> float:
        """Seconds on the file's clock at which the timestamps are 0."""
        return self._times.start_time

    @property
    def end(self) -> float | None:
        """The timestamp at which the last frame is expected to end; None if unknown."""
        end = declared_end(self._container, self._stream)[0]
        return None if end is None or end <= self.start_time else end - self.start_time

    @property
    def frame_count(self) -> int | None:
        """The approximate number of frames; None if unknown."""
        return None if self.end is None else max(1, round((self.end - self.start) * self.fps))

    def _read(self, packets: Iterator[Any]) -> Iterator[Frame]:
        timestamp = 0.0
        for frame in self._decode(packets):
            timestamp = self._times.add(frame.pts, frame.dts)
            yield Frame(to_display_image(frame, self._stream.sample_aspect_ratio), timestamp)
        end = self.start_time + timestamp + 1 / self.fps
        self.read_error = self.read_error or truncation(self._container, self._stream, end)

    def _decode(self, packets: Iterator[Any]) -> Iterator[Any]:
        try:
            for packet in packets:
                yield from packet.decode()
        except READ_ERRORS as error:
            self.read_error = reason(error)

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


def to_display_image(frame: av.VideoFrame, sample_aspect_ratio: Fraction | None) -> Image:
    """The RGB image as a player shows it: upright, and with square pixels."""
    return to_display(to_image(frame), frame, sample_aspect_ratio)
