"""Mutated images, animations and videos."""

from __future__ import annotations

import io
import itertools

import guard
import seeds
from hypothesis import given
from mutations import mutated

from pose_demo.explore.footage.store import FootageStore
from pose_demo.io.animation import is_animation
from pose_demo.io.formats import recognize
from pose_demo.io.images import read_image, read_rgba
from pose_demo.io.limits import KEPT_IMAGE_PIXELS, PAGE, PAGE_IMAGE_PIXELS
from pose_demo.io.seekable import open_seekable
from pose_demo.io.sound import Sound
from pose_demo.io.sources import open_source
from pose_demo.io.video_writer import VideoWriter

_READ_FRAMES = 12


@given(mutated(seeds.images() | seeds.animations()))
def test_images(file):
    name, data = file
    with guard.guarded():
        recognize(data)
        is_animation(data)
        image = read_image(data, name, PAGE_IMAGE_PIXELS)
        assert image.ndim == 3 and image.shape[2] == 3 and image.size
        assert read_rgba(data, name, KEPT_IMAGE_PIXELS).shape[2] == 4


def _check_frames(data: bytes, name: str) -> None:
    """Open it as the page does, and look at frames here and there."""
    video = open_seekable(io.BytesIO(data), name, limits=PAGE)
    try:
        times = video.timestamps
        assert times and all(a < b for a, b in itertools.pairwise(times))
        for index in (0, len(times) - 1, len(times) // 2, 0):
            assert video.frame(index).image.shape[2] == 3
    finally:
        video.close()


@given(mutated(seeds.animations()))
def test_animations(file):
    name, data = file
    with guard.guarded():
        _check_frames(data, name)


@given(mutated(seeds.videos()))
def test_videos_with_random_access(file):
    name, data = file
    with guard.guarded():
        _check_frames(data, name)


@given(mutated(seeds.videos() | seeds.animations()))
def test_videos_that_are_processed(file):
    """Read a file frame by frame, and write it again with its sound, as a processed video."""
    _, data = file
    written = guard.folder() / "result.mp4"
    with guard.guarded(), open_source(io.BytesIO(data)) as source:
        sound = Sound(io.BytesIO(data), source.start)
        with VideoWriter(written, source.fps or 1, sound) as writer:
            for frame in itertools.islice(source.frames, _READ_FRAMES):
                source.progress(writer.frames + 1, frame.timestamp)
                writer.write(frame.image, frame.timestamp)
        guard.check_message(f"it was read: {source.read_error}{sound.error}")


@given(mutated(seeds.videos() | seeds.images() | seeds.texts()))
def test_footage_of_explore(file):
    name, data = file
    store, upload = FootageStore(), io.BytesIO(data)
    upload.name = f"../{name}/\0.mp4"
    try:
        with guard.guarded():
            footage = store.add_upload(upload)
            assert footage.clip.expected_frames and footage.clip.key
    finally:
        store.close()
