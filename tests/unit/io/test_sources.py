"""Images, videos and the sample as sources of frames."""

import io

import numpy as np
import pytest
from clips import data_of
from image_files import ANIMATED_FORMATS, animation, file_of

from pose_demo import sample
from pose_demo.io.sources import open_source
from pose_demo.types import InputError


def test_sample_has_ten_seconds_by_default():
    with open_source("sample") as source:
        assert (source.count, source.fps, source.still) == (300, sample.FPS, False)
        assert np.array_equal(next(source.frames).image, sample.frame(0).image)
    with open_source("sample", max_frames=2) as source:
        assert source.count == 2 and len(list(source.frames)) == 2


@pytest.mark.parametrize("scene", sample.SCENES)
def test_all_scenes_of_the_sample_can_be_opened(scene):
    with open_source(f"sample:{scene}", max_frames=1) as source:
        (frame,) = source.frames
    assert np.array_equal(frame.image, sample.frame(0, scene=scene).image)


def test_unknown_scene_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="sample:moon: no such scene; the scenes are solo"), open_source("sample:moon"):
        pass


def test_image_is_one_still_frame(photo):
    with open_source(str(photo)) as source:
        (frame,) = source.frames
        assert source.still and source.count == 1 and frame.size == (64, 48)


@pytest.mark.parametrize("max_frames", [None, 3, 99])
def test_video_has_all_its_frames_or_at_most_max_frames(make_clip, max_frames):
    with open_source(make_clip(8), max_frames) as source:
        expected = min(8, max_frames or 8)
        assert source.count == expected and len(list(source.frames)) == expected and not source.still


def test_open_file_is_read_as_a_video(make_clip):
    with open_source(io.BytesIO(make_clip(2).read_bytes())) as source:
        assert len(list(source.frames)) == 2 and source.read_error == ""


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "HEIF", "AVIF", "TIFF", "GIF"])
@pytest.mark.parametrize("name", ["photo", "photo.jfif", "photo.jpe", "photo.mp4"])
def test_an_image_is_an_image_whatever_its_name_is(tmp_path, name, file_format):
    path = tmp_path / name
    path.write_bytes(file_of(np.full((48, 64, 3), 90, np.uint8), file_format))
    for file in (path, str(path), io.BytesIO(path.read_bytes())):
        with open_source(file) as source:
            (frame,) = source.frames
            assert source.still and source.count == 1 and frame.size == (64, 48) and abs(frame.image.mean() - 90) < 3


@pytest.mark.parametrize("name", ["clip", "clip.jpg", "clip.heic"])
def test_a_video_is_a_video_whatever_its_name_is(make_clip, name):
    path = make_clip(3).rename(make_clip(3).with_name(name))
    with open_source(path) as source:
        assert not source.still and len(list(source.frames)) == 3


@pytest.mark.parametrize("max_frames", [None, 4])
@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_an_animation_is_a_video_with_its_own_times(tmp_path, file_format, max_frames):
    path = tmp_path / "dance.gif"
    path.write_bytes(animation(file_format, (40, 100, 20, 250, 60, 90)))
    for file in (path, io.BytesIO(path.read_bytes())):
        with open_source(file, max_frames) as source:
            times = [frame.timestamp for frame in source.frames]
            assert not source.still and source.count == len(times) == (max_frames or 6) and not source.read_error
            assert times == pytest.approx([0, 0.04, 0.14, 0.16, 0.41, 0.47][:max_frames], abs=1e-6)
            assert source.fps == pytest.approx(6 / 0.56)


def test_an_animation_that_is_not_complete_says_so(tmp_path):
    data = animation("GIF", (50,) * 8, noise=True)
    with open_source(io.BytesIO(data[: len(data) // 2])) as source:
        assert 1 <= len(list(source.frames)) < 8 and "incomplete" in source.read_error


def progress(source):
    """The progress after each frame."""
    return [source.progress(number, frame.timestamp) for number, frame in enumerate(source.frames, 1)]


@pytest.mark.parametrize("name", ["trimmed", "browser's recording", "late picture", "AVI with H.264", "variable rate"])
def test_progress_of_a_video_grows_with_time_to_the_end(name):
    with open_source(io.BytesIO(data_of(name))) as source:
        values = progress(source)
    assert values == sorted(values) and 0 < values[0] < 0.2 and values[-1] > 0.98
    assert len([value for value in values if value == 1]) < 6


def test_progress_of_a_limited_source_grows_with_its_frames(make_clip):
    with open_source(make_clip(8), 4) as source:
        assert progress(source) == [0.25, 0.5, 0.75, 1.0]
    with open_source("sample", 2) as source:
        assert progress(source) == [0.5, 1.0]


@pytest.mark.parametrize("path", ["", "missing.mp4", "missing.png"])
def test_missing_file_is_refused(path):
    with pytest.raises(InputError, match=r"not a file|cannot be opened"), open_source(path):
        pass
