"""Results in a video and keypoint files: all complete, or none."""

import csv
import json

import numpy as np
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


SIZES = ((320, 240), (160, 120), (320, 240), (120, 160), (641, 480))


def marked_result(size, index):
    """A white square around a keypoint at 3/4 of the width and 1/4 of the height."""
    x, y = 0.75 * size[0], 0.25 * size[1]
    result = result_of(pose_at((x, y)), timestamp=index / 10, size=size)
    half = size[0] // 20
    result.image[round(y) - half : round(y) + half, round(x) - half : round(x) + half] = 255
    return result


def center_of_light(image):
    rows, columns = np.nonzero(image.mean(axis=2) > 128)
    return columns.mean() + 0.5, rows.mean() + 0.5


@pytest.mark.parametrize("sizes", [SIZES, SIZES[::-1]], ids=["even", "odd"])
def test_frames_of_all_sizes_have_one_coordinate_system(tmp_path, sizes):
    files = tmp_path / "a.mp4", (tmp_path / "a.csv", tmp_path / "a.json")
    with ResultSink(*files, 10.0) as sink:
        for index, size in enumerate(sizes):
            sink.write(index, marked_result(size, index))
    with VideoReader(tmp_path / "a.mp4") as reader:
        centers = [center_of_light(frame.image) for frame in reader]
    rows = [row for row in csv.DictReader((tmp_path / "a.csv").open()) if row["keypoint"] == "nose"]
    assert {(int(row["width"]), int(row["height"])) for row in rows} == {sizes[0]}
    assert [(float(row["x"]), float(row["y"])) for row in rows] == [
        pytest.approx(center, abs=1.5) for center in centers
    ]
    written = json.loads((tmp_path / "a.json").read_text())
    assert (written["width"], written["height"]) == sizes[0]
    noses = [frame["persons"][0]["keypoints"]["nose"][:2] for frame in written["frames"]]
    assert noses == [[float(row["x"]), float(row["y"])] for row in rows]


def test_world_keypoints_do_not_depend_on_the_frame_size(tmp_path):
    world = np.full((17, 3), (0.1, -0.6, -0.2), np.float32)
    with ResultSink(None, (tmp_path / "a.json",), 10.0) as sink:
        for index, size in enumerate([(320, 240), (120, 160)]):
            sink.write(index, result_of(pose_at((1, 2), world=world), timestamp=index / 10, size=size))
    persons = [frame["persons"][0] for frame in json.loads((tmp_path / "a.json").read_text())["frames"]]
    assert [person["world_keypoints"]["nose"] for person in persons] == [[0.1, -0.6, -0.2]] * 2


def test_keypoints_alone_have_one_coordinate_system(tmp_path):
    with ResultSink(None, (tmp_path / "a.csv",), 10.0) as sink:
        for index, size in enumerate([(320, 240), (160, 120), (120, 160)]):
            sink.write(index, marked_result(size, index))
    rows = [row for row in csv.DictReader((tmp_path / "a.csv").open()) if row["keypoint"] == "nose"]
    assert [(row["x"], row["y"]) for row in rows] == [("240.00", "60.00"), ("240.00", "60.00"), ("205.00", "60.00")]


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
