"""Random access to the frames of a video file, with bounded memory."""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pose_demo import sample
from pose_demo.io.index import PacketInfo, VideoIndex, index_frames, index_packets
from pose_demo.io.limits import COMMAND_LINE, Deadline, VideoLimits
from pose_demo.io.reasons import reason
from pose_demo.io.sources import sample_frame_count
from pose_demo.io.streams import READ_ERRORS, open_stream, peek, truncation, undecodable
from pose_demo.io.timing import FrameTimes, frame_rate
from pose_demo.io.video import open_container, to_display_image
from pose_demo.messages import message
from pose_demo.types import Frame, InputError

CACHE_BYTES = 64_000_000
_KEPT_FRAMES = 16  # decoded frames before the requested one, so that stepping back does not decode again
_UNKNOWN = -2  # index of the frame before the next one, after a seek


class SeekableFrames(Protocol):
    """Frames with random access.

    Attributes:
        name: display name.
        timestamps: of all frames in seconds, increasing; at least one, and the first is not always 0.
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
    first, last = timestamps[0], timestamps[-1]
    return last + ((last - first) / (len(timestamps) - 1) if last > first else 1 / 30)


class SeekableSample:
    """The first ten seconds of a scene of the sample, or a whole choreography."""

    def __init__(self, scene: str = "solo") -> None:
        self.name, self.read_error = "sample", ""
        self.timestamps = tuple(index / sample.FPS for index in range(sample_frame_count(scene)))
        self.capacity = len(self.timestamps)
        self._scene = scene

    def frame(self, index: int) -> Frame:
        """A frame by its index; it is drawn."""
        return sample.frame(index, scene=self._scene)

    def close(self) -> None:
        """Nothing is open."""


class SeekableVideo:
    """The frames of a video file by index, with the timestamps of `VideoReader`; see `SeekableFrames`.

    Opening reads all packets, which takes about a second for 100 MB, but decodes one frame only, unless some frames
    have no time of their own.
    """

    def __init__(
        self,
        source: Path | BinaryIO,
        name: str = "",
        cache_bytes: int = CACHE_BYTES,
        limits: VideoLimits = COMMAND_LINE,
    ) -> None:
        """Open a video file and decode its first frame.

        Args:
            source: a path or an open file.
            name: the file's name in error messages; by default that of the path.
            cache_bytes: memory for decoded frames.
            limits: what is refused.

        Raises:
            InputError: the file is missing, empty, damaged, beyond a limit, or has no video.
        """
        self.name = name or (source.name if isinstance(source, Path) else message("video"))
        self.read_error, self.capacity = "", _KEPT_FRAMES
        self._cache = _FrameCache(cache_bytes)
        self._source, self._limits, self._deadline = source, limits, Deadline(self.name, limits.open_s)
        self._open()
        try:
            self._index = self._read_index()
            self.timestamps = self._index.timestamps
            limits.check_length(self.name, len(self.timestamps), end_time(self.timestamps) - self.timestamps[0])
            self._rewind()
            self.capacity = max(2, cache_bytes // self.frame(0).image.nbytes)
        except InputError:
            self._container.close()
            raise

    def _open(self) -> None:
        self._container = open_container(self._source, self.name, self._limits.pixels)
        try:
            self._stream = open_stream(self._container, self.name, self._limits.pixels)
        except InputError:
            self._container.close()
            raise

    def _rewind(self) -> None:
        """Open the file again: some formats cannot seek to their start."""
        self._container.close()
        if not isinstance(self._source, Path):
            self._source.seek(0)
        self._open()
        self._start_decoder(-1)

    def _start_decoder(self, number: int) -> None:
        """Decode from here; ``number`` is the index of the frame before."""
        self._decoder: Iterator[Any] = self._container.decode(self._stream)
        self._current: tuple[int, Any] = (number, None)  # index and frame decoded last

    def _read_index(self) -> VideoIndex:
        head, packets = peek(self._container.demux(self._stream))
        fps = frame_rate(self._stream, head)
        infos = self._read_packets(packets)
        times = FrameTimes(self._container, self._stream, fps)
        index = index_packets(self._container, self._stream, infos, times)
        if index is None and infos:
            self._rewind()
            times = FrameTimes(self._container, self._stream, fps)
            index = index_frames(self._container, infos, self._all_frames(), times)
        if index is None:
            raise undecodable(self.name, self.read_error)
        end = times.start_time + index.timestamps[-1] + 1 / fps
        self.read_error = self.read_error or truncation(self._container, self._stream, end)
        return index

    def _read_packets(self, packets: Iterator[Any]) -> list[PacketInfo]:
        infos = []
        try:
            for packet in packets:
                self._deadline.check()
                if packet.size:
                    infos.append(PacketInfo.of(packet))
                    self._limits.check_length(self.name, len(infos), 0.0)
        except InputError:
            raise
        except READ_ERRORS as error:
            self.read_error = reason(error)
        return infos

    def _all_frames(self) -> Iterator[Any]:
        deadline = Deadline(self.name, self._limits.decode_s)
        try:
            for frame in self._decoder:
                deadline.check()
                yield frame
        except InputError:
            raise
        except READ_ERRORS as error:
            self.read_error = reason(error)

    def frame(self, index: int) -> Frame:
        """A frame by its index; it is decoded unless it is in the cache.

        Raises:
            InputError: the file is damaged there.
        """
        frame = self._cache.get(index)
        return frame or self._decode(index)

    def _decode(self, index: int) -> Frame:
        keyframe, seek_times = self._index.keyframe_before(index)
        if keyframe - 1 <= self._current[0] < index and (frame := self._decode_until(index)):
            return frame
        for time in seek_times:
            if self._seek(time, keyframe) and (frame := self._decode_until(index)):
                return frame
        raise InputError(
            message(
                "{name}: damaged at {seconds:.2f} s; choose another position, or save the file again",
                name=self.name,
                seconds=self.timestamps[index],
            )
        )

    def _seek(self, time: int | None, keyframe: int) -> bool:
        """Seek to a time, None is the start, and decode up to a keyframe; whether that keyframe was decoded."""
        with contextlib.suppress(*READ_ERRORS, StopIteration):
            if time is None:
                self._rewind()
            else:
                self._container.seek(time, stream=self._stream, backward=True)
                self._start_decoder(_UNKNOWN)
            while self._current[0] < keyframe:  # frames before a keyframe may refer to others that were not decoded
                self._advance()
        return self._current[0] == keyframe

    def _advance(self) -> None:
        """Decode the next frame."""
        previous, frame = self._current[0], next(self._decoder)
        following = _UNKNOWN if previous == _UNKNOWN else previous + 1
        number = self._index.numbers.get(frame.pts, following)
        self._current = (min(number, len(self.timestamps) - 1), frame)

    def _decode_until(self, index: int) -> Frame | None:
        """Decode up to a frame; the next one in place of a frame that is missing; None at the end or after an error."""
        first = max(0, index - min(_KEPT_FRAMES, self.capacity // 2))
        frame = None
        with contextlib.suppress(*READ_ERRORS, StopIteration):
            while self._current[0] < index or frame is None:
                if frame is not None or self._current[0] < first:
                    self._advance()
                number = min(self._current[0], index)
                if number >= first:
                    image = to_display_image(self._current[1], self._stream.sample_aspect_ratio)
                    frame = Frame(image, self.timestamps[number])
                    self._cache.add(number, frame)
            return frame
        return None

    def close(self) -> None:
        """Close the file."""
        self._container.close()


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
