"""Read a teacher to dance along with: the poses and, of a video, small pictures and the sound."""

from __future__ import annotations

from pathlib import Path

from pose_demo.dance import library
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.teacher import Teacher
from pose_demo.io.formats import Kind, recognize
from pose_demo.io.sound_samples import read_sound
from pose_demo.io.sources import open_source, scene_of
from pose_demo.offline.dance.source import Progress, read_dance


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
    dance = read_dance(source, model, threads, on_progress)
    if not scene_of(source) and not _is_video(Path(source)):
        return Teacher(dance.reference)
    encoder = PictureEncoder()
    with open_source(source if scene_of(source) else Path(source)) as frames:
        for frame in frames.frames:
            encoder.add(frame)
    sound, notes = (None, ()) if scene_of(source) else read_sound(Path(source))
    return Teacher(dance.reference, encoder.pictures, notes, sound)


def _is_video(path: Path) -> bool:
    file_format = recognize(path)
    return file_format is not None and file_format.kind is Kind.VIDEO
