"""The file formats that are read. A file is recognized by its content: its name may have another ending, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from pose_demo.messages import Message, message

_HEAD_BYTES = 512
_JSON_FORMAT = re.compile(rb'"format"\s*:\s*"pose_demo\.([a-z]+)/')


class Kind(Enum):
    """What a file is; the value is used in messages."""

    IMAGE = message("an image")
    VIDEO = message("a video")
    POSE = message("a text file")


@dataclass(frozen=True)
class FileFormat:
    """A file format.

    Attributes:
        name: for messages; those of images are also Pillow's.
        kind: what such a file is.
        suffixes: the usual endings of names, without the dot.
        magic: the bytes at the start of every such file.
        can_be_animated: an image file may have several pictures with durations.
    """

    name: str
    kind: Kind
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]
    can_be_animated: bool = False

    @property
    def in_words(self) -> Message:
        """Such a file, for messages."""
        return message("{kind} ({format})", kind=self.kind.value, format=self.name)


def _image(name: str, suffixes: str, magic: bytes, can_be_animated: bool = False) -> FileFormat:
    return FileFormat(name, Kind.IMAGE, tuple(suffixes.split()), re.compile(magic, re.DOTALL), can_be_animated)


def _video(name: str, suffixes: str, magic: bytes) -> FileFormat:
    return FileFormat(name, Kind.VIDEO, tuple(suffixes.split()), re.compile(magic, re.DOTALL))


# The first one that matches counts: HEIC, AVIF and MP4 are the same container, told apart by its brands.
FORMATS = (
    _image("JPEG", "jpg jpeg jpe jfif", rb"\xff\xd8\xff"),
    _image("PNG", "png apng", rb"\x89PNG\r\n\x1a\n", can_be_animated=True),
    _image("GIF", "gif", rb"GIF8[79]a", can_be_animated=True),
    _image("WEBP", "webp", rb"RIFF.{4}WEBP", can_be_animated=True),
    _image("AVIF", "avif avifs", rb".{4}ftyp(avi[fs]|(mif1|msf1).{4,48}?avi[fs])", can_be_animated=True),
    _image("HEIF", "heic heif hif", rb".{4}ftyp(hei[cxms]|mif1)"),
    _image("TIFF", "tif tiff", rb"II[*+]\0|MM\0[*+]"),
    _image("BMP", "bmp dib", rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0"),
    _image("JPEG2000", "jp2 j2k jpx", rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51"),
    _image("PPM", "ppm pgm pbm pnm pfm", rb"P[1-6Ff]\s"),
    _video("HEIC sequence", "heics heifs", rb".{4}ftyp(hev[cxms]|msf1)"),
    _video("MP4 or MOV", "mp4 mov m4v 3gp", rb".{4}(ftyp|moov|mdat|wide|skip|free)"),
    _video("WebM or Matroska", "webm mkv", rb"\x1a\x45\xdf\xa3"),
    _video("AVI", "avi", rb"RIFF.{4}AVI "),
    _video("MPEG", "mpg mpeg", rb"\0\0\x01[\xb3\xba]"),
    _video("MPEG transport stream", "ts mts m2ts", rb"(.{4})?\x47.{187}(.{4})?\x47"),
    _video("FLV", "flv", rb"FLV\x01"),
    _video("Ogg", "ogv", rb"OggS"),
    _video("WMV", "wmv", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    _video("YUV4MPEG", "y4m", rb"YUV4MPEG2 "),
    FileFormat("JSON", Kind.POSE, ("json",), re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]")),
)


def _suffixes(*formats: FileFormat) -> list[str]:
    return [suffix for file_format in formats for suffix in file_format.suffixes]


_IMAGES = [file_format for file_format in FORMATS if file_format.kind is Kind.IMAGE]
_VIDEOS = [file_format for file_format in FORMATS if file_format.kind is Kind.VIDEO]

# What the uploaders offer in the dialog of the browser, which knows more endings than these for the first entry.
IMAGE_TYPES = ["image/*", *_suffixes(*_IMAGES)]
VIDEO_TYPES = ["video/*", *_suffixes(*_VIDEOS, *(image for image in _IMAGES if image.can_be_animated))]
POSE_TYPES = ["json"]


def recognize(source: Path | bytes | BinaryIO) -> FileFormat | None:
    """The format of a file by its first bytes; None if it is none of these, or if there is no such file."""
    head = _head(source)
    return next((file_format for file_format in FORMATS if file_format.magic.match(head)), None)


def _head(source: Path | bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes):
        return source[:_HEAD_BYTES]
    if isinstance(source, Path):
        try:
            if not source.is_file():
                return b""
            with source.open("rb") as file:
                return file.read(_HEAD_BYTES)
        except OSError:
            return b""
    position = source.tell()
    head = source.read(_HEAD_BYTES)
    source.seek(position)
    return head


def is_image(source: Path | bytes | BinaryIO) -> bool:
    """Whether a file is an image; the ending of a path decides what an unknown content was meant to be."""
    file_format = recognize(source)
    if file_format is None:
        return isinstance(source, Path) and source.suffix.lower().removeprefix(".") in _suffixes(*_IMAGES)
    return file_format.kind is Kind.IMAGE


def json_kind(source: Path | bytes | BinaryIO) -> str:
    """Which of our JSON files it is by its first bytes: "reference", "dance", "keypoints"; "" for any other."""
    found = _JSON_FORMAT.search(_head(source))
    return found[1].decode() if found else ""
