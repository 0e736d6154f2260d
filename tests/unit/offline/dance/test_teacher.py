"""Teachers from a video and from a file of keypoints."""

import numpy as np
import pytest
from sound_files import ONSET, write_video_with_sound

from models import needs
from pose_demo import sample
from pose_demo.dance.library import drawn
from pose_demo.dance.sound import RATE
from pose_demo.dance.teacher import pose_near
from pose_demo.io.sources import open_source
from pose_demo.io.video_writer import VideoWriter
from pose_demo.offline.dance.source import read_dance
from pose_demo.offline.dance.teacher import read_teacher
from pose_demo.sample import Choreography

LIGHTNING = "movenet-lightning"


def test_a_video_has_pictures_in_step_with_its_poses(tmp_path):
    needs(LIGHTNING)
    path = tmp_path / "dance.mp4"
    with VideoWriter(path, 10) as writer:
        for index in range(12):
            writer.write(sample.frame(3 * index).image, index / 10)
    teacher = read_teacher(str(path), LIGHTNING)
    assert len(teacher.pictures.timestamps) == 12 and teacher.pictures.at(0).shape == (360, 480, 3)
    assert np.abs(teacher.pictures.at(0.5).astype(int) - teacher.pictures.at(0).astype(int)).mean() > 1
    dancer = teacher.reference.dancers[0]
    assert np.abs(pose_near(dancer, 0.5).xy - sample.ground_truth(15)[0].xy).mean() < 15


def test_a_video_has_its_sound_from_the_same_moment_on(tmp_path, monkeypatch):
    path = write_video_with_sound(tmp_path / "dance.mp4", sound_at=0.5)

    def read(source, model, threads, on_progress, on_frame):
        """The dance without a model; the images are those of the video."""
        with open_source(path) as frames:
            for frame in frames.frames:
                on_frame(frame)
        return read_dance("sample:first-steps")

    monkeypatch.setattr("pose_demo.offline.dance.teacher.read_dance", read)
    teacher = read_teacher(str(path))
    loud = np.abs(teacher.sound.samples) > 3000
    assert teacher.sound.start + int(np.argmax(loud)) / RATE == pytest.approx(ONSET + 0.5, abs=0.03)
    assert teacher.notes == ()


def test_a_choreography_has_its_music():
    teacher = drawn(Choreography("short", "Short", 120, (sample.CHOREOGRAPHIES["disco"].parts[0][:8],)))
    assert len(teacher.sound.samples) == 4 * RATE and teacher.sound.start == 0
    assert np.abs(teacher.sound.samples[: RATE // 10]).max() > 10_000


def test_a_dance_file_has_poses_only(tmp_path):
    path = tmp_path / "dance.json"
    path.write_text(read_dance("sample").reference.to_json())
    teacher = read_teacher(str(path))
    assert teacher.pictures is None and teacher.sound is None and len(teacher.reference.dancers) == 1
