"""Pictures of a dance at given times: its images, or a plain ground, with the dancer's skeleton."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from pose_demo import overlay
from pose_demo.dance.pictures import nearest
from pose_demo.dance.reference import pose_at
from pose_demo.imaging import limit_size
from pose_demo.io.letterbox import size_of
from pose_demo.io.seek import SeekableFrames, SeekableSample, index_at
from pose_demo.io.seekable import open_seekable
from pose_demo.io.sources import scene_of
from pose_demo.offline.dance.dancers import Dance
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Image, Pose

_LONGEST_SIDE = 480  # pixels
_GROUND = (32, 36, 44)
_MAX_DISTANCE_S = 0.2  # of a pose from the time for which it is drawn


def pictures(dance: Dance, times: Sequence[float], errors: Sequence[Mapping[str, float]] = ()) -> list[Image]:
    """Pictures of the most prominent dancer.

    Args:
        dance: with or without images.
        times: in seconds.
        errors: for each time the error of limbs in degrees, which colors them; the sides have their colors without it.

    Raises:
        InputError: the images cannot be read again.
    """
    errors = errors or [{}] * len(times)
    if not dance.images:
        ground = _ground(dance.reference.size)
        return [_drawn(ground, dance, time, limbs) for time, limbs in zip(times, errors, strict=True)]
    with closing(_open(dance.images)) as frames:
        shown = [frames.frame(index_at(frames.timestamps, time)) for time in times]
    return [_drawn(frame.image, dance, frame.timestamp, limbs) for frame, limbs in zip(shown, errors, strict=True)]


def _open(source: str) -> SeekableFrames:
    if scene := scene_of(source):
        return SeekableSample(scene)
    return open_seekable(Path(source), Path(source).name)


def _ground(size: tuple[int, int]) -> Image:
    width, height = size
    return np.full((height, width, 3), _GROUND, np.uint8)


def _drawn(image: Image, dance: Dance, time: float, limbs: Mapping[str, float]) -> Image:
    """A small copy of the image with the skeleton."""
    canvas = limit_size(image, _LONGEST_SIDE).copy()
    pose = _pose(dance, time, size_of(canvas))
    if pose is not None:
        overlay.draw(canvas, Estimate((pose,)), Settings(), limb_errors={0: limbs} if limbs else {})
    return canvas


def _pose(dance: Dance, time: float, size: tuple[int, int]) -> Pose | None:
    """The pose at a time in pixels of the small image; None where there is none."""
    dancer = dance.reference.dancers[0]
    index = nearest(dancer.timestamps, time)
    if abs(dancer.timestamps[index] - time) > _MAX_DISTANCE_S:
        return None
    pose = pose_at(dancer, index)
    scale = np.divide(size, dance.reference.size, dtype=np.float32)
    return Pose(pose.skeleton, pose.xy * scale, pose.scores)
