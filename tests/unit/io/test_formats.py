"""Files are recognized by their content, whatever their names are."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from image_files import animation, file_of

from pose_demo.io.formats import FORMATS, IMAGE_TYPES, VIDEO_TYPES, Kind, is_image, recognize
from pose_demo.matching import library

GRAY = np.full((48, 64, 3), 90, np.uint8)
IMAGES = {
    name: file_of(GRAY, name)
    for name in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF", "TIFF", "BMP", "JPEG2000", "PPM")
}


def video(container_format, codec="mpeg4", brand=""):
    file = io.BytesIO()
    with av.open(file, "w", format=container_format, options={"brand": brand} if brand else {}) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if codec == "libx265":
            stream.codec_context.options = {"x265-params": "log-level=none"}
            stream.codec_context.codec_tag = "hvc1"
        for _ in range(6):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(GRAY, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


VIDEOS = {
    "MP4 or MOV": lambda: video("mp4"),
    "WebM or Matroska": lambda: video("matroska"),
    "AVI": lambda: video("avi"),
    "MPEG": lambda: video("mpeg", "mpeg2video"),
    "MPEG transport stream": lambda: video("mpegts", "mpeg2video"),
    "FLV": lambda: video("flv", "flv1"),
    "WMV": lambda: video("asf"),
    "YUV4MPEG": lambda: video("yuv4mpegpipe", "wrapped_avframe"),
}


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("file_name", ["photo", "photo.mp4", "photo.dat"])
def test_an_image_is_recognized_whatever_its_name_is(tmp_path, name, file_name):
    path = tmp_path / file_name
    path.write_bytes(IMAGES[name])
    for source in (path, IMAGES[name], io.BytesIO(IMAGES[name])):
        assert recognize(source).name == name and is_image(source)


@pytest.mark.parametrize("name", VIDEOS)
def test_a_video_is_recognized_whatever_its_name_is(tmp_path, name):
    path = tmp_path / "video.jpg"
    path.write_bytes(VIDEOS[name]())
    assert recognize(path).name == name and recognize(path).kind is Kind.VIDEO and not is_image(path)


@pytest.mark.parametrize(("brand", "kind"), [("hevc", Kind.VIDEO), ("msf1", Kind.VIDEO)])
def test_a_heic_sequence_is_a_video(brand, kind):
    assert recognize(video("mp4", "libx265", brand)).in_words == "a video (HEIC sequence)"


@pytest.mark.parametrize("name", ["AVIF", "HEIF"])
def test_a_common_brand_of_avif_and_heic_is_told_apart(name):
    data = IMAGES[name]
    assert recognize(data[:8] + b"mif1" + data[12:]).name == name


def test_a_saved_pose_is_recognized():
    text = library.load("star").to_json().encode()
    for data in (text, b"\xef\xbb\xbf\n " + text):
        assert recognize(data).kind is Kind.POSE


@pytest.mark.parametrize(
    "data", [b"", b"P", b"Python is not PPM", b"BMW", b"<html>", b"\0" * 600, b"GIF", b"RIFF1234WAVE"]
)
def test_other_content_is_not_recognized(data):
    assert recognize(data) is None and not is_image(data)


@pytest.mark.parametrize("name", ["missing", "", "nul\0", "n" * 300])
def test_a_file_that_cannot_be_opened_is_not_recognized(tmp_path, name):
    assert recognize(tmp_path / name) is None


@pytest.mark.parametrize(("name", "expected"), [("a.PNG", True), ("a.jfif", True), ("a.mp4", False), ("png", False)])
def test_the_name_decides_what_an_unknown_content_was_meant_to_be(name, expected):
    assert is_image(Path(name)) == expected


def test_recognizing_does_not_move_an_open_file():
    file = io.BytesIO(IMAGES["PNG"])
    file.seek(3)
    recognize(file)
    assert file.tell() == 3


def test_uploaders_offer_every_format():
    for file_format in FORMATS:
        types = {Kind.IMAGE: IMAGE_TYPES, Kind.VIDEO: VIDEO_TYPES, Kind.POSE: ["json"]}[file_format.kind]
        assert set(file_format.suffixes) <= set(types)
    assert {"jfif", "jpe", "heic", "avif"} <= set(IMAGE_TYPES) and {"gif", "webp", "avif"} <= set(VIDEO_TYPES)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_has_the_format_of_its_images(name):
    assert recognize(animation(name)).name == name
