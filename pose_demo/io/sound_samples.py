"""The sound of a video as samples in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from pose_demo.dance.sound import MAX_SAMPLES, RATE, Samples, Sound
from pose_demo.io.reasons import reason
from pose_demo.io.sound import best_stream
from pose_demo.io.streams import READ_ERRORS
from pose_demo.io.video import VideoReader, open_container
from pose_demo.messages import Message, message
from pose_demo.types import InputError

_ERRORS = (*READ_ERRORS, OSError)
_GAP = round(0.05 * RATE)  # shorter ones are rounding
_MAX_DAMAGED = 0.5  # of the packets


def read_sound(path: Path) -> tuple[Sound | None, tuple[Message, ...]]:
    """Decode the sound of a video file, from the moment on that is 0 in the timestamps of its frames.

    Returns:
        The sound, None without any, and why there is none or less than there should be; nothing for a silent video.
    """
    try:
        with open_container(path, path.name) as container:
            if not container.streams.audio:
                return None, ()
            with VideoReader(path) as reader:
                decoder = _Decoder(container, reader.start_time)
            return Sound(_joined(decoder.parts()), decoder.start), decoder.notes
    except _ERRORS as error:
        return None, (message("the sound cannot be played ({reason})", reason=reason(error)),)


def _joined(parts: Iterator[Samples]) -> Samples:
    kept: list[Samples] = []
    left = MAX_SAMPLES
    for part in parts:
        kept.append(part[:left])
        left -= len(kept[-1])
        if left == 0:
            break
    if not kept:
        raise InputError(message("it is damaged"))
    return np.concatenate(kept)


class _Decoder:
    """Decodes mono samples, with silence where the sound pauses or is damaged.

    Attributes:
        start: seconds of the video at the first sample.
        notes: why something is missing.
    """

    def __init__(self, container: Any, start: float) -> None:
        self.start = 0.0
        self.notes: tuple[Message, ...] = ()
        self._container, self._stream, self._offset = container, best_stream(container), start
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        self._count = self._damaged = self._written = 0

    def parts(self) -> Iterator[Samples]:
        """The samples in order, int16 at `RATE`.

        Raises:
            InputError: most packets are damaged.
        """
        for frame in self._frames():
            time = frame.time - self._offset
            self.start = time if not self._written else self.start
            missing = round((time - self.start) * RATE) - self._written
            if self._written and missing > _GAP:
                yield self._counted(np.zeros(min(missing, MAX_SAMPLES), np.int16))
            for resampled in self._resampler.resample(frame):
                yield self._counted(resampled.to_ndarray()[0])
        if self._damaged > _MAX_DAMAGED * self._count:
            raise InputError(message("it is damaged"))
        if self._damaged:
            self.notes += (message("parts of the sound are damaged; they are silent"),)

    def _counted(self, samples: Samples) -> Samples:
        self._written += len(samples)
        return samples

    def _frames(self) -> Iterator[Any]:
        try:
            for packet in self._container.demux(self._stream):
                self._count += 1
                yield from (frame for frame in self._decode(packet) if frame.time is not None)
        except _ERRORS as error:
            self.notes += (message("the sound ends early ({reason})", reason=reason(error)),)

    def _decode(self, packet: Any) -> list[Any]:
        try:
            return list(packet.decode())
        except _ERRORS:
            self._damaged += 1
            return []
