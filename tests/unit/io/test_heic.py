"""HEIC and AVIF photos: all tiles, rotated once, and refused if a part is missing."""

from __future__ import annotations

import numpy as np
import pytest
from image_files import file_of
from PIL import Image as Pillow

from pose_demo.io.images import read_image, read_rgba
from pose_demo.types import InputError

EXIF_ORIENTATION = 0x0112
NOISE = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
QUARTERS = np.kron(
    np.array([[[200, 60, 60], [60, 200, 60]], [[60, 60, 200], [120, 120, 120]]], np.uint8),
    np.ones((64, 96, 1), np.uint8),
)


def quarters(image):
    height, width = image.shape[:2]
    return [image[y, x].astype(int) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]


def test_all_tiles_of_a_heic_are_read():
    data = file_of(QUARTERS, "HEIF", tile_size=64, quality=90)
    assert data.count(b"hvc1") > 4 and b"grid" in data
    image = read_image(data)
    assert image.shape == QUARTERS.shape and np.abs(np.subtract(quarters(image), quarters(QUARTERS))).max() < 12


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("file_format", ["HEIF", "AVIF"])
def test_rotation_of_a_heic_or_avif_is_applied_once(file_format, orientation):
    exif = Pillow.Exif()
    exif[EXIF_ORIENTATION] = orientation
    turned = np.rot90(QUARTERS, {1: 0, 3: 2, 6: 3, 8: 1}[orientation])
    data = file_of(QUARTERS, file_format, quality=90, exif=exif.tobytes())
    if file_format == "HEIF":  # the container alone counts; many phones write both
        assert b"irot" in data or orientation == 1
    image = read_image(data)
    assert image.shape == turned.shape and np.abs(np.subtract(quarters(image), quarters(turned))).max() < 12


@pytest.mark.parametrize("file_format", ["HEIF", "AVIF"])
def test_transparency_of_heic_and_avif(file_format):
    half = Pillow.new("RGBA", (64, 64), (255, 0, 0, 128))
    data = file_of(half, file_format, quality=95)
    assert np.abs(read_image(data)[30, 30].astype(int) - (255, 127, 127)).max() < 6
    assert abs(int(read_rgba(data)[30, 30, 3]) - 128) < 4


def test_the_main_image_of_a_heic_collection_is_read():
    images = [Pillow.new("RGB", (64, 64), color) for color in ("red", "blue")]
    data = file_of(images[0], "HEIF", save_all=True, append_images=images[1:], primary_index=1)
    assert read_image(data)[30, 30].tolist()[2] > 240


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("file_format", ["HEIF", "AVIF"])
def test_a_truncated_heic_or_avif_is_refused(file_format, part):
    data = file_of(NOISE, file_format, **({"tile_size": 64} if file_format == "HEIF" else {}))
    with pytest.raises(InputError, match=r"^photo: the image is damaged"):
        read_image(data[: max(40, int(part * len(data)))], "photo")
