"""Reads and writes picture files, and says plainly what is wrong with a bad one."""

from __future__ import annotations

import io
import os
import stat
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from pose_demo.types import Image, InputError, check_image

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")

MAX_IMAGE_BYTES = 64_000_000
MAX_IMAGE_PIXELS = 100_000_000
MAX_SIDE = 16_384

# What Pillow raises on a damaged file depends on where the damage is.
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, LookupError, ArithmeticError)

Source = Path | bytes


def read_image(source: Source, name: str = "") -> Image:
    """Read a picture file as RGB: turned upright by its EXIF note, transparency laid on white, grey made RGB.

    Args:
        source: a path, or the bytes of an uploaded file.
        name: what messages call it; the path's own name by default.

    Raises:
        InputError: missing, empty, too large, damaged, or not a picture.
    """
    return _read(source, name, _rgb)


def read_rgba(source: Source, name: str = "") -> npt.NDArray[np.uint8]:
    """Read a picture file as RGBA, uint8 ``(height, width, 4)``; see `read_image`."""
    return _read(source, name, lambda picture: picture.convert("RGBA"))


def _read(source: Source, name: str, convert: Callable[[Pillow.Image], Pillow.Image]) -> npt.NDArray[np.uint8]:
    label = name or (source.name if isinstance(source, Path) else "picture")
    data = _bytes(source, label)
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            _check_picture_size(picture.size, label)
            return np.array(convert(ImageOps.exif_transpose(picture)))
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(f"{label}: not a picture this program can read; use JPEG, PNG or WebP") from None
    except Pillow.DecompressionBombError:
        raise InputError(f"{label}: far too many pixels; scale it down below 100 megapixels") from None
    except _DAMAGE as error:
        raise InputError(f"{label}: the picture is damaged ({error}); save or download it again") from None


def _bytes(source: Source, label: str) -> bytes:
    if isinstance(source, Path):
        check_file(source)
        size = source.stat().st_size
    else:
        size = len(source)
    if not size:
        raise InputError(f"{label}: the file is empty (0 bytes); save or download it again")
    if size > MAX_IMAGE_BYTES:
        raise InputError(f"{label}: expected a picture under {MAX_IMAGE_BYTES / 1e6:.0f} MB, got {size / 1e6:.0f} MB")
    return source.read_bytes() if isinstance(source, Path) else source


def check_file(path: Path) -> None:
    """Refuse a path that is not a readable file.

    Raises:
        InputError: it says why.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be opened ({reason}); check the name") from None
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: not a file; name a picture or a video")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path}: may not be read; check its permissions")


def _check_picture_size(size: tuple[int, int], label: str) -> None:
    w, h = size
    if w * h > MAX_IMAGE_PIXELS or max(w, h) > MAX_SIDE:
        raise InputError(f"{label}: {w} x {h} pixels are too many; scale it down below 100 megapixels")


def _rgb(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        return Pillow.fromarray(_eight_bits(np.asarray(picture, np.float32))).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Pillow.new("RGBA", picture.size, "white")
        return Pillow.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")


def _eight_bits(grey: np.ndarray) -> np.ndarray:
    """Grey values of any range as 0..255: 16-bit ones by their own range, others stretched."""
    grey = np.nan_to_num(grey)
    top = 65535.0 if grey.max() > 255 else 255.0
    return (grey * (255.0 / top)).clip(0, 255).astype(np.uint8)


def encode_image(image: Image, kind: str = "PNG") -> bytes:
    """The bytes of a PNG or JPEG file."""
    buffer = io.BytesIO()
    Pillow.fromarray(check_image(image)).save(buffer, kind, quality=88)
    return buffer.getvalue()


def encode_jpeg(image: Image, quality: int = 85) -> bytes:
    """The bytes of a JPEG file, three times as fast as `encode_image`: for pictures that are looked at once."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


class PendingFile:
    """A temporary file beside ``path`` that takes its place on `commit` and vanishes on `discard`.

    As a context it commits when all went well and discards after an error.
    """

    def __init__(self, path: Path) -> None:
        """Make the temporary file.

        Raises:
            InputError: the folder is missing, read-only or full.
        """
        self._path = path
        try:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
            os.close(handle)
        except OSError as error:
            raise _unwritable(path, error) from None
        self.path = Path(name)

    def commit(self) -> None:
        """Move the temporary file to its name.

        Raises:
            InputError: that failed; nothing is left behind.
        """
        try:
            self.path.chmod(0o644)  # mkstemp's are private
            self.path.replace(self._path)
        except OSError as error:
            raise self.failed(error) from None

    def failed(self, error: Exception) -> InputError:
        """Leave nothing behind after an error of the system; returns what to raise."""
        self.discard()
        return _unwritable(self._path, error)

    def discard(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is None:
            return self.commit()
        self.discard()
        if isinstance(error, OSError):
            raise _unwritable(self._path, error) from None
        return None


def _unwritable(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{path}: cannot be written ({getattr(error, 'strerror', None) or error}); nothing was left half-written. "
        "Choose another folder or make room"
    )


def write_image(path: Path, image: Image) -> None:
    """Write a PNG or JPEG file, whole or not at all.

    Raises:
        InputError: the name's ending is neither, or the file cannot be written.
    """
    kinds = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
    if path.suffix.lower() not in kinds:
        raise InputError(f"{path}: expected a name ending in .png or .jpg")
    with PendingFile(path) as temporary:
        temporary.write_bytes(encode_image(image, kinds[path.suffix.lower()]))


def is_image(path: Path) -> bool:
    """Whether a name looks like a picture's."""
    return path.suffix.lower() in IMAGE_SUFFIXES
