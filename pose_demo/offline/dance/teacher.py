"""Read a teacher to dance along with: the poses and, of a video, small pictures."""

from __future__ import annotations

from pathlib import Path

from pose_demo.dance import library
from pose_demo.dance.pictures import PictureEncoder, Pictures
from pose_demo.dance.teacher import Teacher
from pose_demo.io.formats import Kind, recognize
from pose_demo.io.sources import open_source, scene_of
from pose_demo.offline.dance.source import Progress, read_dance


def read_teacher(
    source: str, model: str = "", threads: int = 1, on_progress: Progress = lambda frames, fraction: None
) -> Teacher:
    """Read a teacher from what `read_dance` reads; it has pictures if it is a video or a built-in choreography.

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
    dance = read_dance(source, model, threads, on_progress)
    return Teacher(dance.reference, _pictures(source))


def _pictures(source: str) -> Pictures | None:
    """The pictures of a video; None of a file of keypoints."""
    frame_source = source if scene_of(source) else Path(source)
    if isinstance(frame_source, Path):
        file_format = recognize(frame_source)
        if file_format is None or file_format.kind is not Kind.VIDEO:
            return None
    encoder = PictureEncoder()
    with open_source(frame_source) as frames:
        for frame in frames.frames:
            encoder.add(frame)
    return encoder.pictures
