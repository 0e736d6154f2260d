"""Random access to the frames of a video file, with bounded memory."""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import av

from pose_demo import sample
from pose_demo.io.sources import SAMPLE_SECONDS
from pose_demo.io.video import COMPLETE_FRACTION, open_container, to_upright_image
from pose_demo.types import Frame, InputError

CACHE_BYTES = 64_000_000
_KEPT_FRAMES = 16  # decoded frames before the requested one, so that stepping back does not decode again
_MIN_STEP_S = 1e-3  # between two frames, as in `VideoReader`


class SeekableFrames(Protocol):
    """Frames with random access.

    Attributes:
        name: display name.
        timestamps: of all frames in seconds, increasing from 0; at least one.
        capacity: how many decoded frames are kept.
        read_error: what is wrong with the file; empty otherwise.
    """

    name: str
    timestamps: tuple[float, ...]
    capacity: int
    read_error: str

    def frame(self, index: int) -> Frame:
        """A frame by its index.

        Raises:
            InputError: it cannot be decoded.
        """
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def index_at(timestamps: tuple[float, ...], seconds: float) -> int:
    """The index of the frame that is shown at a time."""
    return max(0, bisect_right(timestamps, seconds + 1e-6) - 1)


def end_time(timestamps: tuple[float, ...]) -> float:
    """The end of the last frame in seconds; it is assumed to last as long as the mean of the others."""
    last = timestamps[-1]
    return last + (last / (len(timestamps) - 1) if last else 1 / 30)


class SeekableSample:
    """The first ten seconds of a scene of the sample."""

    def __init__(self, scene: str = "solo") -> None:
        self.name, self.read_error = "sample", ""
        self.timestamps = tuple(index / sample.FPS for index in range(round(SAMPLE_SECONDS * sample.FPS)))
        self.capacity = len(self.timestamps)
        self._scene = scene

    def frame(self, index: int) -> Frame:
        """A frame by its index; it is drawn."""
        return sample.frame(index, scene=self._scene)

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class _Packet:
    """An encoded frame; times in units of the stream.

    Attributes:
        pts: presentation time.
        seek_time: time by which the format seeks: Matroska by presentation time, others by decoding time.
        is_keyframe: decoding may start there.
    """

    pts: int
    seek_time: int
    is_keyframe: bool


class SeekableVideo:
    """The frames of a video file by index, with the timestamps of `VideoReader`; see `SeekableFrames`.

    Opening reads all packets, which takes about a second for 100 MB, but decodes one frame only.
    """

    def __init__(self, source: Path | BinaryIO, name: str = "", cache_bytes: int = CACHE_BYTES) -> None:
        """Open a video file and decode its first frame.

        Args:
            source: a path or an open file.
            name: the file's name in error messages; by default that of the path.
            cache_bytes: memory for decoded frames.

        Raises:
            InputError: the file is missing, empty, damaged, or has no video.
        """
        self.name = name or (source.name if isinstance(source, Path) else "video")
        self.read_error, self.capacity = "", _KEPT_FRAMES
        self._cache = _FrameCache(cache_bytes)
        self._source = source
        self._open()
        try:
            self._start(cache_bytes)
        except InputError:
            self._container.close()
            raise

    def _open(self) -> None:
        self._container = open_container(self._source, self.name)
        if not self._container.streams.video:
            self._container.close()
            raise InputError(f"{self.name}: the file has no video stream; choose a video")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"

    def _reopen(self) -> None:
        self._container.close()
        if not isinstance(self._source, Path):
            self._source.seek(0)
        self._open()

    def _start(self, cache_bytes: int) -> None:
        self._seeks_by_pts = "matroska" in self._container.format.name
        self._seekable = self._container.format.name != "mpeg"  # after a seek its frames have other timestamps
        # With B-frames, the pts of an AVI file are in decoding order.
        self._has_pts = self._container.format.name != "avi"
        self._index_packets()
        self._decoder: Iterator[av.VideoFrame] = iter(())
        self._current: tuple[int, Any] = (-1, None)  # index and frame decoded last
        self.capacity = max(2, cache_bytes // self.frame(0).image.nbytes)

    def _index_packets(self) -> None:
        packets = self._read_packets()
        if not packets:
            reason = f" ({self.read_error})" if self.read_error else ""
            raise InputError(f"{self.name}: no frame can be decoded{reason}; save or download it again")
        if len(packets) < COMPLETE_FRACTION * self._stream.frames:  # FFmpeg reports no error for a truncated file
            self.read_error = self.read_error or f"the file is truncated: expected {self._stream.frames} frames"
        self._packets = sorted(packets, key=lambda packet: packet.pts)
        self._pts = [packet.pts for packet in self._packets]
        keyframes = [index for index, packet in enumerate(self._packets) if packet.is_keyframe]
        self._keyframes = keyframes if self._seekable else [0]
        self.timestamps = tuple(_increasing([float(pts * self._stream.time_base) for pts in self._pts]))

    def _read_packets(self) -> list[_Packet]:
        """The packets of all frames that can be decoded, from the first keyframe on."""
        packets: list[_Packet] = []
        try:
            for packet in self._container.demux(self._stream):
                pts = packet.pts if packet.pts is not None else packet.dts
                if not packet.size or packet.is_discard or pts is None or not (packets or packet.is_keyframe):
                    continue
                seek_time = pts if self._seeks_by_pts or packet.dts is None else packet.dts
                packets.append(_Packet(pts, seek_time, packet.is_keyframe))
        except (av.error.FFmpegError, ValueError) as error:
            self.read_error = getattr(error, "strerror", None) or str(error)
        return [packet for packet in packets if packet.pts >= packets[0].pts]

    def frame(self, index: int) -> Frame:
        """A frame by its index; it is decoded unless it is in the cache.

        Raises:
            InputError: the file is damaged there.
        """
        frame = self._cache.get(index)
        return frame or self._decode(index)

    def _decode(self, index: int) -> Frame:
        position = bisect_right(self._keyframes, index) - 1
        keyframe = self._keyframes[position]
        if (
            keyframe - 1 <= self._current[0] < index
            and self._current[1] is not None
            and (frame := self._decode_until(index))
        ):
            return frame
        for start in (keyframe, self._keyframes[max(0, position - 1)], 0):
            if self._seek(self._packets[start].seek_time, keyframe) and (frame := self._decode_until(index)):
                return frame
        raise InputError(
            f"{self.name}: damaged at {self.timestamps[index]:.2f} s; choose another position, or save the file again"
        )

    def _seek(self, time: int, keyframe: int) -> bool:
        """Seek to a time and decode up to a keyframe; whether that keyframe was decoded."""
        with contextlib.suppress(av.error.FFmpegError, ValueError, StopIteration):
            if self._seekable:
                self._container.seek(time, stream=self._stream, backward=True)
            else:
                self._reopen()
            self._decoder = self._container.decode(self._stream)
            self._current = (-1, None)
            while self._current[0] < keyframe:  # frames before a keyframe may refer to others that were not decoded
                self._advance()
        return self._current[0] == keyframe

    def _advance(self) -> None:
        """Decode the next frame."""
        number, previous = self._current
        frame = next(self._decoder)
        if previous is None or (self._has_pts and frame.pts is not None):
            number = bisect_left(self._pts, frame.pts or self._pts[0])
        else:
            number += 1
        self._current = (min(number, len(self._pts) - 1), frame)

    def _decode_until(self, index: int) -> Frame | None:
        """Decode up to a frame; the next one in place of a frame that is missing; None at the end or after an error."""
        first = max(0, index - min(_KEPT_FRAMES, self.capacity // 2))
        frame = None
        with contextlib.suppress(av.error.FFmpegError, ValueError, StopIteration):
            while self._current[0] < index or frame is None:
                if frame is not None or self._current[0] < first:
                    self._advance()
                number = min(self._current[0], index)
                if number >= first:
                    frame = Frame(to_upright_image(self._current[1]), self.timestamps[number])
                    self._cache.add(number, frame)
            return frame
        return None

    def close(self) -> None:
        """Close the file."""
        self._container.close()


def _increasing(times: list[float]) -> Iterator[float]:
    """Seconds since the first frame; some files have timestamps that do not increase."""
    last = -1.0
    for time in times:
        last = max(time - times[0], last + _MIN_STEP_S)
        yield max(last, 0.0)


class _FrameCache:
    """The frames used last, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self._frames: OrderedDict[int, Frame] = OrderedDict()

    def get(self, index: int) -> Frame | None:
        """A frame; None if it is not in the cache."""
        if index in self._frames:
            self._frames.move_to_end(index)
        return self._frames.get(index)

    def add(self, index: int, frame: Frame) -> None:
        """Add a frame, and evict those that were not used for the longest time."""
        self.remove(index)
        self._frames[index] = frame
        self._bytes += frame.image.nbytes
        while self._bytes > self._max_bytes and len(self._frames) > 1:
            self.remove(next(iter(self._frames)))

    def remove(self, index: int) -> None:
        """Remove a frame if it is there."""
        if (frame := self._frames.pop(index, None)) is not None:
            self._bytes -= frame.image.nbytes
