"""Read and write image files."""

from __future__ import annotations

import io
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from pose_demo.imaging import as_uint8
from pose_demo.io.atomic import AtomicFile
from pose_demo.types import Image, InputError, Mask, check_image

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")

MAX_IMAGE_BYTES = 64_000_000
MAX_IMAGE_PIXELS = 100_000_000
MAX_SIDE = 16_384

# Pillow raises any of these on a damaged file.
_DECODE_ERRORS = (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, LookupError, ArithmeticError)

_OUTPUT_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def read_image(source: Path | bytes, name: str = "") -> Image:
    """Read an image file as RGB: rotated by its EXIF orientation, transparency on white, gray converted to RGB.

    Args:
        source: a path, or the bytes of an uploaded file.
        name: the file's name in error messages; by default that of the path.

    Raises:
        InputError: the file is missing, empty, too large, damaged, or not an image.
    """
    return _read(source, name, _to_rgb)


def read_rgba(source: Path | bytes, name: str = "") -> npt.NDArray[np.uint8]:
    """Read an image file as RGBA, uint8 ``(height, width, 4)``; see `read_image`."""
    return _read(source, name, lambda image: image.convert("RGBA"))


def _read(source: Path | bytes, name: str, convert: Callable[[Pillow.Image], Pillow.Image]) -> npt.NDArray[np.uint8]:
    label = name or (source.name if isinstance(source, Path) else "image")
    data = _read_bytes(source, label)
    try:
        with Pillow.open(io.BytesIO(data)) as image:
            _check_size(image.size, label)
            return np.array(convert(ImageOps.exif_transpose(image)))
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(f"{label}: not an image that can be read; use JPEG, PNG or WebP") from None
    except Pillow.DecompressionBombError:
        raise InputError(f"{label}: too many pixels; scale it down below 100 megapixels") from None
    except _DECODE_ERRORS as error:
        raise InputError(f"{label}: the image is damaged ({error}); save or download it again") from None


def _read_bytes(source: Path | bytes, label: str) -> bytes:
    if isinstance(source, Path):
        check_file(source)
        size = source.stat().st_size
    else:
        size = len(source)
    if not size:
        raise InputError(f"{label}: the file is empty (0 bytes); save or download it again")
    if size > MAX_IMAGE_BYTES:
        raise InputError(f"{label}: expected an image under {MAX_IMAGE_BYTES / 1e6:.0f} MB, got {size / 1e6:.0f} MB")
    return source.read_bytes() if isinstance(source, Path) else source


def check_file(path: Path) -> None:
    """Check that a path is a readable file.

    Raises:
        InputError: it is not; the message says why.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be opened ({reason}); check the name") from None
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: not a file; expected the path of a file")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path}: cannot be opened (no read permission); check its permissions")


def _check_size(size: tuple[int, int], label: str) -> None:
    width, height = size
    if width * height > MAX_IMAGE_PIXELS or max(width, height) > MAX_SIDE:
        raise InputError(f"{label}: {width} x {height} pixels are too many; scale it down below 100 megapixels")


def _to_rgb(image: Pillow.Image) -> Pillow.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return Pillow.fromarray(_to_uint8(np.asarray(image, np.float32))).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Pillow.new("RGBA", image.size, "white")
        return Pillow.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _to_uint8(gray: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Gray values scaled to 0..255 from 0..65535 if any is over 255; otherwise they are only clipped."""
    gray = np.nan_to_num(gray)
    highest = 65535.0 if gray.max() > 255 else 255.0
    return (gray * (255.0 / highest)).clip(0, 255).astype(np.uint8)


def encode_image(image: Image, file_format: str = "PNG") -> bytes:
    """The bytes of a PNG or JPEG file."""
    buffer = io.BytesIO()
    Pillow.fromarray(check_image(image)).save(buffer, file_format, quality=88)
    return buffer.getvalue()


def encode_mask(mask: Mask) -> bytes:
    """The bytes of a PNG file with one channel, compressed for speed."""
    _, data = cv2.imencode(".png", mask, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return data.tobytes()


def decode_mask(data: bytes) -> Mask:
    """The mask of `encode_mask`."""
    mask = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise InputError("segmentation mask: the PNG file is damaged; delete it, and it is computed again")
    return as_uint8(mask)


def encode_jpeg(image: Image, quality: int = 85) -> bytes:
    """The bytes of a JPEG file; three times as fast as `encode_image`, for images that are shown only briefly."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def write_image(path: Path, image: Image) -> None:
    """Write a PNG or JPEG file atomically.

    Raises:
        InputError: the suffix is another one, or the file cannot be written.
    """
    if path.suffix.lower() not in _OUTPUT_FORMATS:
        raise InputError(f"{path}: expected a name ending in .png or .jpg")
    with AtomicFile(path) as temporary:
        temporary.write_bytes(encode_image(image, _OUTPUT_FORMATS[path.suffix.lower()]))


def is_image(path: Path) -> bool:
    """Whether a path has the suffix of an image file."""
    return path.suffix.lower() in IMAGE_SUFFIXES
