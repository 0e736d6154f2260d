"""Random access to the frames of a file, whatever kind of video it is."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from pose_demo.io.animation import Animation, is_animation
from pose_demo.io.formats import Kind, recognize
from pose_demo.io.limits import COMMAND_LINE, VideoLimits
from pose_demo.io.seek import CACHE_BYTES, SeekableFrames, SeekableVideo
from pose_demo.messages import message
from pose_demo.types import InputError


def open_seekable(
    source: Path | BinaryIO, name: str, cache_bytes: int = CACHE_BYTES, limits: VideoLimits = COMMAND_LINE
) -> SeekableFrames:
    """Open a video or an animated image.

    Args:
        source: a path or an open file.
        name: the file's name in error messages.
        cache_bytes: memory for decoded frames.
        limits: what is refused.

    Raises:
        InputError: it cannot be read, is beyond a limit, or is a still image.
    """
    if is_animation(source):
        return Animation(source, name, cache_bytes, limits)
    file_format = recognize(source)
    if file_format and file_format.kind is Kind.IMAGE:
        found = file_format.in_words
        raise InputError(message("{name}: expected a video, got {found}; open it as a photo", name=name, found=found))
    return SeekableVideo(source, name, cache_bytes, limits)
