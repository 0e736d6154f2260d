"""Pictures of a dance at given times: its images, or a plain ground, with the dancer's skeleton."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from pose_demo import overlay
from pose_demo.dance.pictures import Pictures, nearest
from pose_demo.dance.reference import pose_at
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.imaging import as_uint8, limit_size
from pose_demo.io.letterbox import size_of
from pose_demo.io.seek import SeekableFrames, SeekableSample, index_at
from pose_demo.io.seekable import open_seekable
from pose_demo.io.sources import scene_of
from pose_demo.offline.dance.dancers import Dance
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame, Image, Pose

_LONGEST_SIDE = 480  # pixels
_GROUND = (32, 36, 44)
_MAX_DISTANCE_S = 0.2  # of a pose from the time for which it is drawn


def pictures(
    dance: Dance, times: Sequence[float], errors: Sequence[Mapping[str, float]] = (), flipped: bool = False
) -> list[Image]:
    """Pictures of the most prominent dancer.

    Args:
        dance: with or without images; in those of a take the skeleton is drawn already.
        times: in seconds.
        errors: for each time the error of limbs in degrees, which colors them; the sides have their colors without it.
        flipped: show them in a mirror.

    Raises:
        InputError: the images cannot be read again.
    """
    if isinstance(dance.images, TakePictures):
        return [dance.images.pictures.at(time) for time in times]
    frames = _frames(dance, times)
    drawn = [
        _drawn(frame.image, dance, frame.timestamp, limbs)
        for frame, limbs in zip(frames, errors or [{}] * len(frames), strict=True)
    ]
    return [as_uint8(cv2.flip(image, 1)) for image in drawn] if flipped else drawn


def picture_time(dance: Dance, time: float) -> float:
    """The time of the picture that `pictures` shows for a time: of a take there are only a few per second."""
    if not isinstance(dance.images, TakePictures):
        return time
    timestamps = dance.images.pictures.timestamps
    return float(timestamps[nearest(timestamps, time)])


def _frames(dance: Dance, times: Sequence[float]) -> list[Frame]:
    """The images at given times, without a skeleton."""
    images = dance.images
    if isinstance(images, Pictures):
        return [Frame(images.at(time), time) for time in times]
    if not isinstance(images, str) or not images:
        return [Frame(_ground(dance.reference.size), time) for time in times]
    with closing(_open(images)) as frames:
        return [frames.frame(index_at(frames.timestamps, time)) for time in times]


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
