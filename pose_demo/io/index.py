"""Where the frames of a video file are: their timestamps and the keyframes from which they are decoded."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pose_demo.io.timing import FrameTimes, has_pts

_MAX_REORDERING = 16  # frames, of all codecs


@dataclass(frozen=True)
class VideoIndex:
    """The frames of a video file in the order in which they are shown.

    Attributes:
        timestamps: seconds of all frames.
        numbers: index of the frame with a pts; without those that several frames have.
        seek_times: index of a keyframe -> the time to seek to, in units of the stream; None is the start of the file.
    """

    timestamps: tuple[float, ...]
    numbers: dict[int, int]
    seek_times: dict[int, int | None]

    def keyframe_before(self, index: int) -> tuple[int, list[int | None]]:
        """The keyframe from which a frame can be decoded, and the times to seek to until that succeeds."""
        keyframes = sorted(self.seek_times)
        position = bisect_right(keyframes, index) - 1
        keyframe, previous = keyframes[position], keyframes[max(0, position - 1)]
        return keyframe, [self.seek_times[keyframe], self.seek_times[previous], None]


@dataclass(frozen=True, slots=True)
class PacketInfo:
    """An encoded frame; times in units of the stream.

    Attributes:
        pts, dts: presentation and decoding time; None if unknown.
        is_keyframe: decoding may start there.
        is_shown: whether its frame is shown; an edit list may hide it.
    """

    pts: int | None
    dts: int | None
    is_keyframe: bool
    is_shown: bool

    @classmethod
    def of(cls, packet: Any) -> PacketInfo:
        """What is known about a packet of PyAV."""
        return cls(packet.pts, packet.dts, packet.is_keyframe, not packet.is_discard)


def index_packets(container: Any, stream: Any, packets: Sequence[PacketInfo], times: FrameTimes) -> VideoIndex | None:
    """The index of a file from its packets, in decoding order; None if all frames must be decoded for it."""
    first = next((i for i, packet in enumerate(packets) if packet.is_keyframe), len(packets))
    packets = packets[first:]  # frames before the first keyframe cannot be decoded
    pts = [packet.pts for packet in packets if packet.pts is not None]
    if not pts or len(pts) < len(packets):
        return None
    delay = stream.codec_context.reorder_depth
    if not has_pts(container, stream):
        return _index_by_dts(container, packets, delay, times)
    shown = [time for time, packet in zip(pts, packets, strict=True) if packet.is_shown and time >= pts[0]]
    ordered = sorted(shown)
    if not shown or not _is_reordered(shown, ordered, delay):
        return None
    seek_times = _seek_times(container, packets, lambda time: _first_from(ordered, time))
    return VideoIndex(tuple(times.add(time, None) for time in ordered), _unique(ordered), seek_times)


def _index_by_dts(container: Any, packets: Sequence[PacketInfo], delay: int, times: FrameTimes) -> VideoIndex:
    """The index of a file whose frames are put out ``delay`` packets late; their pts are only good as names."""
    dts = [*(packet.dts for packet in packets[delay:]), *[None] * min(delay, len(packets))]
    numbers = {packet.pts: i for i, packet in enumerate(packets) if packet.is_keyframe and packet.pts is not None}
    timestamps = tuple(times.add(None, time) for time in dts)
    return VideoIndex(timestamps, numbers, _seek_times(container, packets, numbers.get))


def _first_from(ordered: Sequence[int], time: int) -> int | None:
    index = bisect_left(ordered, time)
    return index if index < len(ordered) else None


def _is_reordered(times: Sequence[int], ordered: Sequence[int], delay: int) -> bool:
    """Whether times in decoding order can be presentation times of a decoder that puts out frames with a delay."""
    if len(set(times)) < len(times) or (delay and len(times) > delay and times == ordered):
        return False
    position = {time: index for index, time in enumerate(ordered)}
    return all(abs(position[time] - index) <= _MAX_REORDERING for index, time in enumerate(times))


def index_frames(
    container: Any, packets: Sequence[PacketInfo], frames: Iterable[Any], times: FrameTimes
) -> VideoIndex | None:
    """The index of a file from its packets and all its decoded frames; None without a frame."""
    pts: list[int | None] = []
    timestamps: list[float] = []
    for frame in frames:
        pts.append(frame.pts)
        timestamps.append(times.add(frame.pts, frame.dts))
    numbers = _unique(pts)
    return VideoIndex(tuple(timestamps), numbers, _seek_times(container, packets, numbers.get)) if pts else None


def _unique(pts: Sequence[int | None]) -> dict[int, int]:
    counts = Counter(pts)
    return {time: index for index, time in enumerate(pts) if time is not None and counts[time] == 1}


def _seek_times(
    container: Any, packets: Sequence[PacketInfo], index_of: Callable[[int], int | None]
) -> dict[int, int | None]:
    """Index of the first frame shown from a keyframe on -> the time to seek to; ``index_of`` a keyframe's pts."""
    times: dict[int, int | None] = {0: None}
    if container.format.name == "mpeg":  # after a seek its frames have other timestamps
        return times
    by_pts = "matroska" in container.format.name  # others seek by decoding time
    for packet in packets:
        if packet.is_keyframe and packet.pts is not None and (index := index_of(packet.pts)) is not None:
            times[index] = packet.pts if by_pts or packet.dts is None else packet.dts
    return times
