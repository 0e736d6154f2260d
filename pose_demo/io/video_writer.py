"""Write video files with PyAV."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np

from pose_demo.io.atomic import AtomicFile, keeps_partial_output
from pose_demo.io.color import tag, to_frame
from pose_demo.io.letterbox import fit_image, size_of
from pose_demo.io.sound import Sound
from pose_demo.types import Image, InputError


class VideoWriter:
    """Writes an H.264 MP4 file with constant memory; it appears under its name when it is complete and playable.

    Frames that differ in size from the first are letterboxed to its size.
    """

    _TIME_BASE = Fraction(1, 90_000)  # seconds; the usual time base of video files

    def __init__(self, path: Path, fps: float = 30.0, sound: Sound | None = None, crf: int = 20) -> None:
        """Create the file.

        Args:
            path: a name ending in .mp4.
            fps: the approximate frame rate; each frame is stored with its own timestamp.
            sound: is added when the file is completed; None for a silent video.
            crf: constant rate factor of H.264 in [0, 51]; a larger one makes a smaller file of lower quality.

        Raises:
            InputError: the suffix is another one, or the folder is not writable.
        """
        if path.suffix.lower() != ".mp4":
            raise InputError(f"{path}: expected a name ending in .mp4")
        self.path, self._fps, self._sound, self._crf = path, fps, sound, crf
        self._atomic_file = AtomicFile(path)
        self._container: Any = None
        self._last_pts = -1
        self.frames = 0

    def write(self, image: Image, timestamp: float) -> None:
        """Append a frame.

        Args:
            image: RGB.
            timestamp: seconds; if it does not increase, the frame is stored right after the previous one.

        Raises:
            InputError: the file cannot be written, for example because the disk is full; no partial file is left.
        """
        try:
            self._append(image, timestamp)
        except (av.error.FFmpegError, OSError) as error:
            self.discard()
            raise self._atomic_file.discard_and_describe(error) from None

    def _append(self, image: Image, timestamp: float) -> None:
        if self._container is None:
            self._open(image)
        pts = max(round(timestamp * self._TIME_BASE.denominator), self._last_pts + 1)
        frame = to_frame(self._fit(image))
        frame.pts, frame.time_base = pts, self._TIME_BASE
        self._last_pts = pts
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
        self.frames += 1

    def _open(self, image: Image) -> None:
        self._size = size_of(image)
        self._container = av.open(
            str(self._atomic_file.temporary), "w", format="mp4", options={"movflags": "+faststart"}
        )
        self._stream = self._container.add_stream("libx264", rate=_rate(self._fps))
        # H.264 requires even sides.
        self._stream.width, self._stream.height = (max(2, side + side % 2) for side in self._size)
        self._stream.pix_fmt, self._stream.options = "yuv420p", {"preset": "veryfast", "crf": str(self._crf)}
        self._stream.codec_context.time_base = self._TIME_BASE
        tag(self._stream.codec_context)

    def _fit(self, image: Image) -> Image:
        image = fit_image(image, self._size)
        right, bottom = self._stream.width - image.shape[1], self._stream.height - image.shape[0]
        return np.pad(image, ((0, bottom), (0, right), (0, 0)), mode="edge") if right or bottom else image

    def close(self) -> None:
        """Complete the file and move it to its name; without a frame no file appears.

        Raises:
            InputError: the file cannot be completed; no partial file is left.
        """
        if self._container is None:
            self.discard()
            return
        try:
            for packet in self._stream.encode():
                self._container.mux(packet)
            self._container.close()
        except (av.error.FFmpegError, OSError) as error:
            self.discard()
            raise self._atomic_file.discard_and_describe(error) from None
        self._container = None
        try:
            if self._sound:
                self._sound.add_to(self._atomic_file.temporary)
        finally:  # Ctrl-C leaves out the sound only
            self._atomic_file.commit()

    def discard(self) -> None:
        """Close the file and delete it."""
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(av.error.FFmpegError, OSError):  # closing writes the index, which may fail too
                container.close()
        self._atomic_file.discard()

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if keeps_partial_output(exc_type):
            self.close()
        else:
            self.discard()


def _rate(fps: float) -> Fraction:
    """A frame rate that files can declare."""
    return Fraction(min(max(fps, 0.001), 1000.0)).limit_denominator(1000)
