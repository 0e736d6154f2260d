"""Images that Pillow cannot hold: several channels of 16 bits or floats, and floats of 64 bits, read with OpenCV."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import TiffImagePlugin
from PIL.TiffTags import TAGS_V2

from pose_demo.io.gray_levels import to_uint8

_WIDTH, _HEIGHT = (
    next(tag for tag, info in TAGS_V2.items() if info.name == name) for name in ("ImageWidth", "ImageLength")
)


def is_deep(image: Pillow.Image) -> bool:
    """Whether a PNG or TIFF file that Pillow opened has several channels of 16 bits: Pillow drops the lower 8."""
    tiles = getattr(image, "tile", [])[:1]
    return image.format in ("PNG", "TIFF") and image.mode in ("RGB", "RGBA") and ";16" in str(tiles)


def tiff_size(data: bytes) -> tuple[int, int]:
    """(width, height) of a TIFF file, also of one that Pillow cannot open."""
    directory = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
    file = io.BytesIO(data)
    file.seek(directory.next)
    directory.load(file)
    return int(directory[_WIDTH]), int(directory[_HEIGHT])


def read_deep(data: bytes) -> Pillow.Image:
    """The image with 8 bits in each channel, gray, RGB or RGBA; the channels of colors have one scale.

    Raises:
        ValueError: OpenCV cannot read it either.
    """
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("its pixels have an unknown format")
    if pixels.ndim == 2:
        return Pillow.fromarray(to_uint8(pixels))
    colors = to_uint8(pixels[:, :, 2::-1])  # OpenCV has blue first
    if pixels.shape[2] < 4:
        return Pillow.fromarray(colors)
    result = np.empty(pixels.shape, np.uint8)
    result[:, :, :3] = colors
    for row, alpha in enumerate(pixels[:, :, 3]):  # floats of all rows together would take eight times their memory
        opacity = alpha // 257 if alpha.dtype == np.uint16 else np.nan_to_num(alpha * 255.0, nan=0.0).clip(0, 255)
        result[row, :, 3] = opacity
    return Pillow.fromarray(result)
