"""The colors of video frames: from decoded frames to RGB images, and back for an encoder.

A frame is tagged with its matrix (YCbCr to RGB), range, transfer function and primaries, as ITU-T H.273 numbers them.
What is not tagged is assumed as players do. Source: ITU-R BT.601, BT.709, BT.2020.
"""

from __future__ import annotations

import threading
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from pose_demo.io.tone_mapping import BT709, BT2020, DISPLAY_P3, HLG, PQ, to_srgb
from pose_demo.types import Image

BT601 = 6  # the matrix of SD video; `BT709`, that of HD video, also is a transfer function and primaries

_MATRICES: dict[int, Colorspace] = {
    BT709: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    BT601: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    BT2020: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
_HD_WIDTH, _HD_HEIGHT = 1280, 720  # one of them suffices: phones record in portrait format

_local = threading.local()


def to_image(frame: av.VideoFrame, untagged: int | None = None) -> Image:
    """The RGB image of a decoded frame, in the colors that a player shows; HDR is tone-mapped.

    Args:
        frame: in any pixel format.
        untagged: the matrix of a frame that is not tagged, `BT601` or `BT709`; by default that of its size.
    """
    transfer, primaries = frame.color_trc, frame.color_primaries
    if transfer in (PQ, HLG) and primaries not in (BT709, DISPLAY_P3):
        primaries = BT2020
    if transfer in (PQ, HLG) or primaries in (BT2020, DISPLAY_P3):
        untagged = BT2020 if primaries == BT2020 else untagged
        return to_srgb(_to_rgb(frame, "rgb48le", untagged), transfer, primaries)
    return np.asarray(_to_rgb(frame, "rgb24", untagged), np.uint8)


def _to_rgb(frame: av.VideoFrame, pixel_format: str, untagged: int | None) -> npt.NDArray[Any]:
    is_rgb = frame.format.is_rgb or frame.format.has_palette
    converted = _reformatter().reformat(
        frame,
        format=pixel_format,
        src_colorspace=None if is_rgb else _matrix(frame, untagged),
        src_color_range=frame.color_range or _default_range(frame, is_rgb),
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    return converted.to_ndarray()


def _matrix(frame: av.VideoFrame, untagged: int | None) -> Colorspace:
    tagged = _MATRICES.get(frame.colorspace)
    return tagged or _MATRICES[untagged or matrix_of_size(frame.width, frame.height)]


def matrix_of_size(width: int, height: int) -> int:
    """The matrix that players assume for a video of this size, `BT709` from 720p on or `BT601`."""
    return BT709 if width >= _HD_WIDTH or height >= _HD_HEIGHT else BT601


def _default_range(frame: av.VideoFrame, is_rgb: bool) -> ColorRange:
    if frame.format.name.startswith("yuvj"):
        return ColorRange.JPEG
    return ColorRange.UNSPECIFIED if is_rgb or len(frame.format.components) < 3 else ColorRange.MPEG


def tag(codec_context: Any) -> None:
    """Tag the video of an encoder as `to_frame` makes its frames; its width and height are set."""
    codec_context.colorspace = matrix_of_size(codec_context.width, codec_context.height)
    codec_context.color_primaries = codec_context.color_trc = BT709
    codec_context.color_range = ColorRange.MPEG


def to_frame(image: Image) -> av.VideoFrame:
    """A frame in yuv420p, limited range, with the matrix of its size.

    Args:
        image: RGB with even width and height.
    """
    height, width = image.shape[:2]
    return _reformatter().reformat(
        av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24"),
        format="yuv420p",
        dst_colorspace=_MATRICES[matrix_of_size(width, height)],
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )


def _reformatter() -> VideoReformatter:
    """That of the calling thread: a new one for each frame would cost more than the conversion."""
    if not hasattr(_local, "reformatter"):
        _local.reformatter = VideoReformatter()
    reformatter: VideoReformatter = _local.reformatter
    return reformatter
