"""Teachers that are read in the background: uploads, recordings, bad ones, and jobs that are cancelled."""

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import pose_at, result_of

from models import needs
from pose_demo import sample
from pose_demo.dance import library
from pose_demo.dance.teacher import Teacher
from pose_demo.io.images import encode_image
from pose_demo.io.recorder import Recorder
from pose_demo.io.video_writer import VideoWriter
from pose_demo.matching import library as poses
from pose_demo.offline.dance import teacher_job
from pose_demo.offline.dance.source import read_dance
from pose_demo.offline.dance.teacher_job import TeacherJob, draw, read_recording, read_upload
from pose_demo.types import Frame, InputError, UnavailableModel

LIGHTNING = "movenet-lightning"
DANCE = read_dance("sample").reference


def ended(job):
    job._thread.join(30)
    assert not job.running
    return job


def video(path, indices, scene="solo", fps=10):
    with VideoWriter(path, fps) as writer:
        for number, index in enumerate(indices):
            writer.write(sample.frame(index, scene=scene).image, number / fps)
    return path.read_bytes()


@pytest.fixture
def folders(monkeypatch):
    """The temporary folders of jobs."""
    made, make = [], teacher_job.temporary_folder
    monkeypatch.setattr(teacher_job, "temporary_folder", lambda purpose: made.append(make(purpose)) or made[-1])
    return made


def test_a_video_becomes_a_teacher_and_is_deleted(tmp_path, folders):
    needs(LIGHTNING)
    needs("movenet-multipose")
    job = ended(read_upload(video(tmp_path / "a.mp4", range(60, 84, 3), "duo"), "us.mp4", LIGHTNING))
    assert job.error == "" and job.fraction == pytest.approx(1)
    assert job.teacher.reference.name == "us.mp4" and job.teacher.reference.model == LIGHTNING
    assert job.teacher.notes == ("us.mp4: 2 persons dance; the most prominent one is dancer 1",)
    assert len(job.teacher.pictures.timestamps) == 8 and job.teacher.pictures.at(0).shape == (360, 480, 3)
    assert not Path(folders[0].name).exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "0 bytes"),
        (b"hello" * 99, "a.mp4: not a video this program can read"),
        (encode_image(sample.frame(0, size=(64, 48)).image), "a.mp4: a photo, and a dance moves"),
        (poses.load("star").to_json().encode(), "a.mp4: a pose, not a dance"),
        (b"{", "dance file: not JSON"),
        (b"frame,timestamp,person,keypoint\n", "keypoint file: the columns"),
    ],
    ids=["empty", "text", "photo", "pose", "json", "csv"],
)
def test_a_bad_file_is_told_by_its_name(data, message, folders):
    job = ended(read_upload(data, "a.mp4", LIGHTNING))
    assert message in job.error and job.teacher is None and teacher_job._FILE not in job.error
    assert not Path(folders[0].name).exists()


def test_a_video_without_a_person_and_a_long_one_are_told(tmp_path):
    needs(LIGHTNING)
    job = ended(read_upload(video(tmp_path / "a.mp4", range(6), "empty"), "room.mp4", LIGHTNING))
    assert job.error.startswith("room.mp4: nobody dances in it")
    with VideoWriter(tmp_path / "long.mp4", 1) as writer:
        for seconds in (0, 600, 1230):
            writer.write(np.zeros((48, 64, 3), np.uint8), float(seconds))
    job = ended(read_upload((tmp_path / "long.mp4").read_bytes(), "long.mp4", LIGHTNING))
    assert job.error.startswith("long.mp4: expected at most 20 minutes, got 20.5")


def test_a_video_beyond_the_limits_of_the_page_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(teacher_job, "PAGE", replace(teacher_job.PAGE, pixels=64 * 48 - 1))
    with VideoWriter(tmp_path / "a.mp4", 1) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
    assert ended(read_upload((tmp_path / "a.mp4").read_bytes(), "wide.mp4", LIGHTNING)).error.startswith("wide.mp4")


def test_a_saved_dance_keeps_its_name():
    saved = ended(read_upload(replace(DANCE, name="Waltz").to_json().encode(), "a.json"))
    assert saved.teacher.reference.name == "Waltz" and saved.teacher.pictures is None
    assert np.abs(saved.teacher.reference.dancers[0].xy - DANCE.dancers[0].xy).max() < 0.06


def test_a_text_that_would_take_too_much_memory_is_refused_at_once():
    with pytest.raises(InputError, match=r"a.json: expected a dance of at most 25 MB, got 25.0 MB"):
        read_upload(b"{" + bytes(25_000_000), "a.json")


def test_a_full_disk_is_told(monkeypatch, folders):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(InputError, match=r"a.mp4: cannot be stored \(No space left on device\)"):
        read_upload(b"x", "a.mp4")
    assert not Path(folders[0].name).exists()


def test_a_closed_job_ends_at_the_next_frame_and_releases_its_file():
    at_work, go_on, released = threading.Event(), threading.Event(), []

    def read(on_progress):
        on_progress(1, 0.5)
        at_work.set()
        go_on.wait(30)
        on_progress(2, 1.0)
        raise AssertionError("it goes on")

    job = TeacherJob("a", read, lambda: released.append(True))
    assert at_work.wait(30) and job.running and job.fraction == 0.5
    job.close()
    assert released == [True]  # at once
    go_on.set()
    assert ended(job).error == "" and job.teacher is None and job.fraction == 0.5


def test_jobs_read_one_after_another_and_one_that_waits_can_be_closed():
    order = []
    with teacher_job._reading:
        first = TeacherJob("a", lambda _: order.append("a") or Teacher(DANCE))
        while not first.waiting:
            pass
        first.close()
        ended(first)
        second = TeacherJob("b", lambda _: order.append("b") or Teacher(DANCE))
        while not second.waiting:
            pass
        assert ended(TeacherJob("c", lambda _: Teacher(DANCE), in_turn=False)).teacher  # waits for nobody
    assert ended(second).teacher.reference is DANCE and order == ["b"] and not second.waiting
    assert not teacher_job._reading.locked()


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority of its own on Linux only")
def test_it_reads_with_low_priority():
    seen = []

    def read(_):
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return Teacher(DANCE)

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    ended(TeacherJob("a", read))
    assert seen == [max(10, before)] and os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnavailableModel("run: python -m pose_demo models fetch", "no memory"), "no memory"),
        (ZeroDivisionError("division by zero"), "a: division by zero"),
        (MemoryError(), "a: MemoryError"),
    ],
)
def test_every_error_is_told_and_the_next_job_has_its_turn(error, told):
    def read(_):
        raise error

    assert ended(TeacherJob("a", read)).error == told
    assert ended(TeacherJob("b", lambda _: Teacher(DANCE))).teacher


def test_a_choreography_is_drawn_with_progress_for_everybody(monkeypatch):
    fractions = []

    def drawn(choreography, on_progress):
        for fraction in (0.0, 0.5):
            on_progress(fraction)
            fractions.append(job.fraction)
        return Teacher(DANCE)

    monkeypatch.setattr(library, "_teachers", {})
    monkeypatch.setattr(library, "drawn", drawn)
    assert not library.is_loaded("disco")
    with library._drawing:
        job = draw("disco")
    assert ended(job).teacher is library.load("disco") and library.is_loaded("disco") and fractions == [0.0, 0.5]


# ---- recordings


@pytest.fixture
def recorder():
    recorder = Recorder(limit=10.0)
    yield recorder
    recorder.close()


def record(recorder, mirrored=False, count=15, poses=lambda index: sample.ground_truth(index)):
    """A camera of 64 x 48 pixels that is white on the left, with another teacher, black, beside it."""
    image = np.zeros((48, 128, 3), np.uint8)
    image[:, slice(32, 64) if mirrored else slice(0, 32)] = 255
    source = Frame(np.zeros((48, 64, 3), np.uint8))
    for index in range(count):
        while recorder._queue.full():
            pass
        result = result_of(pose_at((1, 2)), timestamp=7 + index / 10, size=(128, 48))
        recorder.add(replace(result, image=image, source=source, raw_poses=poses(index), mirrored=mirrored))
    recorder.end()


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_recording_becomes_a_teacher_as_the_camera_saw_it(recorder, mirrored):
    record(recorder, mirrored, poses=lambda index: (pose_at(*[(20 + index, 30)] * 17, track_id=4),))
    teacher = ended(read_recording(recorder, "My recording")).teacher
    (dancer,) = teacher.reference.dancers
    assert teacher.reference.name == "My recording" and dancer.size == (64, 48)
    assert dancer.timestamps == pytest.approx(np.arange(15) / 10)
    assert dancer.xy[7] == pytest.approx(np.tile([27.0, 30.0], (17, 1)), abs=0.5)  # unmirrored
    picture = teacher.pictures.at(0.7)
    assert picture.shape == (48, 64, 3) and picture[:, :28].min() > 200 and picture[:, 36:].max() < 55


def test_a_recording_without_a_person_and_one_that_was_deleted_are_told(recorder):
    record(recorder, poses=lambda index: ())
    assert ended(read_recording(recorder, "My recording")).error.startswith("nobody was found in the recording")
    recorder.close()
    assert "record again" in ended(read_recording(recorder, "My recording")).error
