"""Images, videos and the sample as sources of frames."""

import io

import numpy as np
import pytest

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


@pytest.mark.parametrize("path", ["", "missing.mp4", "missing.png"])
def test_missing_file_is_refused(path):
    with pytest.raises(InputError, match=r"not a file|cannot be opened"), open_source(path):
        pass
