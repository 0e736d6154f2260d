"""Limits of images, animations and videos: what is beyond them is refused at once, before it is decoded."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from dataclasses import replace

import av
import cv2
import numpy as np
import pytest
from image_files import animation, file_of
from PIL import Image as Pillow

from pose_demo.io import images
from pose_demo.io.animation import Animation
from pose_demo.io.images import read_image, read_rgba
from pose_demo.io.limits import COMMAND_LINE, KEPT_IMAGE_PIXELS, PAGE, PAGE_IMAGE_PIXELS, Deadline
from pose_demo.io.seek import SeekableVideo
from pose_demo.io.seekable import open_seekable
from pose_demo.types import InputError

# ---- images


def _png(width: int, height: int, color: int = 0, bits: int = 8) -> bytes:
    """The start of a PNG file; its size is only declared."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _bmp(width: int, height: int) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 154, 0, 0, 54) + header + b"\0" * 100


def _with_jpeg_size(width: int, height: int) -> bytes:
    data = bytearray(file_of(Pillow.new("RGB", (16, 16)), "JPEG"))
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def _gif(width: int, height: int) -> bytes:
    data = bytearray(animation("GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


_BOMBS = {
    "PNG": lambda: _png(60_000, 60_000),
    "gray PNG": lambda: _png(9000, 9000),
    "PNG with alpha": lambda: _png(6000, 6000, color=6),
    "PNG of 16 bits": lambda: _png(6000, 6000, color=2, bits=16),
    "long PNG": lambda: _png(20_000, 2),
    "JPEG": lambda: _with_jpeg_size(65_000, 65_000),
    "GIF": lambda: _gif(65_000, 65_000),
    "BMP": lambda: _bmp(30_000, 30_000),
    "PPM": lambda: b"P6 100000 100000 255\n" + b"\0" * 100,
    "TIFF": lambda: file_of(Pillow.new("1", (12_000, 12_000)), "TIFF", compression="group4"),
    "WebP": lambda: file_of(Pillow.new("L", (9000, 9000)), "WEBP", method=0, quality=0),
}


@pytest.mark.filterwarnings("ignore:.*decompression bomb")
@pytest.mark.parametrize("kind", _BOMBS)
def test_a_small_file_with_a_huge_size_is_refused_before_it_is_decoded(kind, monkeypatch):
    data = _BOMBS[kind]()
    assert len(data) < 600_000
    monkeypatch.setattr(images, "_decoding_large", None)  # nothing is decoded
    with pytest.raises(InputError, match=r"^bomb: expected .*at most \d+ megapixels.*; scale it down$"):
        read_image(data, "bomb", PAGE_IMAGE_PIXELS)


def test_an_image_of_the_largest_phones_is_read():
    data = file_of(Pillow.new("L", (12_000, 9000)), "JPEG", quality=1)
    assert read_image(data, max_pixels=PAGE_IMAGE_PIXELS).shape == (3024, 4032, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_a_large_image_is_scaled_down_and_shows_the_same(mode):
    colors = {"LA": (200, 255), "RGB": (200, 100, 50), "RGBA": (200, 100, 50, 255), "CMYK": (10, 20, 30, 40)}
    image = Pillow.new(mode, (400, 200), colors.get(mode, 1))
    file_format = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
    full, scaled = read_image(file_of(image, file_format)), read_image(file_of(image, file_format), max_pixels=5000)
    assert scaled.shape == (50, 100, 3) and np.abs(scaled.astype(int) - full[::4, ::4]).max() <= 2


def test_a_palette_image_without_its_colors_is_refused():
    with pytest.raises(InputError, match="the image is damaged"):
        read_image(_png(2, 2, color=3))


@pytest.mark.parametrize("data", ["16 bits", "float"])
def test_one_large_deep_image_is_decoded_at_a_time(data, monkeypatch):
    """Also a TIFF file of floats, which Pillow cannot open."""
    held = []
    read_deep = images.read_deep
    monkeypatch.setattr(images, "PAGE_IMAGE_PIXELS", 100)
    monkeypatch.setattr(
        images, "read_deep", lambda data: held.append(images._decoding_large.locked()) or read_deep(data)
    )
    values = np.full((20, 30, 3), 0.5, np.float32) if data == "float" else np.full((20, 30, 3), 999, np.uint16)
    _, file = cv2.imencode(".tiff" if data == "float" else ".png", values)
    assert read_image(file.tobytes()).shape == (20, 30, 3) and held == [True]


def test_half_of_a_large_jpeg_is_decoded(monkeypatch):
    """A photo of 48 megapixels becomes one of 12 in the decoder, which takes a quarter of the memory."""
    decoded = []
    thumbnail = Pillow.Image.thumbnail
    monkeypatch.setattr(
        Pillow.Image, "thumbnail", lambda image, size: decoded.append(image.size) or thumbnail(image, size)
    )
    assert read_image(file_of(Pillow.new("L", (800, 600)), "JPEG"), max_pixels=400 * 300).shape == (300, 400, 3)
    assert decoded == [(400, 300)]


def test_an_image_is_scaled_before_it_is_converted_which_takes_memory(monkeypatch):
    sizes = []
    convert = images.to_rgb
    monkeypatch.setattr(images, "to_rgb", lambda image: sizes.append(image.size) or convert(image))
    read_image(file_of(Pillow.new("P", (400, 200))), max_pixels=5000)
    assert sizes == [(100, 50)]


def test_a_scaled_image_is_upright_and_transparent():
    upright = Pillow.Exif()
    upright[0x0112] = 6  # to be turned by 90 degrees
    data = file_of(Pillow.new("RGBA", (400, 200), (0, 0, 0, 0)), "PNG", exif=upright)
    assert read_rgba(data, max_pixels=5000).shape == (100, 50, 4)
    assert read_image(data, max_pixels=5000).min() == 255


def test_a_small_image_keeps_its_size():
    assert read_image(file_of(Pillow.new("L", (400, 200))), max_pixels=KEPT_IMAGE_PIXELS).shape == (200, 400, 3)


class _Clock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_a_file_that_takes_long_to_read_is_refused(monkeypatch):
    monkeypatch.setattr("pose_demo.io.images._image_deadline", lambda label: Deadline(label, 8.0, _Clock()))
    data = file_of(np.random.default_rng(0).integers(0, 256, (900, 900, 3), np.uint8), "PNG")
    with pytest.raises(InputError, match=r"^slow: expected a file that is read within 8 s, .*; save it in another"):
        read_image(data, "slow")


# ---- animations


def _tiny_frames(count: int) -> bytes:
    """A GIF of many frames in 15 bytes each."""
    image = Pillow.new("L", (1, 1))
    data = file_of(image, "GIF")
    start = data.index(b"\x2c")
    frame = data[start : data.rindex(b"\x3b")]
    return data[:start] + frame * count + b"\x3b"


def test_an_animation_with_too_many_frames_is_refused():
    with pytest.raises(InputError, match=r"^dance: \d+ frames of 1 x 1 pixels are too many .* convert it to MP4"):
        Animation(_tiny_frames(PAGE.animation_frames + 1), "dance", limits=PAGE)


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_that_takes_long_to_open_is_refused(file_format, monkeypatch):
    monkeypatch.setattr("pose_demo.io.animation.time.thread_time", _Clock())
    data = animation(file_format, (50,) * 8)
    with pytest.raises(InputError, match=r"^dance: expected a file that is read within 5 s"):
        Animation(data, "dance", limits=replace(PAGE, open_s=5.0))


def test_an_animation_may_be_played_for_longer_than_it_may_take_to_open(monkeypatch):
    data, clock = animation("GIF", (50,) * 8), _Clock()
    monkeypatch.setattr("pose_demo.io.animation.time.thread_time", clock)
    opened = Animation(data, "dance", cache_bytes=0, limits=replace(PAGE, open_s=2000.0))
    for _ in range(5):
        clock.now += 1500
        assert [frame.timestamp for frame in opened] == list(opened.timestamps)


def test_an_animation_beyond_4k_is_refused():
    with pytest.raises(InputError, match=r"^dance: expected at most 9\.4 megapixels, got 4100 x 4100; scale it down"):
        Animation(_gif(4100, 4100), "dance", limits=PAGE)


def test_an_animation_that_lasts_too_long_is_refused():
    with pytest.raises(InputError, match=r"^dance: expected at most 1 minutes, got 2\.0; cut it"):
        Animation(animation("GIF", (40_000,) * 3), "dance", limits=replace(PAGE, seconds=60.0))


# ---- videos


@pytest.fixture(scope="module")
def large_video() -> bytes:
    """A small MOV file with three frames of 6000 x 6000 pixels."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mov") as container:
        stream = container.add_stream("png", rate=10)
        stream.width = stream.height = 6000
        stream.pix_fmt = "gray"
        frame = av.VideoFrame(6000, 6000, "gray")
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        for index in range(2):
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


@pytest.mark.parametrize("limits", [PAGE, replace(COMMAND_LINE, pixels=20_000_000)])
def test_a_small_video_with_huge_frames_is_refused_before_it_is_decoded(large_video, limits, monkeypatch):
    assert len(large_video) < 200_000
    monkeypatch.setattr("pose_demo.io.seek.SeekableVideo._read_index", None)
    with pytest.raises(InputError, match=r"^dance: expected frames of at most .* megapixels, got .*; scale"):
        open_seekable(io.BytesIO(large_video), "dance", limits=limits)


def _jpeg(side: int) -> bytes:
    return file_of(Pillow.new("RGB", (side, side), (200, 100, 50)), "JPEG")


def test_frames_that_become_larger_are_refused_by_the_decoder():
    """A Matroska file whose later frames are larger than it declares."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuvj420p"
        for index, side in enumerate((64, 64, 1200, 64)):
            packet = av.Packet(_jpeg(side))
            packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, 100 * index, 100 * index, True
            container.mux(packet)
    opened = SeekableVideo(io.BytesIO(buffer.getvalue()), "dance", limits=replace(PAGE, pixels=1_000_000))
    assert opened.frame(0).size == (64, 64)
    sizes = []
    for index in range(4):
        with contextlib.suppress(InputError):
            sizes.append(opened.frame(index).size)
    opened.close()
    assert set(sizes) == {(64, 64)}
    full = SeekableVideo(io.BytesIO(buffer.getvalue()), "dance")
    assert full.frame(2).size == (1200, 1200)
    full.close()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"frames": 9}, r"^clip\.mp4: expected at most 9 frames, got more; cut it"),
        ({"seconds": 0.9}, r"^clip\.mp4: expected at most 0 minutes, got 0\.0; cut it"),
        ({"pixels": 64 * 47}, r"^clip\.mp4: expected frames of at most 0\.0 megapixels"),
    ],
)
def test_a_video_beyond_a_limit_is_refused(make_clip, limits, message):
    SeekableVideo(make_clip(10), limits=replace(PAGE, frames=10, seconds=1.1)).close()
    with pytest.raises(InputError, match=message):
        SeekableVideo(make_clip(10), limits=replace(PAGE, **limits))


def test_a_video_that_takes_long_to_open_is_refused(make_clip, monkeypatch):
    monkeypatch.setattr("pose_demo.io.seek.Deadline", lambda name, seconds: Deadline(name, seconds, _Clock()))
    with pytest.raises(InputError, match=r"^clip\.mp4: expected a file that is read within 5 s"):
        SeekableVideo(make_clip(10), limits=replace(PAGE, open_s=5.0))
