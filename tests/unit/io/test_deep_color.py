"""Images of more than 8 bits look as those of 8 bits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from image_files import file_of
from PIL import Image as Pillow

from pose_demo.io.images import read_image, read_rgba
from pose_demo.types import InputError

EXIF_ORIENTATION = 0x0112
RAMP = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
COLORS = np.stack((RAMP, RAMP[:, ::-1], RAMP // 2), axis=2)


def opencv_file(array, suffix=".tiff"):
    """A file that Pillow cannot write; colors are RGB or RGBA."""
    order = [2, 1, 0, *([3] if array.ndim == 3 and array.shape[2] == 4 else [])]
    array = np.ascontiguousarray(array[..., order]) if array.ndim == 3 else array
    return cv2.imencode(suffix, array)[1].tobytes()


@pytest.mark.parametrize(
    "data",
    [
        file_of((RAMP / 255).astype(np.float32), "TIFF"),
        file_of(RAMP.astype(np.float32), "TIFF"),
        file_of(RAMP.astype(np.float32) * 257, "TIFF"),
        opencv_file(RAMP / 255),
        file_of(RAMP.astype(np.uint16) * 16),
        file_of(RAMP.astype(np.uint16) * 16, "TIFF"),
        opencv_file(RAMP.astype(np.uint16) * 16, ".jp2"),
        file_of(RAMP.astype(np.uint16) * 257),
        file_of(RAMP.astype(np.int32) * 257, "TIFF"),
        file_of(RAMP.astype(np.int32) * 1_000_000, "TIFF"),
    ],
    ids=[
        "floats to 1", "floats to 255", "floats to 65535", "doubles to 1", "12 bits", "12 bits in TIFF",
        "12 bits in JPEG 2000", "16 bits", "16 of 32 bits", "32 bits",
    ],
)  # fmt: skip
def test_gray_of_every_depth_is_the_picture_of_8_bits(data):
    for image in (read_image(data), read_rgba(data)[..., :3]):
        assert np.abs(image.astype(int) - RAMP[..., None]).max() <= 1


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("scale", [16, 257], ids=["12 bits", "16 bits"])
def test_colors_of_16_bits_are_those_of_8_bits(suffix, scale):
    image = read_image(opencv_file(COLORS.astype(np.uint16) * scale, suffix))
    assert np.abs(image.astype(int) - COLORS).max() <= 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_colors_of_floats_are_those_of_8_bits(dtype):
    assert np.abs(read_image(opencv_file((COLORS / 255).astype(dtype))).astype(int) - COLORS).max() <= 1


def test_transparency_of_16_bits():
    transparent = np.full((64, 256, 1), 32768, np.uint16)
    data = opencv_file(np.concatenate((COLORS.astype(np.uint16) * 257, transparent), axis=2), ".png")
    assert read_rgba(data)[0, 9].tolist() == [*COLORS[0, 9], 127]


def test_orientation_of_a_png_of_16_bits_is_applied():
    exif = Pillow.Exif()
    exif[EXIF_ORIENTATION] = 6
    chunk = file_of(COLORS, exif=exif)
    start = chunk.index(b"eXIf") - 4
    exif_chunk = chunk[start : start + 12 + int.from_bytes(chunk[start : start + 4])]
    data = opencv_file(COLORS.astype(np.uint16) * 257, ".png")
    image = read_image(data[:33] + exif_chunk + data[33:])  # after the header
    assert np.abs(image.astype(int) - np.rot90(COLORS, 3)).max() <= 1


@pytest.mark.parametrize("size", [(20_000, 20_000), (16_400, 2)])
def test_a_tiff_of_floats_with_too_many_pixels_is_refused_before_it_is_decoded(size, monkeypatch):
    data = bytearray(opencv_file((COLORS / 255).astype(np.float32)))
    monkeypatch.setattr("pose_demo.io.images.read_deep", None)
    monkeypatch.setattr("pose_demo.io.images.tiff_size", lambda data: size)
    with pytest.raises(InputError, match="pixels"):
        read_image(bytes(data))
