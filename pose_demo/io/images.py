"""Read and write image files."""

from __future__ import annotations

import io
import os
import stat
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from pose_demo.imaging import as_uint8
from pose_demo.io.atomic import AtomicFile
from pose_demo.io.deep_color import is_deep, read_deep, tiff_size
from pose_demo.io.formats import Kind, recognize
from pose_demo.io.gray_levels import to_uint8
from pose_demo.io.limits import (
    IMAGE_CPU_S,
    MAX_DEEP_PIXELS,
    MAX_IMAGE_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_IMAGE_SIDE,
    MAX_JPEG_PIXELS,
    MAX_RICH_PIXELS,
    PAGE_IMAGE_PIXELS,
    Deadline,
)
from pose_demo.io.reasons import reason
from pose_demo.messages import message
from pose_demo.types import Image, InputError, Mask, check_image

Pillow.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS  # it warns above it; `_check_size` refuses

# Pillow, pillow-heif and OpenCV raise any of these on a damaged file.
DECODE_ERRORS = (
    *(OSError, ValueError, SyntaxError, EOFError, struct.error),
    *(TypeError, LookupError, ArithmeticError, RuntimeError, AssertionError, cv2.error),
)

_BOXES = (b"ftyp", b"meta", b"mdat", b"moov")  # of HEIC and AVIF files; what else follows is none of ours

# Several visitors may upload large images at the same time; the memory is enough for one.
_decoding_large = threading.Lock()

_NOT_SCALABLE = ("PA", "I;16")  # modes of Pillow; such images are scaled after they were converted

_TOO_LARGE = message(
    "{name}: expected an image of at most {megapixels:.0f} megapixels and {side:,} pixels in each direction, "
    "got {width} x {height}; scale it down"
)
_TOO_LARGE_KINDS = {
    MAX_RICH_PIXELS: message(
        "{name}: expected an image with transparency of at most {megapixels:.0f} megapixels and {side:,} pixels "
        "in each direction, got {width} x {height}; scale it down"
    ),
    MAX_DEEP_PIXELS: message(
        "{name}: expected an image with more than 8 bits in a color of at most {megapixels:.0f} megapixels and "
        "{side:,} pixels in each direction, got {width} x {height}; scale it down"
    ),
}

_OUTPUT_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def read_image(source: Path | bytes, name: str = "", max_pixels: int | None = None) -> Image:
    """Read an image file as RGB: rotated as it says, transparency on white, gray converted to RGB.

    Images of 16 bits or of floats are scaled as in `pose_demo.io.gray_levels`. Of a file with several images the
    main one is read, which is the first one of an animation.

    Args:
        source: a path, or the bytes of an uploaded file.
        name: the file's name in error messages; by default that of the path.
        max_pixels: a larger image is scaled down; None for its own size.

    Raises:
        InputError: the file is missing, empty, too large, damaged, or not an image.
    """
    return _read(source, name, to_rgb, max_pixels)


def read_rgba(source: Path | bytes, name: str = "", max_pixels: int | None = None) -> npt.NDArray[np.uint8]:
    """Read an image file as RGBA, uint8 ``(height, width, 4)``; see `read_image`."""
    return _read(source, name, lambda image: _to_8_bits(image).convert("RGBA"), max_pixels)


def _read(
    source: Path | bytes, name: str, convert: Callable[[Pillow.Image], Pillow.Image], max_pixels: int | None
) -> npt.NDArray[np.uint8]:
    label = name or (source.name if isinstance(source, Path) else message("image"))
    data = _read_bytes(source, label)
    with decoding(label), open_image(data, label) as image:
        is_large = image.width * image.height > PAGE_IMAGE_PIXELS
        with _decoding_large if is_large else nullcontext():
            _scale_down(image, max_pixels)
            upright = convert(ImageOps.exif_transpose(_with_all_bits(image, data)))
            _scale_down(upright, max_pixels)
            return np.array(upright)


def _scale_down(image: Pillow.Image, max_pixels: int | None) -> None:
    """Scale an image down in place; a JPEG is decoded at a fraction of its size, which takes less memory."""
    width, height = image.size
    if max_pixels is None or width * height <= max_pixels or image.mode.startswith(_NOT_SCALABLE) or is_deep(image):
        return
    scale = (max_pixels / (width * height)) ** 0.5
    size = max(1, int(width * scale)), max(1, int(height * scale))
    image.draft(None, size)
    image.thumbnail(size)


def _with_all_bits(image: Pillow.Image, data: bytes) -> Pillow.Image:
    if not is_deep(image):
        return image
    deep = read_deep(data)
    if image.format == "PNG":  # OpenCV itself turns TIFF files
        deep.info["exif"] = image.getexif().tobytes()
    return deep


@contextmanager
def decoding(label: str) -> Iterator[None]:
    """Turn the errors that Pillow raises on a damaged file into `InputError`."""
    try:
        yield
    except InputError:
        raise
    except Pillow.DecompressionBombError:
        raise InputError(
            message(
                "{name}: expected at most {megapixels:.0f} megapixels; scale it down",
                name=label,
                megapixels=MAX_IMAGE_PIXELS / 1e6,
            )
        ) from None
    except DECODE_ERRORS as error:
        is_unknown = isinstance(error, UnidentifiedImageError)
        found = message("its content is incomplete or unknown") if is_unknown else reason(error)
        raise _damaged(label, found) from None


def _damaged(label: str, reason: str) -> InputError:
    text = message("{name}: the image is damaged ({reason}); save or download it again", name=label, reason=reason)
    return InputError(text)


class _TimedFile(io.BytesIO):
    """The content of a file; Pillow, which reads it in small parts, fails when that takes too long."""

    def __init__(self, data: bytes, deadline: Deadline) -> None:
        super().__init__(data)
        self._deadline = deadline

    def read(self, size: int | None = -1, /) -> bytes:
        self._deadline.check()
        return super().read(size)


def open_image(source: Path | bytes, label: str, deadline: Deadline | None = None) -> Pillow.Image:
    """Open an image file with Pillow, without decoding its pixels; use it within `decoding`.

    Args:
        source: a path, or the bytes of a file.
        label: the file's name in error messages.
        deadline: for everything that is read; by default that of a still image.

    Raises:
        InputError: the file is missing, empty, too large, or not an image.
    """
    data = _read_bytes(source, label)
    file_format = recognize(data)
    if file_format is None:
        raise InputError(message("{name}: not an image that can be read; use JPEG, PNG, HEIC or WebP", name=label))
    if file_format.name == "HEIF":
        import pillow_heif  # here: it loads 27 MB of codecs

        pillow_heif.register_heif_opener(thumbnails=False)
    if file_format.name in ("HEIF", "AVIF") and _is_truncated(data):
        raise _damaged(label, message("the file is truncated"))
    try:
        image = Pillow.open(_TimedFile(data, deadline or _image_deadline(label)), formats=[file_format.name])
    except UnidentifiedImageError:
        if file_format.name != "TIFF":
            raise
        _check_size(tiff_size(data), label, MAX_DEEP_PIXELS)
        with _decoding_large:
            return read_deep(data)
    _check_size(image.size, label, _max_pixels(image))
    return image


def _max_pixels(image: Pillow.Image) -> int:
    """The largest number of pixels of an image of this kind."""
    if is_deep(image):
        return MAX_DEEP_PIXELS
    if image.has_transparency_data:
        return MAX_RICH_PIXELS
    return MAX_JPEG_PIXELS if image.format == "JPEG" else MAX_IMAGE_PIXELS


def _is_truncated(data: bytes) -> bool:
    """Whether a box of an HEIC or AVIF file ends after the file; the decoders leave the missing part black."""
    start = 0
    while start + 16 <= len(data):
        size, kind = int.from_bytes(data[start : start + 4]), data[start + 4 : start + 8]
        if size == 1:
            size = int.from_bytes(data[start + 8 : start + 16])
        if size < 8 or kind not in _BOXES:
            return False
        start += size
    return start > len(data)


def _read_bytes(source: Path | bytes, label: str) -> bytes:
    if isinstance(source, Path):
        check_file(source)
        size = source.stat().st_size
    else:
        size = len(source)
    if not size:
        raise InputError(message("{name}: the file is empty (0 bytes); save or download it again", name=label))
    file_format = recognize(source)
    if file_format and file_format.kind is not Kind.IMAGE:
        raise InputError(
            message(
                "{name}: expected an image, got {found}; choose a JPEG, PNG, HEIC or WebP file",
                name=label,
                found=file_format.in_words,
            )
        )
    if size > MAX_IMAGE_BYTES:
        raise InputError(
            message(
                "{name}: expected an image under {limit:.0f} MB, got {size:.0f} MB; scale it down",
                name=label,
                limit=MAX_IMAGE_BYTES / 1e6,
                size=size / 1e6,
            )
        )
    return source.read_bytes() if isinstance(source, Path) else source


def check_file(path: Path) -> None:
    """Check that a path is a readable file.

    Raises:
        InputError: it is not; the message says why.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        text = message("{path}: cannot be opened ({reason}); check the name", path=path, reason=reason(error))
        raise InputError(text) from None
    if not stat.S_ISREG(mode):
        raise InputError(message("{path}: not a file; expected the path of a file", path=path))
    if not os.access(path, os.R_OK):
        raise InputError(message("{path}: cannot be opened (no read permission); check its permissions", path=path))


def _image_deadline(label: str) -> Deadline:
    """The time of this thread, so that a busy machine refuses nothing."""
    return Deadline(label, IMAGE_CPU_S, time.thread_time)


def _check_size(size: tuple[int, int], label: str, limit: int) -> None:
    width, height = size
    if width * height > limit or max(size) > MAX_IMAGE_SIDE:
        values = {"megapixels": limit / 1e6, "side": MAX_IMAGE_SIDE, "width": width, "height": height}
        raise InputError(message(_TOO_LARGE_KINDS.get(limit, _TOO_LARGE), name=label, **values))


def to_rgb(image: Pillow.Image) -> Pillow.Image:
    """Convert an image to RGB, transparency on white."""
    image = _to_8_bits(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Pillow.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        return white.convert("RGB")
    return image.convert("RGB")


def _to_8_bits(image: Pillow.Image) -> Pillow.Image:
    """The image, if it is gray with more than 8 bits scaled to 8; Pillow itself would clip it."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return Pillow.fromarray(to_uint8(np.asarray(image)))
    return image


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
        raise InputError(message("segmentation mask: the PNG file is damaged; delete it, and it is computed again"))
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
