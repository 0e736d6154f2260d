"""The video stream of a file, its first packets, and whether the file is complete."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import av
from av.stream import Disposition

from pose_demo.io.limits import COMMAND_LINE, PAGE
from pose_demo.io.timing import declared_end
from pose_demo.messages import message
from pose_demo.types import InputError

READ_ERRORS = (av.error.FFmpegError, ValueError)  # raised by PyAV when it reads or decodes a damaged file

_NO_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_HEAD_PACKETS = 60  # two seconds
_COMPLETE_FRACTION = 0.9  # of the declared duration: some formats know it only about


def open_stream(container: Any, label: str, max_pixels: int = COMMAND_LINE.pixels) -> Any:
    """The stream to show (see `best_video_stream`), ready to be decoded.

    Args:
        container: the open file.
        label: the file's name in error messages.
        max_pixels: of a frame. Later ones may be larger than the first, up to 4K.

    Raises:
        InputError: the file has no video, or larger frames.
    """
    stream = best_video_stream(container, label)
    if stream.codec_context is None:
        raise InputError(message("{name}: its video codec is unknown; convert it to MP4 (H.264)", name=label))
    pixels = _pixels(stream)
    if not 0 < pixels <= max_pixels:  # FFmpeg leaves the size out where it is beyond the limit
        raise InputError(
            message(
                "{name}: expected frames of at most {megapixels:.1f} megapixels, got {found}; scale the video down",
                name=label,
                megapixels=max_pixels / 1e6,
                found=message("{width} x {height} pixels", width=stream.width, height=stream.height)
                if pixels
                else message("frames of an unknown size"),
            )
        )
    max_pixels = min(max_pixels, max(pixels, PAGE.pixels))
    stream.codec_context.options = {**stream.codec_context.options, "max_pixels": str(max_pixels)}
    stream.thread_type = "AUTO"
    return stream


def best_video_stream(container: Any, label: str) -> Any:
    """The stream to show: no cover art and no thumbnail, and otherwise FFmpeg's choice.

    Args:
        container: the open file.
        label: the file's name in error messages.

    Raises:
        InputError: the file has no video.
    """
    streams = [stream for stream in container.streams.video if not stream.disposition & _NO_VIDEO]
    if not streams:
        raise InputError(
            message("{name}: the file has sound and a cover picture but no video; choose a video", name=label)
            if container.streams.video
            else message("{name}: the file has no video stream; choose a video", name=label)
        )
    lengths = [_length(container, stream) for stream in streams]
    streams = [stream for stream, length in zip(streams, lengths, strict=True) if length >= max(lengths) / 2]
    best = container.streams.best("video")
    return best if best in streams else max(streams, key=_pixels)


def _pixels(stream: Any) -> int:
    return 0 if stream.codec_context is None else int(stream.width * stream.height)


def _length(container: Any, stream: Any) -> float:
    """Seconds from the start of a file to the end of a stream; that of the file if unknown."""
    return declared_end(container, stream)[0] or 0.0


def peek(packets: Iterator[Any]) -> tuple[list[Any], Iterator[Any]]:
    """The first packets, and an iterator over all of them, which raises at its place what reading raised."""
    head: list[Any] = []
    try:
        for packet in itertools.islice(packets, _HEAD_PACKETS):
            head.append(packet)  # those before an error are kept
    except READ_ERRORS as error:
        return head, itertools.chain(head, _failing(error))
    return head, itertools.chain(head, packets)


def _failing(error: Exception) -> Iterator[Any]:
    raise error
    yield


def undecodable(label: str, read_error: str) -> InputError:
    """The error for a file without a frame that can be decoded, with the reason if there is one."""
    if not read_error:
        return InputError(message("{name}: no frame can be decoded; save or download it again", name=label))
    return InputError(
        message("{name}: no frame can be decoded ({reason}); save or download it again", name=label, reason=read_error)
    )


def truncation(container: Any, stream: Any, end: float) -> str:
    """How a file that was read to its end is truncated; empty if it is not. FFmpeg reports no error for it.

    Args:
        container: the open file.
        stream: its video stream.
        end: the end of the last frame in seconds on the file's clock.
    """
    expected, is_of_stream = declared_end(container, stream)
    if "mp4" in container.format.name:  # its index tells where the frames are; its durations include edits
        entries = stream.index_entries
        is_cut = len(entries) > 0 and entries[-1].pos + entries[-1].size > container.size
    else:
        is_cut = expected is not None and is_of_stream and end < _COMPLETE_FRACTION * expected
    if not is_cut:
        return ""
    return message("the file is truncated: expected {expected:.1f} s, got {end:.1f} s", expected=expected or 0, end=end)
