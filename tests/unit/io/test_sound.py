"""Sound of processed videos: kept, in step with the picture, and never in its way."""

import io

import av
import numpy as np
import pytest
from files import names
from sound_files import ONSET, onset, overwrite_sound, streams, write_video_with_sound

from pose_demo.io.sound import Sound
from pose_demo.io.video import VideoReader
from pose_demo.io.video_writer import VideoWriter

STEP = 1 / 30
IN_STEP = 0.03  # seconds; sound and picture in step to less than a frame

COPIED = [
    ("a.mp4", "aac", "aac"),
    ("a.ts", "aac", "aac"),  # with ADTS headers, which MP4 does not have
    ("a.avi", "libmp3lame", "mp3"),
    ("a.mkv", "ac3", "ac3"),
    ("a.mov", "alac", "alac"),
    ("a.mkv", "libopus", "opus"),
    ("a.mkv", "flac", "flac"),
]
ENCODED = [("a.avi", "pcm_s16le", "aac"), ("a.mov", "pcm_s16le", "aac"), ("a.mkv", "vorbis", "aac")]


def start_of(source):
    """Seconds on the file's clock at which the reader's timestamps are 0."""
    with VideoReader(source) as reader:
        return reader.start_time


def process(source, output, picture_at=0.0, frames=60, complete=True, start=None):
    """Write a video with the sound of another one; returns what is wrong with it."""
    sound = Sound(source, start_of(source) if start is None else start)
    with VideoWriter(output, 30, sound) as writer:
        for index in range(frames):
            writer.write(np.full((48, 64, 3), 4 * index, np.uint8), picture_at + index * STEP)
        sound.is_complete = complete
    return sound.error


@pytest.fixture
def source(tmp_path):
    return write_video_with_sound(tmp_path / "source.mp4")


@pytest.mark.parametrize(("name", "codec", "expected"), COPIED + ENCODED)
def test_sound_is_kept_and_in_step(tmp_path, name, codec, expected):
    clip = write_video_with_sound(tmp_path / name, codec)
    with av.open(str(clip)) as container:
        start = container.start_time / av.time_base
    assert process(clip, tmp_path / "out.mp4") == ""
    picture, (kept, begin, end) = streams(tmp_path / "out.mp4")
    assert picture == ("h264", 0, pytest.approx(2, abs=0.001))
    assert kept == expected and begin == pytest.approx(0, abs=IN_STEP) and end == pytest.approx(3, abs=0.05)
    assert onset(tmp_path / "out.mp4") == pytest.approx(onset(clip) - start, abs=IN_STEP)


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le"])
@pytest.mark.parametrize(("picture_at", "sound_at"), [(0.5, 0.0), (0.0, 0.5)])
def test_offset_of_picture_and_sound_is_kept(tmp_path, codec, picture_at, sound_at):
    clip = write_video_with_sound(tmp_path / "a.mov", codec, picture_at=picture_at, sound_at=sound_at)
    assert process(clip, tmp_path / "out.mp4", picture_at) == ""
    with av.open(str(tmp_path / "out.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([picture_at + index * STEP for index in range(60)], abs=0.001)
    assert onset(tmp_path / "out.mp4") == pytest.approx(sound_at + ONSET, abs=IN_STEP)
    picture, sound = streams(tmp_path / "out.mp4")
    assert picture[1:] == pytest.approx((picture_at, picture_at + 2), abs=0.001)
    assert sound[1:] == pytest.approx((sound_at, sound_at + 3), abs=0.05)


def test_sound_of_a_given_start(source, tmp_path):
    sound = Sound(source, start=0.25)
    with VideoWriter(tmp_path / "out.mp4", 30, sound) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
        sound.is_complete = True
    assert onset(tmp_path / "out.mp4") == pytest.approx(ONSET - 0.25, abs=IN_STEP)


def test_copied_sound_is_not_encoded_again(source, tmp_path):
    process(source, tmp_path / "out.mp4")
    assert audio_packets(tmp_path / "out.mp4") == audio_packets(source)


def audio_packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def test_sound_of_an_open_file(source, tmp_path):
    data = io.BytesIO(source.read_bytes())
    start = start_of(data)
    data.seek(1000)  # where the reader of the pictures left it
    assert process(data, tmp_path / "out.mp4", start=start) == ""
    assert onset(tmp_path / "out.mp4") == pytest.approx(ONSET, abs=IN_STEP)


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le"])
def test_sound_of_an_incomplete_video_ends_with_the_picture(tmp_path, codec):
    clip = write_video_with_sound(tmp_path / "a.mov", codec)
    process(clip, tmp_path / "out.mp4", frames=45, complete=False)
    picture, sound = streams(tmp_path / "out.mp4")
    assert picture[2] == pytest.approx(1.5, abs=0.001) and sound[2] == pytest.approx(1.5, abs=IN_STEP)


def test_sound_that_starts_after_an_incomplete_video_is_left_out(tmp_path):
    clip = write_video_with_sound(tmp_path / "a.mov", sound_at=1.0)
    assert "there is none" in process(clip, tmp_path / "out.mp4", frames=6, complete=False)
    assert streams(tmp_path / "out.mp4")[1] is None


def test_ctrl_c_leaves_out_the_sound_only(source, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pose_demo.io.sound._end", interrupt)
    with pytest.raises(KeyboardInterrupt):
        process(source, tmp_path / "out.mp4", complete=False)
    assert names(tmp_path) == ["out.mp4", "source.mp4"]
    assert streams(tmp_path / "out.mp4")[0][2] == pytest.approx(2, abs=0.001)


def test_a_silent_source_has_a_silent_video(make_clip, tmp_path):
    assert process(make_clip(), tmp_path / "out.mp4") == ""
    assert streams(tmp_path / "out.mp4")[1] is None
    assert names(tmp_path) == ["clip.mp4", "out.mp4"]


def test_a_damaged_sound_does_not_spoil_the_video(source, tmp_path):
    overwrite_sound(source, 1)
    assert "could not be kept (it is damaged)" in process(source, tmp_path / "out.mp4")
    picture, sound = streams(tmp_path / "out.mp4")
    assert sound is None and picture[1:] == (0, pytest.approx(2, abs=0.001))
    assert names(tmp_path) == ["out.mp4", "source.mp4"]


def test_damaged_parts_of_the_sound_are_left_out(source, tmp_path):
    overwrite_sound(source, 0.2)
    assert "silent" in process(source, tmp_path / "out.mp4")
    assert onset(tmp_path / "out.mp4") == pytest.approx(ONSET, abs=IN_STEP)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert sum(1 for _ in container.decode(audio=0)) == pytest.approx(0.8 * 141, abs=3)  # none fails


def test_sound_in_an_unknown_codec_does_not_spoil_the_video(tmp_path):
    clip = write_video_with_sound(tmp_path / "a.mkv")
    clip.write_bytes(clip.read_bytes().replace(b"A_AAC", b"A_XYZ"))
    assert "codec is unknown" in process(clip, tmp_path / "out.mp4")
    assert streams(tmp_path / "out.mp4")[1] is None and names(tmp_path) == ["a.mkv", "out.mp4"]


def test_a_source_that_is_gone_does_not_spoil_the_video(source, tmp_path):
    source.unlink()
    assert "could not be kept" in process(source, tmp_path / "out.mp4", start=0.0)
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert len(list(reader)) == 60
