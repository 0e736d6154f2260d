"""Photo, video and dancer give frames alike."""

import io

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.io.sources import open_footage
from pose_demo.types import InputError


def test_the_dancer_dances_ten_seconds_unless_told_otherwise():
    with open_footage("sample") as footage:
        assert (footage.count, footage.fps, footage.still) == (300, sample.FPS, False)
        assert np.array_equal(next(footage.frames).image, sample.frame(0).image)
    with open_footage("sample", max_frames=2) as footage:
        assert footage.count == 2 and len(list(footage.frames)) == 2


@pytest.mark.parametrize("scene", sample.SCENES)
def test_every_scene_can_be_named(scene):
    with open_footage(f"sample:{scene}", max_frames=1) as footage:
        (frame,) = footage.frames
    assert np.array_equal(frame.image, sample.frame(0, scene=scene).image)


def test_an_unknown_scene_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="sample:moon: no such scene; there are solo"), open_footage("sample:moon"):
        pass


def test_a_photo_is_one_still_frame(photo):
    with open_footage(str(photo)) as footage:
        (frame,) = footage.frames
        assert footage.still and footage.count == 1 and frame.size == (64, 48)


@pytest.mark.parametrize("max_frames", [None, 3, 99])
def test_a_video_gives_all_its_frames_or_as_many_as_asked_for(make_clip, max_frames):
    with open_footage(make_clip(8), max_frames) as footage:
        expected = min(8, max_frames or 8)
        assert footage.count == expected and len(list(footage.frames)) == expected and not footage.still


def test_an_open_file_is_taken_for_a_video(make_clip):
    with open_footage(io.BytesIO(make_clip(2).read_bytes())) as footage:
        assert len(list(footage.frames)) == 2 and footage.damage == ""


@pytest.mark.parametrize("source", ["", "missing.mp4", "missing.png"])
def test_what_is_not_there_is_refused(source):
    with pytest.raises(InputError, match=r"not a file|cannot be opened"), open_footage(source):
        pass
