"""Read a teacher to dance along with: the poses and, of a video, small pictures and the sound."""

from __future__ import annotations

from pathlib import Path

import cv2

from pose_demo.dance import library
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.teacher import Teacher
from pose_demo.imaging import as_uint8
from pose_demo.io.letterbox import Size
from pose_demo.io.sound_samples import read_sound
from pose_demo.io.sources import open_source, scene_of
from pose_demo.messages import message
from pose_demo.offline.dance.source import Progress, read_dance
from pose_demo.types import Frame, Image, InputError


def read_teacher(
    source: str, model: str = "", threads: int = 1, on_progress: Progress = lambda frames, fraction: None
) -> Teacher:
    """Read a teacher from what `read_dance` reads; a video and a built-in choreography have pictures and sound.

    Args:
        source: see `read_dance`.
        model: the model for videos; "" for the most accurate one that is ready.
        threads: CPU threads of each network.
        on_progress: called after each frame of a video.

    Raises:
        InputError: it cannot be read, nobody dances in it, or it is too long; the message says which.
    """
    if (scene := scene_of(source)) in library.NAMES:
        return library.load(scene)
    encoder = PictureEncoder()
    dance = read_dance(source, model, threads, on_progress, encoder.add)
    sound, notes = (None, ()) if scene_of(source) or not encoder.pictures else read_sound(Path(source))
    return Teacher(dance.reference, encoder.pictures, (*dance.notes, *notes), sound)


def recorded_teacher(
    poses: Path, video: Path, *, mirrored: bool, on_progress: Progress = lambda frames, fraction: None
) -> Teacher:
    """The person of a recording as a teacher: the poses that were recorded, and pictures of the recorded video.

    Args:
        poses: see `pose_demo.io.recorder.Recorder`.
        video: the recorded output images.
        mirrored: whether they are flipped horizontally.
        on_progress: called after each frame of the video.

    Raises:
        InputError: the recording does not exist any more, or nobody dances in it.
    """
    if not poses.exists():
        raise InputError(message("the recording is not there any more; record again"))
    try:
        dance = read_dance(str(poses))
    except InputError:
        text = message("nobody was found in the recording; record again, with all of you in the picture")
        raise InputError(text) from None
    encoder = PictureEncoder()
    with open_source(video) as frames:
        for count, frame in enumerate(frames.frames, start=1):
            encoder.add(Frame(_camera_part(frame.image, dance.reference.size, mirrored), frame.timestamp))
            on_progress(count, frames.progress(count, frame.timestamp))
    return Teacher(dance.reference, encoder.pictures, dance.notes)


def _camera_part(image: Image, size: Size, mirrored: bool) -> Image:
    """The part of an output image that shows the camera's, unmirrored; another teacher may be on its right.

    Args:
        image: the output image.
        size: (width, height) of the camera's image.
        mirrored: whether the output image is flipped horizontally.
    """
    width = round(image.shape[0] * size[0] / size[1])
    part = image[:, :width]
    return as_uint8(cv2.flip(part, 1)) if mirrored else part
