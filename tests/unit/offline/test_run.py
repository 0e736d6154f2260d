"""Runs from a source to files: metrics, complete outputs or none, and closed models."""

import io

import pytest
from fakes import FakeEstimator, plan_of, pose_at
from files import names
from sound_files import ONSET, onset, overwrite_sound, streams, write_video_with_sound

from pose_demo.io.video import VideoReader
from pose_demo.offline import run
from pose_demo.settings import Settings
from pose_demo.types import Box, Estimate, InputError


@pytest.fixture
def estimator(monkeypatch):
    """A fake model that detects one person in every frame."""
    estimator = FakeEstimator(Estimate((pose_at((10, 10)),)))
    monkeypatch.setattr(run, "prepare", lambda settings, **_: plan_of(estimator, **settings.changes()))
    return estimator


def run_all(source, *paths, **options):
    return list(run.process(source, Settings(), *paths, **options))


def test_report_has_frames_persons_and_times(make_clip, estimator):
    report = run_all(make_clip(5))[-1].report
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
        "joint_angles": {"person": 1, "frames": 5, "source": "keypoints", "joints": {}},  # the nose only is visible
    }


def test_box_of_a_chair_is_not_a_person(make_clip, estimator):
    estimator.result = Estimate(boxes=(Box(0, 0, 9, 9, label="chair"),))
    assert run_all(make_clip(2))[-1].report.frames_with_person == 0


def test_metrics_without_a_frame_are_zero():
    assert run.RunReport("none").to_dict()["fps"] == 0.0


def test_video_and_csv_are_written(make_clip, tmp_path, estimator):
    run_all(make_clip(6), tmp_path / "out.mp4", tmp_path / "out.csv")
    assert names(tmp_path) == ["clip.mp4", "out.csv", "out.mp4"]
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert len(list(reader)) == 6
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1 + 6 * 17


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.mp4"])
def test_output_of_an_image_is_an_image_or_a_video_of_one_frame(photo, tmp_path, estimator, name):
    steps = run_all(photo, tmp_path / name)
    assert len(steps) == 1 and name in names(tmp_path)


def test_image_output_of_a_video_is_refused(make_clip, tmp_path, estimator):
    with pytest.raises(InputError, match=r"expected a name ending in \.mp4"):
        run_all(make_clip(), tmp_path / "out.png")


def test_the_model_is_closed_once_at_the_end(make_clip, estimator):
    run_all(make_clip(3))
    assert estimator.closes == 1


def test_stopped_run_keeps_the_frames_so_far_and_closes_the_model(make_clip, tmp_path, estimator):
    steps = run.process(make_clip(9), Settings(), tmp_path / "out.mp4", tmp_path / "out.csv")
    for _ in range(4):
        next(steps)
    steps.close()
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert len(list(reader)) == 4
    assert estimator.closes == 1


def test_failing_model_leaves_no_file_and_is_closed(make_clip, tmp_path, estimator):
    clip, estimator.error = make_clip(), RuntimeError("broken")
    with pytest.raises(RuntimeError, match="broken"):
        run_all(clip, tmp_path / "out.mp4", tmp_path / "out.csv")
    assert names(tmp_path) == ["clip.mp4"] and estimator.closes == 1


def test_full_disk_leaves_no_file_and_closes_the_model(full_disk, estimator):
    with pytest.raises(InputError, match="No space left"):
        run_all("sample", full_disk / "out.mp4", full_disk / "out.csv")
    assert not names(full_disk) and estimator.closes == 1


@pytest.mark.parametrize(("video", "keypoints"), [("missing/out.mp4", "k.csv"), ("out.mp4", "missing/k.csv")])
def test_no_file_is_left_if_one_output_has_no_folder(make_clip, tmp_path, estimator, video, keypoints):
    with pytest.raises(InputError, match="cannot be written"):
        run_all(make_clip(), tmp_path / video, tmp_path / keypoints)
    assert names(tmp_path) == ["clip.mp4"]


@pytest.fixture
def clip_with_sound(tmp_path):
    return write_video_with_sound(tmp_path / "clip.mp4")


@pytest.mark.parametrize("as_file", [False, True], ids=["path", "open file"])
def test_sound_is_kept(clip_with_sound, tmp_path, estimator, as_file):
    source = io.BytesIO(clip_with_sound.read_bytes()) if as_file else clip_with_sound
    last = run_all(source, tmp_path / "out.mp4", tmp_path / "out.csv")[-1]
    picture, sound = streams(tmp_path / "out.mp4")
    assert picture[2] == pytest.approx(2, abs=0.01) and sound[2] == pytest.approx(3, abs=0.05)
    assert onset(tmp_path / "out.mp4") == pytest.approx(ONSET, abs=0.03) and not last.sound_error


def test_sound_is_left_out_on_request(clip_with_sound, tmp_path, estimator):
    run_all(clip_with_sound, tmp_path / "out.mp4", keep_sound=False)
    assert streams(tmp_path / "out.mp4")[1] is None


def test_sound_ends_after_the_last_of_a_number_of_frames(clip_with_sound, tmp_path, estimator):
    run_all(clip_with_sound, tmp_path / "out.mp4", max_frames=45)
    assert [end for *_, end in streams(tmp_path / "out.mp4")] == pytest.approx([1.5, 1.5], abs=0.04)


def test_stopped_run_has_its_sound(clip_with_sound, tmp_path, estimator):
    steps = run.process(clip_with_sound, Settings(), tmp_path / "out.mp4")
    for _ in range(45):
        next(steps)
    steps.close()
    assert [end for *_, end in streams(tmp_path / "out.mp4")] == pytest.approx([1.5, 1.5], abs=0.04)


def test_damaged_sound_is_told(clip_with_sound, tmp_path, estimator):
    overwrite_sound(clip_with_sound, 1)
    last = run_all(clip_with_sound, tmp_path / "out.mp4")[-1]
    assert "could not be kept" in last.sound_error
    assert streams(tmp_path / "out.mp4")[1] is None


def test_input_is_not_overwritten(make_clip, estimator):
    clip = make_clip(5)
    before = clip.read_bytes()
    with pytest.raises(InputError, match="another name"):
        run_all(clip, clip)
    assert clip.read_bytes() == before
