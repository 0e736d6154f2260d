"""The CSV of keypoints, cell by cell."""

import csv
import shutil

import pytest
from fakes import pose_at, result_of
from files import names

from pose_demo.io.keypoints import open_keypoints
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import InputError


def cells(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_one_line_for_each_keypoint_under_the_agreed_header(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(7, result_of(pose_at((1.234, 5.678), score=0.5), timestamp=0.25))
    header, first, *others = cells(tmp_path / "k.csv")
    assert header == ["frame", "timestamp", "person", "keypoint", "x", "y", "score"]
    assert first == ["7", "0.2500", "0", "nose", "1.23", "5.68", "0.5000"]
    assert len(others) == 16 and others[-1][3] == "right_ankle"


def test_persons_are_counted_or_named_by_their_track(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of(pose_at(), pose_at(track_id=9), pose_at(skeleton=BLAZEPOSE_33)))
    persons = [row[2] for row in cells(tmp_path / "k.csv")[1:]]
    assert persons == ["0"] * 17 + ["9"] * 17 + ["2"] * 33


def test_a_frame_without_anybody_has_no_line(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of())
    assert len(cells(tmp_path / "k.csv")) == 1


@pytest.mark.parametrize(("stop", "left"), [(KeyboardInterrupt, ["k.csv"]), (ValueError, [])])
def test_when_the_user_stops_the_lines_are_kept_and_after_an_error_they_are_not(tmp_path, stop, left):
    with pytest.raises(stop), open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of(pose_at()))
        raise stop
    assert names(tmp_path) == left


@pytest.mark.parametrize("frames", [3000, 1], ids=["on the way", "at the very end"])
def test_when_the_disk_fills_up_nothing_is_left(full_disk, frames):
    with pytest.raises(InputError, match="No space left"), open_keypoints(full_disk / "k.csv") as writer:
        (full_disk / "rest").write_bytes(b"x" * shutil.disk_usage(full_disk).free)
        for index in range(frames):
            writer.write(index, result_of(pose_at()))
    assert names(full_disk) == ["rest"]


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        open_keypoints(tmp_path / "nowhere" / "k.csv")
