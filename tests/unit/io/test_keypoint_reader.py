"""Keypoint files are read again as they were written, and other files are rejected with the reason."""

import json
from dataclasses import replace

import numpy as np
import pytest
from fakes import result_of
from holistic_nets import open_hand

from pose_demo import sample
from pose_demo.io.keypoint_reader import parse_keypoints, read_keypoints
from pose_demo.io.keypoints import COLUMNS, open_keypoints
from pose_demo.types import InputError

SIZE = (640, 480)
HEADER = ",".join(COLUMNS)


def duo(index):
    return sample.ground_truth(index, scene="duo")


def written(path, frames):
    """A keypoint file with these poses, at 30 frames/s."""
    with open_keypoints(path) as writer:
        for index, poses in frames.items():
            writer.write(index, result_of(*poses, timestamp=index / 30, size=SIZE))
    return path


@pytest.mark.parametrize("name", ["k.csv", "k.json"])
def test_keypoints_are_read_as_they_were_written(tmp_path, name):
    frames = {index: duo(index) for index in range(4)}
    read = read_keypoints(written(tmp_path / name, frames))
    assert read.size == SIZE and read.timestamps == pytest.approx(np.arange(4) / 30, abs=1e-4)
    for poses, before in zip(read.poses, frames.values(), strict=True):
        assert [pose.track_id for pose in poses] == [1, 2]
        for pose, truth in zip(poses, before, strict=True):
            assert pose.xy == pytest.approx(truth.xy, abs=0.01) and pose.scores == pytest.approx(truth.scores)


@pytest.mark.parametrize("name", ["k.csv", "k.json"])
def test_frames_without_a_person_have_no_pose(tmp_path, name):
    frames = {0: duo(0), 1: (), 2: (), 3: duo(3)}
    read = read_keypoints(written(tmp_path / name, frames))
    assert [len(poses) for poses in read.poses] == [2, 0, 0, 2]
    assert read.timestamps == pytest.approx([0, 1 / 30, 2 / 30, 0.1], abs=1e-4)


@pytest.mark.parametrize("name", ["k.csv", "k.json"])
def test_poses_of_mirrored_images_are_read_in_pixels_of_the_unmirrored_one(tmp_path, name):
    """The visitor may turn the mirror off while the stream is recorded."""
    with open_keypoints(tmp_path / name) as writer:
        for index, mirrored in enumerate((True, False)):
            poses = [pose.mirrored(SIZE[0]) if mirrored else pose for pose in duo(index)]
            shown = result_of(*poses, timestamp=index / 30, size=SIZE)
            writer.write(index, replace(shown, mirrored=mirrored))
    for index, poses in enumerate(read_keypoints(tmp_path / name).poses):
        for pose, truth in zip(poses, duo(index), strict=True):
            assert pose.xy == pytest.approx(truth.xy, abs=0.01)


def test_files_that_do_not_tell_whether_they_are_mirrored_are_not():
    old = ",".join(row().split(",")[:-1])
    (poses,) = parse_keypoints("\n".join((HEADER.removesuffix(",mirrored"), old)).encode(), "k.csv").poses
    assert poses[0].xy[0].tolist() == [1, 2]
    person = {"person": 1, "score": 0.9, "keypoints": {"nose": [1, 2, 0.9]}}
    (poses,) = parse_keypoints(frames(frame(persons=[person])).encode(), "k.json").poses
    assert poses[0].xy[0].tolist() == [1, 2]


@pytest.mark.parametrize("name", ["k.csv", "k.json"])
def test_hands_and_world_keypoints_are_left_out(tmp_path, name):
    pose = replace(duo(0)[0], world=np.zeros((17, 3), np.float32), parts={"left_hand": open_hand()})
    (poses,) = read_keypoints(written(tmp_path / name, {0: (pose,)})).poses
    assert poses[0].xy == pytest.approx(pose.xy, abs=0.01)


def row(**changes):
    values = dict(zip(COLUMNS, "0 0.0000 1 nose 1.0 2.0 0.9 64 48 0".split(), strict=True)) | changes
    return ",".join(values.values())


def frames(*items, **changes):
    return json.dumps({"format": "pose_demo.keypoints/1", "width": 64, "height": 48, "frames": items} | changes)


def frame(index=0, timestamp=0.0, persons=()):
    return {"frame": index, "timestamp": timestamp, "persons": list(persons)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEADER + "\n", "nobody is in this keypoint file"),
        (HEADER.removesuffix(",height,mirrored") + "\n" + row(), "also height"),
        (f"{HEADER}\n{row(x='left')}\n", "line 2: expected a number in every column"),
        (f"{HEADER}\n{row()}\n0,0.0,1,nose\n", "line 3: expected a number in every column"),
        (f"{HEADER}\n{row(y='nan')}\n", "line 2: expected a position in pixels and a score"),
        (f"{HEADER}\n{row(score='1.5')}\n", "line 2: expected a position in pixels and a score"),
        (f"{HEADER}\n{row(timestamp='inf')}\n", "line 2: expected frames with one time each"),
        (f"{HEADER}\n{row()}\n{row(timestamp='1')}\n", "line 3: expected frames with one time each"),
        (f"{HEADER}\n{row()}\n{row(frame='1')}\n", "line 3: expected frames and times that increase"),
        (f"{HEADER}\n{row()}\n{row(width='65')}\n", "size: expected the same size"),
        (f"{HEADER}\n{row(width='0')}\n", "size: expected a width"),
        (f"{HEADER}\n{row()}\n{row(frame='9999999', timestamp='9')}\n", "numbers one after another"),
        (f"{HEADER}\n{row()}\n\xff", "a CSV text in UTF-8"),
        (frames(), "nobody is in this keypoint file"),
        (frames(frame()), "nobody is in this keypoint file"),
        (frames(format="pose_demo.keypoints/2"), "format: expected"),
        (frames({}), "frames: expected also frame"),
        (frames(frame("0")), "frames: expected a number and a time"),
        (frames(frame() | {"mirrored": "no"}), "mirrored: expected true, false"),
        (frames(frame(persons=[7])), "frame 0: expected an object with person, keypoints"),
        (frames(frame(persons=[{"person": 1, "keypoints": {"nose": [1, 2]}}])), "nose: expected 3 numbers"),
        (frames(frame(persons=[{"person": 1, "keypoints": {"nose": [1, 2, 3]}}])), "a score from 0 to 1"),
        ("{", "not JSON"),
    ],
)
def test_other_files_are_rejected_with_the_reason(tmp_path, text, expected):
    path = tmp_path / "k"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as error:
        read_keypoints(path)
    assert expected in str(error.value)
