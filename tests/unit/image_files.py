"""Image files and animations of every kind, made with Pillow."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
from PIL import Image as Pillow

ANIMATED_FORMATS = ("GIF", "WEBP", "PNG", "AVIF")


def file_of(image, file_format="PNG", **options) -> bytes:
    """The bytes of an image file; ``image`` is an array or an image of Pillow."""
    image = Pillow.fromarray(image) if isinstance(image, np.ndarray) else image
    buffer = io.BytesIO()
    if file_format == "HEIF":  # without registering it in Pillow, which is what is tested
        heif = pillow_heif.from_pillow(image)
        for other in options.pop("append_images", ()):
            heif.add_from_pillow(other)
        heif.save(buffer, **options)
    else:
        image.save(buffer, file_format, **options)
    return buffer.getvalue()


def animation(file_format="GIF", durations=(100,) * 6, size=(64, 48), noise=False, **options) -> bytes:
    """An animation whose frame i has the gray level 30 * i; durations in milliseconds."""
    random = np.random.default_rng(0)
    shape = (size[1], size[0], 3)
    images = [
        random.integers(0, 256, shape, np.uint8) if noise else np.full(shape, 30 * index, np.uint8)
        for index in range(len(durations))
    ]
    first, *others = (Pillow.fromarray(image) for image in images)
    lossless = {"WEBP": {"lossless": True}, "AVIF": {"quality": 95}}.get(file_format, {})
    options |= {"save_all": True, "append_images": others, "duration": list(durations)}
    return file_of(first, file_format, **lossless, **options)
