"""Random access to video frames: the same images and timestamps as sequential reading, with bounded memory."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import accumulate

import av
import numpy as np
import pytest
from video_files import DISPLAY_MATRICES, INVALID_VIDEOS, with_display_matrix

from pose_demo.io.seek import SeekableSample, SeekableVideo, end_time, index_at
from pose_demo.io.video import VideoReader
from pose_demo.types import InputError

VARIABLE_STEPS = [1, 1, 7, 2, 30, 1, 1, 3, 12, 1] * 6  # of a 30th of a second


def clip(format: str, codec: str, *, frames=60, b_frames=0, keyframe_interval=12, steps=(), options=None):
    """A video whose frames differ in their gray level."""
    file = io.BytesIO()
    times = [0, *accumulate(steps)][:frames] if steps else range(frames)
    with av.open(file, "w", format=format) as container:
        stream = container.add_stream(codec, rate=30, options={"sc_threshold": "0", **(options or {})})
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        context = stream.codec_context
        context.gop_size, context.max_b_frames, context.time_base = keyframe_interval, b_frames, Fraction(1, 30)
        for index, time in zip(range(frames), times, strict=True):
            image = np.full((48, 64, 3), 4 * index, np.uint8)
            image[:24, :32] = 255 - 4 * index
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


CLIPS = {
    "constant rate": lambda: clip("mp4", "libx264"),
    "B-frames": lambda: clip("mp4", "libx264", b_frames=3),
    "open GOP": lambda: clip("mp4", "libx264", b_frames=3, options={"x264-params": "open-gop=1"}),
    "variable rate": lambda: clip("mp4", "libx264", b_frames=2, steps=VARIABLE_STEPS),
    "one keyframe": lambda: clip("mp4", "libx264", b_frames=2, keyframe_interval=1000),
    "one frame": lambda: clip("mp4", "libx264", frames=1),
    "motion JPEG": lambda: clip("mov", "mjpeg"),
    "AVI": lambda: clip("avi", "mpeg4", b_frames=2),
    "Matroska": lambda: clip("matroska", "libx264", b_frames=3),
    "WebM": lambda: clip("webm", "libvpx"),
    "MPEG": lambda: clip("mpeg", "mpeg2video", b_frames=2),
    "FLV": lambda: clip("flv", "libx264", b_frames=2),
    "transport stream": lambda: clip("mpegts", "libx264", b_frames=3),
    **{
        f"rotated by {angle}": lambda matrix=matrix: with_display_matrix(clip("mp4", "libx264", b_frames=2), matrix)
        for angle, matrix in DISPLAY_MATRICES.items()
    },
}


@pytest.fixture(params=CLIPS)
def data(request) -> bytes:
    return CLIPS[request.param]()


def sequential(data):
    with VideoReader(io.BytesIO(data), "clip") as reader:
        return list(reader)


def seekable(data, **options):
    return SeekableVideo(io.BytesIO(data), "clip", **options)


def is_same(frame, other):
    return frame.timestamp == other.timestamp and np.array_equal(frame.image, other.image)


def test_timestamps_are_those_of_sequential_reading(data):
    assert list(seekable(data).timestamps) == [frame.timestamp for frame in sequential(data)]


@pytest.mark.parametrize("cache_bytes", [64_000_000, 30_000], ids=["cache", "cache of 3 frames"])
def test_frames_in_random_order_are_those_of_sequential_reading(data, cache_bytes):
    expected, video = sequential(data), seekable(data, cache_bytes=cache_bytes)
    order = np.random.default_rng(0).integers(0, len(expected), 60).tolist()
    for index in [*order, 0, len(expected) - 1]:
        assert is_same(video.frame(index), expected[index]), index


@pytest.mark.parametrize("step", [1, -1])
def test_frames_are_the_same_when_stepping(data, step):
    expected, video = sequential(data), seekable(data, cache_bytes=30_000)
    for index in range(len(expected))[::step]:
        assert is_same(video.frame(index), expected[index]), index


def test_avi_with_h264_and_b_frames_has_all_frames_in_order():
    data = clip("avi", "libx264", b_frames=2)  # its timestamps are in decoding order
    expected, video = sequential(data), seekable(data)
    for index in (40, 3, 17, 59, 18):
        assert np.array_equal(video.frame(index).image, expected[index].image)


def test_memory_is_bounded():
    video = seekable(CLIPS["one keyframe"](), cache_bytes=50_000)
    for index in (50, 3, 40):
        video.frame(index)
    assert sum(frame.image.nbytes for frame in video._cache._frames.values()) <= 50_000
    assert video.capacity == 50_000 // (64 * 48 * 3)


def test_stepping_back_does_not_decode_again(monkeypatch):
    video = seekable(CLIPS["one keyframe"]())
    video.frame(50)
    monkeypatch.setattr(video, "_seek", None)
    assert [video.frame(index).timestamp for index in range(49, 40, -1)]


def test_opening_decodes_one_frame_only(monkeypatch):
    decoded = []
    monkeypatch.setattr(
        "pose_demo.io.seek.to_display_image", lambda *f: decoded.append(1) or np.zeros((4, 4, 3), np.uint8)
    )
    seekable(CLIPS["constant rate"]())
    assert len(decoded) == 1


@pytest.mark.parametrize("case", ["0 bytes", "text", "html", "playlist", "audio", "audio in an mp4"])
def test_invalid_file_is_refused_with_its_name(tmp_path, case):
    name, make, reason = INVALID_VIDEOS[case]
    make(tmp_path / name)
    with pytest.raises(InputError, match=rf"{name}: .*{reason}"):
        SeekableVideo(tmp_path / name)
    with pytest.raises(InputError, match=r"^upload: "):
        SeekableVideo(io.BytesIO((tmp_path / name).read_bytes()), "upload")


def test_truncated_file_has_the_frames_up_to_its_end(noise_clip):
    data = noise_clip.read_bytes()[: noise_clip.stat().st_size // 2]
    video = seekable(data)
    assert 1 <= len(video.timestamps) < 30 and "truncated" in video.read_error
    assert is_same(video.frame(3), sequential(data)[3])


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_give_frames_or_an_input_error(noise_clip, seed):
    data, random = bytearray(noise_clip.read_bytes()), np.random.default_rng(seed)
    for position in random.integers(0, len(data), 40):
        data[position] = random.integers(256)
    try:
        video = seekable(bytes(data))
        for index in (len(video.timestamps) - 1, 0, len(video.timestamps) // 2):
            assert video.frame(index).timestamp == video.timestamps[index]
    except InputError as error:
        assert "clip: " in str(error)


def test_a_time_belongs_to_the_frame_that_is_shown_then():
    timestamps = (0.0, 0.1, 0.5)
    assert [index_at(timestamps, seconds) for seconds in (-1, 0, 0.09, 0.1, 0.3, 9)] == [0, 0, 0, 1, 1, 2]


@pytest.mark.parametrize(("timestamps", "end"), [((0.0,), 1 / 30), ((0.0, 0.1, 0.2), 0.3)])
def test_the_last_frame_has_a_duration(timestamps, end):
    assert end_time(timestamps) == pytest.approx(end)


def test_the_sample_has_ten_seconds():
    frames = SeekableSample()
    assert len(frames.timestamps) == 300 and frames.frame(45).timestamp == frames.timestamps[45] == 1.5
