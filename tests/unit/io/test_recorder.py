"""Recordings of a live stream: complete files, original timestamps, and no blocking."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from dance_streams import plan as dance_plan
from dance_streams import with_picture
from fakes import FakeEstimator, plan_of, pose_at, result_of

from pose_demo.io.recorder import Recorder
from pose_demo.io.video import VideoReader
from pose_demo.pipeline import Pipeline
from pose_demo.types import Frame, InputError


@pytest.fixture
def recorder():
    recorder = Recorder(limit=10.0)
    yield recorder
    recorder.close()


def _add(recorder: Recorder, *timestamps: float) -> None:
    for timestamp in timestamps:
        while recorder._queue.full():  # the encoder may be slow; no frame may be dropped here
            pass
        recorder.add(result_of(pose_at((10, 20)), timestamp=timestamp))


def test_files_contain_all_frames_with_their_timestamps(recorder):
    _add(recorder, 100.0, 100.1, 100.5, 102.0)
    recorder.finish()
    with VideoReader(recorder.video) as reader:
        assert [frame.timestamp for frame in reader] == pytest.approx([0, 0.1, 0.5, 2.0], abs=0.002)
    frames = json.loads(recorder.json.read_text())["frames"]
    assert [frame["timestamp"] for frame in frames] == pytest.approx([0, 0.1, 0.5, 2.0])
    assert [frame["frame"] for frame in frames] == [0, 1, 2, 3]
    assert frames[0]["persons"][0]["keypoints"]["nose"][:2] == [10, 20]
    rows = list(csv.DictReader(recorder.csv.open()))
    assert len(rows) == 4 * 17 and rows[0]["keypoint"] == "nose"


def test_frame_size_may_change_while_recording(recorder):
    for index, (size, point) in enumerate([((64, 48), (32, 12)), ((32, 24), (16, 6)), ((24, 32), (12, 8))]):
        recorder.add(result_of(pose_at(point), timestamp=index / 10, size=size))
    recorder.finish()
    written = json.loads(recorder.json.read_text())
    assert (written["width"], written["height"]) == (64, 48)
    noses = [frame["persons"][0]["keypoints"]["nose"][:2] for frame in written["frames"]]
    assert noses == [[32, 12], [32, 12], [32, 12]]


@pytest.mark.parametrize("chosen_meanwhile", [False, True])
def test_the_teacher_beside_the_dancer_is_recorded(recorder, chosen_meanwhile):
    """A dance that is chosen meanwhile makes the image wider; the recording keeps the size of the first one."""
    without = plan_of(FakeEstimator())
    with_teacher = replace(without, dance=with_picture(dance_plan(take=0), (200, 0, 0)))
    pipeline = Pipeline()
    for index, given in enumerate([without if chosen_meanwhile else with_teacher, with_teacher]):
        recorder.add(pipeline.process(Frame(np.full((48, 64, 3), 90, np.uint8), index / 10), given))
    recorder.finish()
    with VideoReader(recorder.video) as reader:
        image = list(reader)[-1].image
    height, width = image.shape[:2]
    assert (width, height) == ((64, 48) if chosen_meanwhile else (106, 48))
    dancer, teacher = image[height // 2, width // 4], image[height // 2, 3 * width // 4]
    assert dancer == pytest.approx([90, 90, 90], abs=8) and teacher == pytest.approx([200, 0, 0], abs=12)


def test_recording_ends_at_its_limit(recorder):
    _add(recorder, 0.0, 9.9, 10.2, 10.3)
    assert not recorder.running
    recorder.finish()
    with VideoReader(recorder.video) as reader:
        assert len(list(reader)) == 2
    assert recorder.seconds == pytest.approx(9.9)


def test_recording_ends_when_another_stream_starts(recorder):
    _add(recorder, 5.0, 5.1, 0.0)
    assert not recorder.running


def test_frames_after_the_end_are_ignored(recorder):
    _add(recorder, 0.0)
    recorder.finish()
    recorder.add(result_of(timestamp=0.5))
    with VideoReader(recorder.video) as reader:
        assert len(list(reader)) == 1


def test_no_video_without_a_frame(recorder):
    recorder.finish()
    assert not recorder.video.exists()


def test_full_queue_drops_frames(recorder, monkeypatch):
    monkeypatch.setattr(recorder._queue, "maxsize", 1)
    monkeypatch.setattr(recorder._queue, "_qsize", lambda: 1)  # always full
    recorder.add(result_of(timestamp=0.0))
    assert recorder.dropped == 1
    monkeypatch.undo()


def test_write_error_is_reported_and_finish_does_not_block(recorder, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pose_demo.io.video_writer.VideoWriter.write", fail)
    _add(recorder, 0.0, 0.1, 0.2)
    recorder.finish()
    assert "No space left" in recorder.error
    assert not recorder.running and not recorder.video.exists()


def test_error_on_completion_is_reported_and_finish_does_not_block(recorder, monkeypatch):
    def fail(*_: object) -> None:
        raise InputError("recording.mp4: cannot be written (No space left on device)")

    monkeypatch.setattr("pose_demo.io.video_writer.VideoWriter.close", fail)
    _add(recorder, 0.0, 0.1)
    recorder.finish()
    assert "No space left" in recorder.error


def test_close_deletes_the_files():
    recorder = Recorder(limit=1.0)
    folder = recorder.video.parent
    recorder.close()
    assert not folder.exists()


def test_the_camera_image_is_recorded_when_requested():
    recorder = Recorder(limit=10.0, camera=True)
    camera = Frame(np.full((48, 64, 3), 200, np.uint8))
    for timestamp in (5.0, 5.2):
        recorder.add(replace(result_of(timestamp=timestamp), source=camera))
    recorder.finish()
    with VideoReader(recorder.camera_video) as reader:
        frames = list(reader)
    assert [frame.timestamp for frame in frames] == pytest.approx([0, 0.2], abs=0.002)
    assert abs(int(frames[0].image.mean()) - 200) < 5
    recorder.close()
    assert not recorder.camera_video.exists()


def test_poses_before_smoothing_are_in_pixels_of_the_camera_image(recorder):
    camera, raw = Frame(np.zeros((48, 64, 3), np.uint8)), (pose_at((20, 12), track_id=3),)
    for timestamp in (5.0, 5.2):
        shown = result_of(pose_at((44, 11)), timestamp=timestamp, size=(128, 48))
        recorder.add(replace(shown, source=camera, raw_poses=raw, mirrored=True))
    recorder.finish()
    written = json.loads(recorder.poses.read_text())
    assert recorder.mirrored and (written["width"], written["height"]) == (64, 48)
    assert [frame["timestamp"] for frame in written["frames"]] == [0, pytest.approx(0.2)]
    assert all(frame["persons"][0]["keypoints"]["nose"][:2] == [20, 12] for frame in written["frames"])
    assert written["frames"][0]["persons"][0]["person"] == 3


def test_the_camera_image_is_not_recorded_by_default(recorder):
    _add(recorder, 0.0)
    recorder.finish()
    assert recorder.camera_video is None and not list(recorder.video.parent.glob("camera*"))
