"""Results in a video and keypoint files: all complete, or none."""

import json

import pytest
from fakes import pose_at, result_of
from files import names

from pose_demo.io.sink import ResultSink
from pose_demo.io.video import VideoReader
from pose_demo.types import InputError


def write_frames(sink, count=3):
    for index in range(count):
        sink.write(index, result_of(pose_at((10, 20)), timestamp=index / 10))


def test_all_files_contain_all_frames(tmp_path):
    with ResultSink(tmp_path / "a.mp4", (tmp_path / "a.csv", tmp_path / "a.json"), 10.0) as sink:
        write_frames(sink)
        assert all(name.startswith(".") for name in names(tmp_path))
    with VideoReader(tmp_path / "a.mp4") as reader:
        assert len(list(reader)) == 3
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 1 + 3 * 17
    assert len(json.loads((tmp_path / "a.json").read_text())["frames"]) == 3


def test_video_and_keypoints_are_optional(tmp_path):
    with ResultSink(None, (tmp_path / "a.csv",), 10.0) as sink:
        write_frames(sink)
    with ResultSink(tmp_path / "a.mp4", (), 10.0) as sink:
        write_frames(sink)
    assert names(tmp_path) == ["a.csv", "a.mp4"]


@pytest.mark.parametrize(
    ("exception", "files"),
    [(KeyboardInterrupt, ["a.csv", "a.mp4"]), (GeneratorExit, ["a.csv", "a.mp4"]), (KeyError, [])],
)
def test_files_are_kept_after_an_interrupt_and_deleted_after_an_error(tmp_path, exception, files):
    with pytest.raises(exception), ResultSink(tmp_path / "a.mp4", (tmp_path / "a.csv",), 10.0) as sink:
        write_frames(sink)
        raise exception
    assert names(tmp_path) == files
    if files:
        with VideoReader(tmp_path / "a.mp4") as reader:
            assert len(list(reader)) == 3


def test_no_file_is_left_if_the_video_cannot_be_completed(tmp_path, monkeypatch):
    def fail(writer):
        writer.discard()
        raise InputError("no space")

    monkeypatch.setattr("pose_demo.io.video_writer.VideoWriter.close", fail)
    with (
        pytest.raises(InputError, match="no space"),
        ResultSink(tmp_path / "a.mp4", (tmp_path / "a.csv", tmp_path / "a.json"), 10.0) as sink,
    ):
        write_frames(sink)
    assert not names(tmp_path)


@pytest.mark.parametrize(("video", "keypoints"), [("a.avi", "a.csv"), ("a.mp4", "a.txt"), ("missing/a.mp4", "a.csv")])
def test_no_file_is_left_if_one_cannot_be_created(tmp_path, video, keypoints):
    with pytest.raises(InputError):
        ResultSink(tmp_path / video, (tmp_path / keypoints,), 10.0)
    assert not names(tmp_path)
