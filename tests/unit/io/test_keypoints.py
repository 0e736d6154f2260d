"""Keypoint files: content, and atomic writes."""

import csv
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from fakes import pose_at, result_of
from files import names
from holistic_nets import face_mesh, open_hand
from matching_body import t_pose, with_score

from pose_demo.io.keypoints import COLUMNS, open_keypoints
from pose_demo.joint_angles import joint_angles
from pose_demo.matching.hysteresis import ScoreHistory
from pose_demo.matching.matcher import MatchState
from pose_demo.matching.similarity import Match
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import InputError


def cells(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_csv_has_one_row_per_keypoint(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(7, result_of(pose_at((1.234, 5.678), score=0.5), timestamp=0.25))
    header, first, *others = cells(tmp_path / "k.csv")
    assert header == [*"frame timestamp person keypoint x y score width height mirrored".split(), "joint_angle"]
    assert first == ["7", "0.2500", "0", "nose", "1.23", "5.68", "0.5000", "64", "48", "0", ""]
    assert len(others) == 16 and others[-1][3] == "right_ankle"


WORLD = ["world_x", "world_y", "world_z"]


def with_world(**pose):
    """A person with the nose 60 cm above and 20 cm in front of the hips."""
    world = np.zeros((33, 3), np.float32)
    world[0] = 0.12345, -0.6, -0.2
    return pose_at((1, 2), skeleton=BLAZEPOSE_33, world=world, **pose)


def test_csv_has_the_world_keypoints_in_columns_behind_the_size(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of())
        writer.write(1, result_of(with_world()))
    header, first, *others = cells(tmp_path / "k.csv")
    assert header == [*COLUMNS, *WORLD, "joint_angle"]
    assert first[-7:] == ["64", "48", "0", "0.1235", "-0.6000", "-0.2000", ""]
    assert len(others) == 32 and all(len(row) == len(header) for row in others)


def test_json_has_the_world_keypoints_of_a_person_by_name(tmp_path):
    with open_keypoints(tmp_path / "k.json") as writer:
        writer.write(0, result_of(with_world(), pose_at((1, 2))))
    first, second = json.loads((tmp_path / "k.json").read_text())["frames"][0]["persons"]
    assert list(first) == ["person", "score", "keypoints", "world_keypoints"]
    assert list(first["world_keypoints"]) == list(BLAZEPOSE_33.keypoints)
    assert first["world_keypoints"]["nose"] == [0.1235, -0.6, -0.2]
    assert list(second) == ["person", "score", "keypoints"]


@pytest.mark.parametrize(("first", "columns"), [("world", [*COLUMNS, *WORLD]), ("none", [*COLUMNS])])
def test_the_first_person_of_a_csv_decides_about_the_columns_of_world_keypoints(tmp_path, first, columns):
    """The model of a live stream may change while it is recorded."""
    poses = [with_world(), pose_at((1, 2))]
    with open_keypoints(tmp_path / "k.csv") as writer:
        for index, pose in enumerate(poses if first == "world" else poses[::-1]):
            writer.write(index, result_of(pose))
    header, *rows = cells(tmp_path / "k.csv")
    assert header == [*columns, "joint_angle"] and all(len(row) == len(header) for row in rows)
    if first == "world":
        assert rows[0][-4] == "0.1235" and rows[-1][-4:-1] == ["", "", ""]


def test_both_formats_have_the_joint_angles(tmp_path):
    pose = t_pose()
    result = replace(result_of(pose), joint_angles=(joint_angles(pose),))
    for suffix in ("csv", "json"):
        with open_keypoints(tmp_path / f"k.{suffix}") as writer:
            writer.write(0, result)
    angles = {row[3]: row[-1] for row in cells(tmp_path / "k.csv")[1:]}
    (person,) = json.loads((tmp_path / "k.json").read_text())["frames"][0]["persons"]
    # the trunk goes 100 px down and 10 px inwards, away from the arm: 90 + atan(10 / 100) degrees
    assert angles["left_shoulder"] == "95.7" and person["joint_angles"]["left_shoulder"] == 95.7
    assert angles["right_elbow"] == "0.0" and angles["nose"] == angles["left_ankle"] == ""
    assert list(person) == ["person", "score", "keypoints", "joint_angles", "joint_angles_source"]
    assert person["joint_angles_source"] == "keypoints"


def test_json_has_null_for_the_angle_of_a_joint_that_is_not_visible(tmp_path):
    pose = with_score(t_pose(), 0.1, "left_wrist")
    with open_keypoints(tmp_path / "k.json") as writer:
        writer.write(0, replace(result_of(pose), joint_angles=(joint_angles(pose),)))
    (person,) = json.loads((tmp_path / "k.json").read_text())["frames"][0]["persons"]
    assert person["joint_angles"]["left_elbow"] is None and person["joint_angles"]["right_elbow"] == 0


def test_json_has_the_size_once(tmp_path):
    with open_keypoints(tmp_path / "k.json") as writer:
        for index in range(2):
            writer.write(index, result_of(pose_at((1, 2)), size=(80, 60)))
    written = json.loads((tmp_path / "k.json").read_text())
    assert list(written) == ["format", "width", "height", "frames"]
    assert (written["width"], written["height"], len(written["frames"])) == (80, 60, 2)


def test_json_without_a_frame_has_no_size(tmp_path):
    with open_keypoints(tmp_path / "k.json"):
        pass
    written = json.loads((tmp_path / "k.json").read_text())
    assert written == {"format": "pose_demo.keypoints/1", "width": None, "height": None, "frames": []}


def test_person_is_the_track_id_or_the_index_of_the_pose(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of(pose_at(), pose_at(track_id=9), pose_at(skeleton=BLAZEPOSE_33)))
    persons = [row[2] for row in cells(tmp_path / "k.csv")[1:]]
    assert persons == ["0"] * 17 + ["9"] * 17 + ["2"] * 33


def test_hands_are_in_both_formats_and_faces_in_json(tmp_path):
    pose = pose_at((1, 2), parts={"right_hand": open_hand(50, 90), "face": face_mesh()})
    for suffix in ("csv", "json"):
        with open_keypoints(tmp_path / f"k.{suffix}") as writer:
            writer.write(0, result_of(pose))
    rows = cells(tmp_path / "k.csv")[1:]
    assert len(rows) == 17 + 21
    assert rows[17][3:7] == ["right_hand.wrist", "50.00", "90.00", "0.9000"] and rows[-1][3] == "right_hand.pinky_tip"
    (person,) = json.loads((tmp_path / "k.json").read_text())["frames"][0]["persons"]
    assert list(person) == ["person", "score", "keypoints", "right_hand", "face"]
    assert person["right_hand"]["thumb_tip"] == [10, 50, 0.9] and len(person["right_hand"]) == 21
    assert person["face"]["10"] == [100, 60, 0.9] and len(person["face"]) == 468


def test_frame_without_a_person_has_no_row(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of())
    assert len(cells(tmp_path / "k.csv")) == 1


@pytest.mark.parametrize(("exception", "files"), [(KeyboardInterrupt, ["k.csv"]), (ValueError, [])])
def test_file_is_kept_after_an_interrupt_and_deleted_after_an_error(tmp_path, exception, files):
    with pytest.raises(exception), open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of(pose_at()))
        raise exception
    assert names(tmp_path) == files


@pytest.mark.parametrize("frames", [3000, 1], ids=["while writing", "on close"])
def test_full_disk_leaves_no_file(full_disk, frames):
    with pytest.raises(InputError, match="No space left"), open_keypoints(full_disk / "k.csv") as writer:
        (full_disk / "rest").write_bytes(b"x" * shutil.disk_usage(full_disk).free)
        for index in range(frames):
            writer.write(index, result_of(pose_at()))
    assert names(full_disk) == ["rest"]


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        open_keypoints(tmp_path / "missing" / "k.csv")


def matched(score, is_match, *poses):
    """A frame in which the first person is compared with a reference."""
    state = MatchState(Match(score, limbs={"hips": 4.04} if score else {}), is_match, ScoreHistory(), None)
    return replace(result_of(*poses), matches=(state,) * len(poses))


def test_csv_has_the_match_of_each_person(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, result_of())
        writer.write(1, matched(0.81234, True, pose_at((1, 2))))
        writer.write(2, matched(None, False, pose_at((1, 2))))
        writer.write(3, result_of(pose_at((1, 2))))  # the reference was removed while it was recorded
    header, *rows = cells(tmp_path / "k.csv")
    assert header == [*COLUMNS, "match_score", "match", "joint_angle"]
    assert all(len(row) == len(header) for row in rows)
    assert [row[-3:-1] for row in rows[::17]] == [["0.8123", "1"], ["", "0"], ["", ""]]
    assert rows[0][-3:-1] == rows[16][-3:-1]


def test_csv_has_world_keypoints_before_the_match(tmp_path):
    with open_keypoints(tmp_path / "k.csv") as writer:
        writer.write(0, matched(0.5, False, with_world()))
    header, first, *_ = cells(tmp_path / "k.csv")
    assert header == [*COLUMNS, *WORLD, "match_score", "match", "joint_angle"]
    assert first[-4:-1] == ["-0.2000", "0.5000", "0"]


def test_json_has_the_match_of_each_person(tmp_path):
    """Match or not is with hysteresis, as in the image."""
    with open_keypoints(tmp_path / "k.json") as writer:
        writer.write(0, matched(0.81234, True, pose_at((1, 2))))
        writer.write(1, result_of(pose_at((1, 2))))
    first, second = json.loads((tmp_path / "k.json").read_text())["frames"]
    expected = {"score": 0.8123, "match": True, "mirrored": False, "limbs": {"hips": 4.0}, "reason": ""}
    assert first["persons"][0]["match"] == expected and "match" not in second["persons"][0]
