"""How large what comes in may be.

The limits of the page protect a host with a gigabyte of memory and one core for all visitors. Those of the command line
only keep a damaged file from taking all memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pose_demo.messages import message
from pose_demo.types import InputError

# ---- Images, wherever they are read.
MAX_IMAGE_BYTES = 64_000_000  # the files of phones and cameras have less than 30 MB, unless they are raw
MAX_JPEG_PIXELS = 110_000_000  # of phones with 108 megapixels; the page decodes them at a fraction of their size
MAX_IMAGE_PIXELS = (
    66_000_000  # phones have 64 as HEIC; decoded it takes 264 MB, and one such image is decoded at a time
)
MAX_RICH_PIXELS = 32_000_000  # with transparency, which takes two copies
MAX_DEEP_PIXELS = 25_000_000  # several channels of more than 8 bits: up to 15 bytes for a pixel
MAX_IMAGE_SIDE = 16_384  # pixels; more are no photo, and code of image libraries is little tested there
IMAGE_CPU_S = 8.0  # a photo takes at most 2 s, a file that was made to take time takes hours

# ---- Images of the page; larger ones are scaled down, at once where the format allows it.
PAGE_IMAGE_PIXELS = 4032 * 3024  # of a phone's usual photo; a processed one takes about five times 37 MB
KEPT_IMAGE_PIXELS = 1920 * 1080 * 2  # of backgrounds and images of effects, which a session keeps: frames are smaller


@dataclass(frozen=True)
class VideoLimits:
    """Limits of a video or an animation; None is none.

    Attributes:
        pixels: of a frame.
        seconds: duration.
        frames: number of frames.
        open_s: seconds until a file is opened, which reads all of it.
        animation_pixels: of all frames of an animation, which are decoded to open it.
        animation_frames: number of frames of an animation.
        decode_s: seconds until all frames are decoded, where a file has to be opened that way.
    """

    pixels: int
    seconds: float | None
    frames: int | None
    open_s: float | None
    animation_pixels: int
    animation_frames: int
    decode_s: float | None = None

    def check_length(self, name: str, frames: int, seconds: float) -> None:
        """Check the number of frames and the duration.

        Raises:
            InputError: there is too much; ``name`` begins the message.
        """
        if self.frames is not None and frames > self.frames:
            raise InputError(
                message(
                    "{name}: expected at most {frames:,} frames, got more; cut it to a shorter part",
                    name=name,
                    frames=self.frames,
                )
            )
        if self.seconds is not None and seconds > self.seconds:
            raise InputError(
                message(
                    "{name}: expected at most {limit:.0f} minutes, got {minutes:.1f}; cut it to a shorter part",
                    name=name,
                    limit=self.seconds / 60,
                    minutes=seconds / 60,
                )
            )


# A frame takes up to 200 MB, of which FFmpeg keeps several; what is known of a frame of an animation takes 1 kB.
COMMAND_LINE = VideoLimits(MAX_IMAGE_PIXELS, None, None, None, 2_000_000_000, 100_000)

# 4K; an hour at 50 fps, whose processing takes several; twice what an animation of a minute has.
PAGE = VideoLimits(4096 * 2304, 3660.0, 200_000, 20.0, 1_000_000_000, 5_000, 90.0)


class Deadline:
    """The time that reading a file may take."""

    def __init__(self, name: str, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Start it.

        Args:
            name: the file's name in the error message.
            seconds: the time; None for any.
            clock: seconds.
        """
        self._name, self._seconds, self._clock = name, seconds, clock
        self.restart()

    def restart(self) -> None:
        """Start again: what follows may take as long."""
        self._start = self._clock()

    def check(self) -> None:
        """Raise `InputError` if the time is over."""
        if self._seconds is not None and self._clock() - self._start > self._seconds:
            raise InputError(
                message(
                    "{name}: expected a file that is read within {seconds:g} s, and this one takes longer; "
                    "save it in another format, such as JPEG or MP4, or choose a smaller one",
                    name=self._name,
                    seconds=self._seconds,
                )
            )
