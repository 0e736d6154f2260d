"""A recording of a live stream: complete files, true times, no waiting."""

from __future__ import annotations

import csv
import json

import pytest
from fakes import pose_at, result_of

from pose_demo.io.recorder import Recording
from pose_demo.io.video import VideoReader
from pose_demo.types import InputError


@pytest.fixture
def recording():
    made = Recording(limit=10.0)
    yield made
    made.close()


def _feed(recording: Recording, *timestamps: float) -> None:
    for timestamp in timestamps:
        while recording._frames.full():  # the encoder of a test machine may be slow; no frame is to be dropped here
            pass
        recording.add(result_of(pose_at((10, 20)), timestamp=timestamp))


def test_the_files_hold_what_was_seen_with_its_true_times(recording):
    _feed(recording, 100.0, 100.1, 100.5, 102.0)
    recording.finish()
    with VideoReader(recording.video) as reader:
        assert [frame.timestamp for frame in reader] == pytest.approx([0, 0.1, 0.5, 2.0], abs=0.002)
    frames = json.loads(recording.json.read_text())["frames"]
    assert [frame["timestamp"] for frame in frames] == pytest.approx([0, 0.1, 0.5, 2.0])
    assert [frame["frame"] for frame in frames] == [0, 1, 2, 3]
    assert frames[0]["persons"][0]["keypoints"]["nose"][:2] == [10, 20]
    rows = list(csv.DictReader(recording.csv.open()))
    assert len(rows) == 4 * 17 and rows[0]["keypoint"] == "nose"


def test_it_ends_by_itself_at_its_limit(recording):
    _feed(recording, 0.0, 9.9, 10.2, 10.3)
    assert not recording.running
    recording.finish()
    with VideoReader(recording.video) as reader:
        assert len(list(reader)) == 2
    assert recording.seconds == pytest.approx(9.9)


def test_another_stream_whose_clock_begins_again_ends_it(recording):
    _feed(recording, 5.0, 5.1, 0.0)
    assert not recording.running


def test_frames_that_come_after_its_end_are_left_out(recording):
    _feed(recording, 0.0)
    recording.finish()
    recording.add(result_of(timestamp=0.5))
    with VideoReader(recording.video) as reader:
        assert len(list(reader)) == 1


def test_without_a_frame_there_is_no_video(recording):
    recording.finish()
    assert not recording.video.exists()


def test_a_full_queue_drops_frames_instead_of_waiting(recording, monkeypatch):
    monkeypatch.setattr(recording._frames, "maxsize", 1)
    monkeypatch.setattr(recording._frames, "_qsize", lambda: 1)  # the encoder never takes one
    recording.add(result_of(timestamp=0.0))
    assert recording.dropped == 1
    monkeypatch.undo()


def test_a_disk_that_fails_is_reported_and_finish_does_not_hang(recording, monkeypatch):
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pose_demo.io.video.VideoWriter.write", fails)
    _feed(recording, 0.0, 0.1, 0.2)
    recording.finish()
    assert "No space left" in recording.error
    assert not recording.running and not recording.video.exists()


def test_a_file_that_cannot_be_completed_is_reported_and_finish_does_not_hang(recording, monkeypatch):
    def fails(*_: object) -> None:
        raise InputError("recording.mp4: cannot be written (No space left on device)")

    monkeypatch.setattr("pose_demo.io.video.VideoWriter.close", fails)
    _feed(recording, 0.0, 0.1)
    recording.finish()
    assert "No space left" in recording.error


def test_closed_it_leaves_nothing_on_the_disk():
    made = Recording(limit=1.0)
    folder = made.video.parent
    made.close()
    assert not folder.exists()
