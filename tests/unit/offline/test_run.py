"""A run from footage to files: figures, outputs that are complete or absent, and the model closed whatever happens."""

import pytest
from fakes import Scripted, plan_of, pose_at
from files import names

from pose_demo.io.video import VideoReader
from pose_demo.offline import run
from pose_demo.settings import Settings
from pose_demo.types import Box, Estimate, InputError


@pytest.fixture
def scripted(monkeypatch):
    """The model answers one person in every frame; everything else is real."""
    estimator = Scripted(Estimate((pose_at((10, 10)),)))
    monkeypatch.setattr(run, "prepare", lambda settings, **_: plan_of(estimator, **settings.changes()))
    return estimator


def finish(source, *paths, **options):
    return list(run.process(source, Settings(), *paths, **options))


def test_the_figures_count_frames_persons_and_times(make_clip, scripted):
    report = finish(make_clip(5))[-1].report
    report.milliseconds[:] = [10.0, 20.0, 30.0, 40.0, 100.0]
    assert report.to_dict() == {
        "model": "movenet-lightning",
        "frames": 5,
        "frames_with_person": 5,
        "width": 64,
        "height": 48,
        "ms_p50": 30.0,
        "ms_p95": 88.0,
        "fps": 25.0,
    }


def test_a_box_of_a_chair_is_nobody(make_clip, scripted):
    scripted.answer = Estimate(boxes=(Box(0, 0, 9, 9, label="chair"),))
    assert finish(make_clip(2))[-1].report.frames_with_person == 0


def test_figures_without_a_single_frame_are_zero():
    assert run.Report("none").to_dict()["fps"] == 0.0


def test_video_and_csv_are_written(make_clip, tmp_path, scripted):
    finish(make_clip(6), tmp_path / "out.mp4", tmp_path / "out.csv")
    assert names(tmp_path) == ["clip.mp4", "out.csv", "out.mp4"]
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert len(list(reader)) == 6
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1 + 6 * 17


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.mp4"])
def test_a_photo_becomes_a_picture_or_a_video_of_one_frame(photo, tmp_path, scripted, name):
    steps = finish(photo, tmp_path / name)
    assert len(steps) == 1 and name in names(tmp_path)


def test_a_video_does_not_fit_into_a_picture(make_clip, tmp_path, scripted):
    with pytest.raises(InputError, match=r"expected a name ending in \.mp4"):
        finish(make_clip(), tmp_path / "out.png")


def test_the_model_is_closed_once_at_the_end(make_clip, scripted):
    finish(make_clip(3))
    assert scripted.closes == 1


def test_stopping_early_keeps_the_part_and_closes_the_model(make_clip, tmp_path, scripted):
    steps = run.process(make_clip(9), Settings(), tmp_path / "out.mp4", tmp_path / "out.csv")
    for _ in range(4):
        next(steps)
    steps.close()
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert len(list(reader)) == 4
    assert scripted.closes == 1


def test_a_model_that_fails_leaves_no_file_and_is_closed(make_clip, tmp_path, scripted):
    clip, scripted.error = make_clip(), RuntimeError("broken")
    with pytest.raises(RuntimeError, match="broken"):
        finish(clip, tmp_path / "out.mp4", tmp_path / "out.csv")
    assert names(tmp_path) == ["clip.mp4"] and scripted.closes == 1


def test_a_full_disk_closes_the_model_and_leaves_nothing(full_disk, scripted):
    with pytest.raises(InputError, match="No space left") as refusal:
        finish("sample", full_disk / "out.mp4", full_disk / "out.csv")
    assert refusal and not names(full_disk) and scripted.closes == 1


@pytest.mark.parametrize(("video", "table"), [("nowhere/out.mp4", "k.csv"), ("out.mp4", "nowhere/k.csv")])
def test_when_one_output_has_no_folder_the_other_leaves_nothing(make_clip, tmp_path, scripted, video, table):
    with pytest.raises(InputError, match="cannot be written"):
        finish(make_clip(), tmp_path / video, tmp_path / table)
    assert names(tmp_path) == ["clip.mp4"]


def test_the_input_is_not_written_over(make_clip, scripted):
    clip = make_clip(5)
    before = clip.read_bytes()
    with pytest.raises(InputError, match="another name"):
        finish(clip, clip)
    assert clip.read_bytes() == before
