"""When the frames of a video file are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import av

_DEFAULT_FPS = 30.0
_MAX_DECLARED_FPS = 240  # a higher rate is believed when it is measured
_TOLERANCE = 0.05  # of a declared frame rate
_ROUNDING_S = 1e-5  # of the start of a file
_MIN_STEP_S = 1e-3  # between two frames; some files have timestamps that do not increase
_MAX_FPS = 1 / _MIN_STEP_S
_MAX_FORWARD_S = 86_400.0  # a longer pause than a day is an error in the file
_MAX_BACKWARD_S = 0.5  # more is no disorder: the clock was started again, as where two recordings were joined

# AVI files store no presentation times, and FFmpeg cannot derive those of these codecs, which reorder freely.
_REORDERING_CODECS = ("h264", "hevc", "vvc")


class FrameTimes:
    """The timestamps of decoded frames: seconds on the clock of a player, increasing.

    A player starts with whatever the file has first, often the sound. A frame without a time follows the previous one
    at the frame rate.

    Attributes:
        start_time: seconds on the file's clock at which the timestamps are 0.
    """

    def __init__(self, container: Any, stream: Any, fps: float) -> None:
        """Start before the first frame of a stream.

        Args:
            container: the open file.
            stream: its video stream.
            fps: the frame rate.
        """
        self.start_time = max(0.0, (container.start_time or 0) / av.time_base)  # negative: sound that is not heard
        self._time_base, self._step = stream.time_base, max(1 / fps, _MIN_STEP_S)
        self._uses_pts = has_pts(container, stream)
        self._choice = _BestEffort()
        self._has_time = False  # of any frame
        self._offset, self._last = 0.0, -self._step

    def add(self, pts: int | None, dts: int | None) -> float:
        """The timestamp of the next frame.

        Args:
            pts: its presentation time in units of the stream; None if unknown.
            dts: the decoding time of the packet after which the decoder put it out; None if unknown.
        """
        units = self._choice.add(pts if self._uses_pts else None, dts)
        following = self._last + self._step
        timestamp = following if units is None else self._on_clock(float(units * self._time_base), following)
        self._last = max(timestamp, self._last + _MIN_STEP_S)
        return self._last

    def _on_clock(self, time: float, following: float) -> float:
        if not self._has_time:
            if following > 0:  # the frames before had no time
                self.start_time = time - following
            elif time - self.start_time < _ROUNDING_S:
                self.start_time = time
            self._has_time, self._offset = True, -self.start_time
        elif not -_MAX_BACKWARD_S <= time + self._offset - self._last <= _MAX_FORWARD_S:
            self._offset = following - time
        return time + self._offset


class _BestEffort:
    """The choice between presentation and decoding times: the ones that were in disorder less often.

    Source: ``guess_correct_pts`` in FFmpeg's libavcodec/decode.c.
    """

    def __init__(self) -> None:
        self._faulty_pts = self._faulty_dts = 0
        self._last_pts = self._last_dts = -math.inf
        self._has_dts = False

    def add(self, pts: int | None, dts: int | None) -> int | None:
        if dts is not None:
            self._has_dts = True
            self._faulty_dts += dts <= self._last_dts
        self._last_dts = _first_known(dts, pts, self._last_dts)
        if pts is not None:
            self._faulty_pts += pts <= self._last_pts
        self._last_pts = _first_known(pts, dts, self._last_pts)
        if pts is None or (self._faulty_pts > self._faulty_dts and self._has_dts):
            return dts
        return pts


def _first_known(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def has_pts(container: Any, stream: Any) -> bool:
    """Whether the presentation times of a stream can be used."""
    return container.format.name != "avi" or stream.codec_context.name not in _REORDERING_CODECS


def frame_rate(stream: Any, packets: Sequence[Any]) -> float:
    """The average number of frames per second: as declared, unless the first packets show another one."""
    declared = float(stream.average_rate or stream.guessed_rate or 0)
    measured = _measured_rate(packets, float(stream.time_base))
    if measured is not None and not 1 / _MAX_FORWARD_S <= measured <= _MAX_FPS:
        measured = None
    if measured is None:
        return declared if 0 < declared <= _MAX_DECLARED_FPS else _DEFAULT_FPS
    return declared if abs(declared - measured) <= _TOLERANCE * measured else measured


def _measured_rate(packets: Sequence[Any], time_base: float) -> float | None:
    shown = [packet for packet in packets if packet.size and not packet.is_discard]
    times = [packet.pts for packet in shown if packet.pts is not None]
    if len(times) < max(2, len(shown)) or max(times) == min(times):
        return None
    return float((len(times) - 1) / ((max(times) - min(times)) * time_base))


def declared_end(container: Any, stream: Any) -> tuple[float | None, bool]:
    """When a stream ends in seconds on the file's clock, and whether that is said of this stream, not of the file."""
    duration = stream.duration or 0
    if container.format.name == "avi":  # FFmpeg reduces the duration of a truncated file
        duration = max(duration, stream.frames)
    if duration:
        return float(((stream.start_time or 0) + duration) * stream.time_base), True
    if (end := _seconds(stream.metadata.get("DURATION", ""))) is not None:  # Matroska
        return end, True
    if container.duration:
        return ((container.start_time or 0) + container.duration) / av.time_base, False
    return None, False


def _seconds(text: str) -> float | None:
    """Seconds of a text like 00:01:30.500; None if it is another one."""
    try:
        hours, minutes, seconds = (float(part) for part in text.split(":"))
    except ValueError:
        return None
    return 3600 * hours + 60 * minutes + seconds
