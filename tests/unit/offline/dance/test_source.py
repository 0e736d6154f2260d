"""Dances from every kind of file, and bad ones."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import pose_at, result_of

from models import needs
from pose_demo import sample
from pose_demo.io.images import write_image
from pose_demo.io.keypoints import open_keypoints
from pose_demo.io.video_writer import VideoWriter
from pose_demo.matching import library
from pose_demo.offline.dance.source import CollectedPoses, dance_settings, is_dance, read_dance
from pose_demo.pipeline import Result
from pose_demo.types import Estimate, Frame, InputError

LIGHTNING = "movenet-lightning"


def truth(count, step=1, scene="solo"):
    return np.array([sample.ground_truth(step * index, scene=scene)[0].xy for index in range(count)])


def drawn_video(path, count=20, step=1, scene="solo", size=(640, 480)):
    with VideoWriter(path, 30 / step) as writer:
        for index in range(count):
            writer.write(sample.frame(step * index, scene=scene, size=size).image, step * index / 30)
    return path


@pytest.mark.parametrize("scene", ["sample", "sample:solo"])
def test_the_sample_has_its_true_keypoints(scene):
    read = read_dance(scene)
    (dancer,) = read.reference.dancers
    assert len(dancer.timestamps) == 300 and read.reference.model == "" and not read.notes
    assert np.abs(dancer.xy - truth(300)).mean() < 0.3


def test_two_drawn_dancers():
    read = read_dance("sample:duo")
    assert len(read.reference.dancers) == 2 and "2 persons dance" in read.notes[0]


@pytest.mark.parametrize("name", ["dance.csv", "dance.json", "saved.json"])
def test_a_stored_dance_is_the_dance_again(tmp_path, name):
    path, made = tmp_path / name, read_dance("sample").reference
    if name == "saved.json":
        path.write_text(made.to_json())
    else:
        image = np.zeros((480, 640, 3), np.uint8)
        with open_keypoints(path) as writer:
            for index in range(300):
                estimate = Estimate(sample.ground_truth(index))
                writer.write(index, Result(image=image, estimate=estimate, timestamp=index / 30, stage_ms={}, model=""))
    (dancer,) = read_dance(str(path)).reference.dancers
    assert is_dance(path) and dancer.timestamps == pytest.approx(made.dancers[0].timestamps, abs=1e-3)
    assert dancer.xy == pytest.approx(made.dancers[0].xy, abs=0.3)


def test_a_video_is_estimated_once_with_progress(tmp_path):
    needs(LIGHTNING)
    path, calls = drawn_video(tmp_path / "dance.mp4"), []
    read = read_dance(str(path), LIGHTNING, on_progress=lambda *call: calls.append(call))
    (dancer,) = read.reference.dancers
    assert is_dance(path) and read.reference.model == LIGHTNING
    assert [frames for frames, _ in calls] == list(range(1, 21)) and calls == sorted(calls) and calls[-1][1] == 1
    assert dancer.scores.any(axis=1).all() and np.linalg.norm(dancer.xy - truth(20), axis=2).mean() < 6


def test_poses_are_collected_unmirrored_in_pixels_of_the_first_frame():
    poses = CollectedPoses()
    for index, (size, x) in enumerate((((64, 48), 20), ((128, 96), 40), ((128, 96), 88))):
        frame = Frame(np.zeros((*size[::-1], 3), np.uint8))
        result = replace(result_of(pose_at((x, 12)), timestamp=5 + index, size=(200, size[1])), source=frame)
        poses.add(replace(result, mirrored=x == 88))
    detected = poses.detected("fake")
    assert (detected.timestamps, detected.size, detected.model, poses.seconds) == ((5, 6, 7), (64, 48), "fake", 2)
    assert [pose.xy[0].tolist() for (pose,) in detected.poses] == [[20, 12], [20, 6], [20, 6]]


def test_a_video_with_5_frames_per_second(tmp_path):
    needs(LIGHTNING)
    path = drawn_video(tmp_path / "slow.mp4", count=5, step=6)
    (dancer,) = read_dance(str(path), LIGHTNING).reference.dancers
    assert dancer.timestamps == pytest.approx(np.arange(5) / 5, abs=1e-3)
    assert np.linalg.norm(dancer.xy - truth(5, step=6), axis=2).mean() < 6


def test_a_video_without_a_person_is_rejected(tmp_path):
    needs(LIGHTNING)
    path = drawn_video(tmp_path / "empty.mp4", count=18, scene="empty", size=(320, 240))
    with pytest.raises(InputError, match=r"empty.mp4: nobody dances in it"):
        read_dance(str(path), LIGHTNING)


def test_a_video_of_more_than_20_minutes_is_rejected_at_once(tmp_path):
    path, calls = tmp_path / "long.mp4", []
    with VideoWriter(path, 1) as writer:
        for index in (0, 600, 1230):
            writer.write(np.zeros((48, 64, 3), np.uint8), float(index))
    with pytest.raises(InputError, match=r"long.mp4: expected at most 20 minutes, got 20.5"):
        read_dance(str(path), on_progress=lambda *call: calls.append(call))
    assert not calls


def test_a_photo_does_not_move(tmp_path):
    write_image(tmp_path / "photo.png", sample.frame(0).image)
    assert not is_dance(tmp_path / "photo.png")
    with pytest.raises(InputError, match=r"photo.png: a photo, and a dance moves"):
        read_dance(str(tmp_path / "photo.png"))


def test_a_reference_pose_is_no_dance(tmp_path):
    path = tmp_path / "pose.json"
    path.write_text(library.load("t-pose").to_json())
    assert not is_dance(path)
    with pytest.raises(InputError, match=r"pose.json: a pose, not a dance"):
        read_dance(str(path))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.mp4", b"", "0 bytes"),
        ("a.mp4", b"hello" * 200, "not a video"),
        ("a.json", b'{"format": "pose_demo.dance/9"}', "dance file: the file: expected also skeleton"),
        ("a.json", b"{", "dance file: not JSON"),
        ("a.csv", b"frame,timestamp,person,keypoint\n", "keypoint file: the columns: expected also x"),
    ],
)
def test_other_files_are_rejected_with_the_reason(tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as error:
        read_dance(str(tmp_path / name))
    assert expected in str(error.value)


def test_a_missing_file_and_scene_are_told():
    for source in ("missing.mp4", "sample:nowhere"):
        with pytest.raises(InputError, match=r"no such scene|cannot be opened|no such file"):
            read_dance(source)


def test_the_most_accurate_ready_model_is_used(monkeypatch):
    ready = {"movenet-lightning", "blazepose-full"}
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda name: name in ready)
    assert dance_settings().model == "blazepose-full" and dance_settings().detector == "none"
    ready |= {"movenet-thunder", "movenet-multipose"}
    settings = dance_settings()
    assert (settings.model, settings.detector, settings.smooth.on) == ("movenet-thunder", "movenet-multipose", False)
    with pytest.raises(InputError, match="estimates keypoints"):
        dance_settings("yolov3-tiny")
    ready.clear()
    with pytest.raises(InputError, match="no model is ready"):
        dance_settings()
