"""Videos and animations with random access; still images are refused by name."""

from __future__ import annotations

import io

import numpy as np
import pytest
from image_files import ANIMATED_FORMATS, animation, file_of

from pose_demo.io.seek import SeekableVideo
from pose_demo.io.seekable import open_seekable
from pose_demo.types import InputError


@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_an_animation_has_its_frames_and_times(file_format):
    frames = open_seekable(io.BytesIO(animation(file_format)), "dance")
    assert frames.name == "dance" and frames.timestamps == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5], abs=1e-6)
    assert abs(frames.frame(3).image.mean() - 90) < 3 and frames.frame(3).timestamp == frames.timestamps[3]
    frames.close()


def test_a_video_is_opened_whatever_its_name_is(make_clip):
    path = make_clip(3).rename(make_clip(3).with_name("clip.gif"))
    frames = open_seekable(path, "clip.gif")
    assert isinstance(frames, SeekableVideo) and len(frames.timestamps) == 3
    frames.close()


@pytest.mark.parametrize(("file_format", "name"), [("JPEG", "JPEG"), ("HEIF", "HEIF"), ("GIF", "GIF")])
def test_a_still_image_is_named(file_format, name):
    data = file_of(np.full((48, 64, 3), 90, np.uint8), file_format)
    with pytest.raises(InputError, match=rf"^photo: expected a video, got an image \({name}\); open it as a photo"):
        open_seekable(io.BytesIO(data), "photo")


def test_other_content_is_not_a_video():
    with pytest.raises(InputError, match=r"^notes: not a video"):
        open_seekable(io.BytesIO(b"hello" * 99), "notes")
