"""The sound of a processed video: that of its source, copied where MP4 allows its codec, otherwise encoded as AAC."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import av

from pose_demo.io.atomic import AtomicFile
from pose_demo.io.reasons import reason
from pose_demo.io.streams import READ_ERRORS
from pose_demo.io.video import open_container
from pose_demo.messages import message
from pose_demo.types import InputError

# Codecs that FFmpeg writes into MP4 files and that players expect there.
_COPIED_CODECS = ("aac", "mp3", "ac3", "eac3", "alac", "opus", "flac")

# Source: ISO/IEC 14496-3, the sampling frequencies of AAC up to 48 kHz.
_AAC_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)

_PREROLL_S = 0.1  # of sound before 0, which decoders need and the file's edit list hides
_MAX_DAMAGED = 0.5  # of the packets
_ERRORS = (*READ_ERRORS, OSError)


class Sound:
    """The sound of a source file, for a video that is made of its frames.

    Attributes:
        is_complete: the video has all frames of the source; otherwise the sound ends with the picture.
        error: why the video has no sound, or less than the source; empty otherwise.
    """

    def __init__(self, source: Path | BinaryIO, start: float) -> None:
        """Prepare to read the sound; the file is opened by `add_to` only.

        Args:
            source: a path or an open file.
            start: seconds on the file's clock that are 0 in the video.
        """
        self._source, self._start = source, start
        self.is_complete, self.error = False, ""

    def add_to(self, video: Path) -> None:
        """Add the sound to an MP4 file. After an error the file remains as it is, and `error` tells why."""
        try:
            with ExitStack() as stack:
                source = stack.enter_context(self._open())
                if source.streams.audio:
                    target = stack.enter_context(AtomicFile(video))
                    self._write(video, _AudioPackets(source, self._start), target)
        except _ERRORS as error:
            self.error = message("the sound could not be kept ({reason}); the video has none", reason=reason(error))

    def _open(self) -> Any:
        if not isinstance(self._source, Path):
            self._source.seek(0)
        return open_container(self._source, message("the source"))

    def _write(self, video: Path, sound: _AudioPackets, target: Path) -> None:
        options = {"movflags": "+faststart"}
        with av.open(str(video)) as pictures, av.open(str(target), "w", format="mp4", options=options) as output:
            picture = pictures.streams.video[0]
            sound.end = None if self.is_complete else _end(picture)
            streams = _copied(pictures, picture, output), sound.copied_or_encoded(output)
            for packet in heapq.merge(*streams, key=lambda packet: packet.dts * packet.time_base):
                output.mux(packet)
        self.error = sound.check()


def _end(stream: Any) -> float:
    """Seconds at which the last frame of a stream ends."""
    return float(((stream.start_time or 0) + (stream.duration or 0)) * stream.time_base)


def _copied(container: Any, stream: Any, output: Any) -> Iterator[Any]:
    return _moved(container.demux(stream), output.add_stream_from_template(stream))


def _moved(packets: Iterator[Any], stream: Any) -> Iterator[Any]:
    """The packets, for a stream of an output."""
    for packet in packets:
        if packet.dts is not None:  # the last one, which is empty, has none
            packet.stream = stream
            yield packet


class _AudioPackets:
    """The sound of a file, packet by packet; those that cannot be decoded are left out, since players stop there.

    Attributes:
        end: seconds in the video at which the sound ends; None for the end of the file.
    """

    def __init__(self, container: Any, start: float) -> None:
        self.end: float | None = None
        self._container, self._stream = container, best_stream(container)
        self._count = self._damaged = self._kept = 0
        self._read_error = ""
        self._clock = _Clock(round(start / self._stream.time_base))

    def copied_or_encoded(self, output: Any) -> Iterator[Any]:
        """The packets for an output, to which a stream is added."""
        context = self._stream.codec_context
        if context.codec.canonical_name in _COPIED_CODECS:
            packets = (packet for packet, _ in self._decoded())
            return _moved(packets, output.add_stream_from_template(self._stream))
        rate = context.sample_rate if context.sample_rate in _AAC_RATES else _AAC_RATES[0]
        layout = "mono" if context.channels == 1 else "stereo"
        return self._encoded(output.add_stream("aac", rate=rate, layout=layout))

    def check(self) -> str:
        """What is wrong with the sound that was written; empty if nothing is.

        Raises:
            InputError: there is none, or most of it cannot be decoded.
        """
        if self._damaged > _MAX_DAMAGED * self._count:
            raise InputError(message("it is damaged"))
        if not self._kept:
            raise InputError(self._read_error or message("there is none while the picture lasts"))
        if self._read_error:
            return message("the sound ends early ({reason})", reason=self._read_error)
        return message("parts of the sound are damaged; they are silent") if self._damaged else ""

    def _encoded(self, stream: Any) -> Iterator[Any]:
        for packet, frames in self._decoded():
            for frame in frames:
                frame.pts = packet.pts if frame.pts is None else frame.pts + self._clock.offset
                yield from stream.encode(frame)
        yield from stream.encode()

    def _decoded(self) -> Iterator[tuple[Any, list[Any]]]:
        """The packets, with times of the video, and their frames."""
        preroll = round(_PREROLL_S / self._stream.time_base)
        end = None if self.end is None else round(self.end / self._stream.time_base)
        for packet in self._read():
            frames = self._decode(packet)
            self._clock.set_times(packet)
            if end is not None and packet.dts >= end:
                return
            if frames is not None and packet.dts >= -preroll:
                self._kept += 1
                yield packet, frames

    def _read(self) -> Iterator[Any]:
        try:
            yield from (packet for packet in self._container.demux(self._stream) if packet.size)
        except _ERRORS as error:
            self._read_error = reason(error)

    def _decode(self, packet: Any) -> list[Any] | None:
        self._count += 1
        try:
            return list(packet.decode())
        except _ERRORS:
            self._damaged += 1
            return None


def best_stream(container: Any) -> Any:
    """FFmpeg's choice among the streams that can be decoded.

    Raises:
        InputError: there is none.
    """
    known = [stream for stream in container.streams.audio if stream.codec_context is not None]
    if not known:
        raise InputError(message("its codec is unknown"))
    best = container.streams.best("audio")
    return best if best in known else known[0]


class _Clock:
    """Gives packets times of the video: increasing, also where the source starts again or a packet has none.

    Attributes:
        offset: what is added to the source's times, in units of the stream.
    """

    def __init__(self, start: int) -> None:
        self.offset = -start
        self._next: int | None = None  # where the previous packet ends

    def set_times(self, packet: Any) -> None:
        """Set the times of a packet; sound has no reordering, so that both are the same."""
        duration = max(packet.duration or 0, 1)
        given = packet.dts if packet.pts is None else packet.pts
        if given is None:
            given = 0 if self._next is None else self._next - self.offset
        if self._next is not None and given + self.offset < self._next - duration:
            self.offset = self._next - given
        packet.pts = packet.dts = given + self.offset
        self._next = packet.pts + duration
