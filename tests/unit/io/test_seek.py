"""Random access to video frames: the same images and timestamps as sequential reading, with bounded memory."""

from __future__ import annotations

import io

import numpy as np
import pytest
from clips import CLIPS, clip, data_of, song
from video_files import INVALID_VIDEOS

from pose_demo.io.seek import SeekableSample, SeekableVideo, end_time, index_at
from pose_demo.io.video import VideoReader
from pose_demo.types import InputError


@pytest.fixture(params=CLIPS)
def data(request) -> bytes:
    return data_of(request.param)


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


def test_memory_is_bounded():
    video = seekable(data_of("one keyframe"), cache_bytes=50_000)
    for index in (50, 3, 40):
        video.frame(index)
    assert sum(frame.image.nbytes for frame in video._cache._frames.values()) <= 50_000
    assert video.capacity == 50_000 // (64 * 48 * 3)


def test_stepping_back_does_not_decode_again(monkeypatch):
    video = seekable(data_of("one keyframe"))
    video.frame(50)
    monkeypatch.setattr(video, "_seek", None)
    assert [video.frame(index).timestamp for index in range(49, 40, -1)]


def test_opening_decodes_one_frame_only(monkeypatch):
    decoded = []
    monkeypatch.setattr(
        "pose_demo.io.seek.to_display_image", lambda *f: decoded.append(1) or np.zeros((4, 4, 3), np.uint8)
    )
    seekable(data_of("constant rate"))
    assert len(decoded) == 1


@pytest.mark.parametrize("case", ["0 bytes", "text", "html", "playlist", "audio", "audio in an mp4"])
def test_invalid_file_is_refused_with_its_name(tmp_path, case):
    name, make, reason = INVALID_VIDEOS[case]
    make(tmp_path / name)
    with pytest.raises(InputError, match=rf"{name}: .*{reason}"):
        SeekableVideo(tmp_path / name)
    with pytest.raises(InputError, match=r"^upload: "):
        SeekableVideo(io.BytesIO((tmp_path / name).read_bytes()), "upload")


def test_song_with_a_cover_is_refused():
    with pytest.raises(InputError, match="clip: the file has sound and a cover picture but no video"):
        seekable(song())


def test_part_of_a_file_begins_at_any_frame():
    video = seekable(clip("mpegts", "mpeg2video")[40 * 188 :])
    assert 1 < len(video.timestamps) < 60 and video.frame(len(video.timestamps) - 1)


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


@pytest.mark.parametrize(("timestamps", "end"), [((0.0,), 1 / 30), ((0.0, 0.1, 0.2), 0.3), ((0.5, 0.6, 0.7), 0.8)])
def test_the_last_frame_has_a_duration(timestamps, end):
    assert end_time(timestamps) == pytest.approx(end)


def test_the_sample_has_ten_seconds():
    frames = SeekableSample()
    assert len(frames.timestamps) == 300 and frames.frame(45).timestamp == frames.timestamps[45] == 1.5
