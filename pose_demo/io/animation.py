"""Animated GIF, WebP, PNG and AVIF files as videos, read with Pillow."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from pose_demo.io.formats import recognize
from pose_demo.io.images import DECODE_ERRORS, decoding, open_image, to_rgb
from pose_demo.io.limits import COMMAND_LINE, Deadline, VideoLimits
from pose_demo.messages import message
from pose_demo.types import Frame, Image, InputError

CACHE_BYTES = 64_000_000
_KEPT_FRAMES = 16  # before the requested one, after decoding again from the start

# Browsers show frames of up to 10 ms for 100 ms. Source: Blink, DeferredImageDecoder::FrameDurationAtIndex.
_SHORTEST_MS = 10
_REPLACED_MS = 100

Source = Path | bytes | BinaryIO


def is_animation(source: Source) -> bool:
    """Whether a file is an image file with several pictures that are shown one after the other."""
    file_format = recognize(source)
    if file_format is None or not file_format.can_be_animated:
        return False
    try:
        with decoding("image"), open_image(_content(source), "image") as image:
            return bool(getattr(image, "is_animated", False))
    except InputError:
        return False  # reading it reports the error


class Animation:
    """The frames of an animated image file by index; see `SeekableFrames`.

    Frames are decoded when they are requested, but opening decodes all of them once to know their durations. A frame
    before the current one is decoded from the start of the file, unless it is in the cache.

    Attributes:
        name: display name.
        timestamps: of all frames in seconds, increasing from 0.
        duration: end of the last frame in seconds.
        fps: average frame rate.
        capacity: how many decoded frames are kept.
        read_error: why reading stopped before the end of the file; empty otherwise.
    """

    def __init__(
        self, source: Source, name: str = "", cache_bytes: int = CACHE_BYTES, limits: VideoLimits = COMMAND_LINE
    ) -> None:
        """Open a file and read the durations of its frames.

        Args:
            source: a path, the bytes of a file, or an open file.
            name: the file's name in error messages; by default that of the path.
            cache_bytes: memory for decoded frames.
            limits: what is refused.

        Raises:
            InputError: the file is missing, empty, damaged, too large, or not an image.
        """
        self.name = name or (source.name if isinstance(source, Path) else message("animation"))
        self.read_error, self._content = "", _content(source)
        self._frames: OrderedDict[int, Frame] = OrderedDict()
        self._limits, self._deadline = limits, Deadline(self.name, limits.open_s, time.thread_time)
        with decoding(self.name):
            self._image: Any = open_image(self._content, self.name, self._deadline)
            self._size = self._image.size  # a later frame of a GIF may be larger; browsers cut it off
            # A PNG may begin with a picture for programs that know no animations.
            self._first = 1 if self._image.info.get("default_image") else 0
            *starts, self.duration = _times(self._read_infos())
        self.timestamps, self.fps = tuple(starts), len(starts) / self.duration
        limits.check_length(self.name, len(starts), self.duration)
        width, height = self._size
        self.capacity = max(2, cache_bytes // (3 * width * height))

    def _frame_count(self) -> int:
        try:
            return int(self._image.n_frames)
        except InputError:
            raise
        except DECODE_ERRORS:  # a GIF that ends within the header of a frame
            return sys.maxsize

    def _check_size(self, count: int) -> None:
        (width, height), limits = self._size, self._limits
        if width * height > limits.pixels:
            raise InputError(
                message(
                    "{name}: expected at most {megapixels:.1f} megapixels, got {width} x {height}; scale it down",
                    name=self.name,
                    megapixels=limits.pixels / 1e6,
                    width=width,
                    height=height,
                )
            )
        too_many = count > limits.animation_frames or count * width * height > limits.animation_pixels
        if count < sys.maxsize and too_many:
            raise InputError(
                message(
                    "{name}: {count} frames of {width} x {height} pixels are too many for an animated image; "
                    "convert it to MP4",
                    name=self.name,
                    count=count,
                    width=width,
                    height=height,
                )
            )

    def _read_infos(self) -> list[dict[str, Any]]:
        """What Pillow knows about each frame, up to the end of the file or to where it is damaged."""
        count, infos = self._frame_count(), list[dict[str, Any]]()
        self._check_size(count)
        for number in range(self._first, count):
            self._check_size(len(infos))
            self._deadline.check()
            try:
                self._image.seek(number)
                self._image.load()
            except InputError:
                raise
            except DECODE_ERRORS:
                if not infos:
                    raise
                self.read_error = message("the animation is incomplete")
                break
            infos.append(dict(self._image.info))
        return infos

    def frame(self, index: int) -> Frame:
        """A frame by its index.

        Raises:
            InputError: the file is damaged there.
        """
        if index in self._frames:
            self._frames.move_to_end(index)
            return self._frames[index]
        is_later = index + self._first > self._image.tell()
        for number in range(index if is_later else max(0, index - min(_KEPT_FRAMES, self.capacity - 1)), index):
            self._keep(number)
        return self._keep(index)

    def _keep(self, index: int) -> Frame:
        """Decode a frame and put it into the cache."""
        frame = self._frames[index] = Frame(self._decode(index), self.timestamps[index])
        while len(self._frames) > self.capacity:
            self._frames.popitem(last=False)
        return frame

    def _decode(self, index: int) -> Image:
        self._deadline.restart()
        with decoding(self.name):
            if index + self._first < self._image.tell():  # Pillow cannot seek back in every PNG
                self._image.close()
                self._image = open_image(self._content, self.name, self._deadline)
            self._image.seek(index + self._first)
            upright = ImageOps.exif_transpose(self._shown())
            return np.array(to_rgb(upright))

    def _shown(self) -> Pillow.Image:
        image: Pillow.Image = self._image
        image.load()
        return image if image.size == self._size else image.crop((0, 0, *self._size))

    def __iter__(self) -> Iterator[Frame]:
        return (self.frame(index) for index in range(len(self.timestamps)))

    def close(self) -> None:
        """Close the file."""
        self._image.close()

    def __enter__(self) -> Animation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _content(source: Source) -> Path | bytes:
    """A path, or the bytes of an open file from its start."""
    if isinstance(source, Path | bytes):
        return source
    source.seek(0)
    data = source.read()
    source.seek(0)
    return data


def _times(infos: list[dict[str, Any]]) -> Iterator[float]:
    """The starts of all frames and the end of the last one, in seconds."""
    time = 0.0
    for info, following in zip(infos, [*infos[1:], {}], strict=True):
        yield time / 1000
        duration = info.get("duration") or 0
        if "timestamp" in following:  # exact, while the durations of AVIF frames are rounded
            duration = following["timestamp"] - info["timestamp"]
        time += duration if duration > _SHORTEST_MS else _REPLACED_MS
    yield time / 1000
