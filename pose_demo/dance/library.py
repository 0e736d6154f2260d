"""The built-in teachers: choreographies of the drawn dancer, who is only imported when one is loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pose_demo.dance.pictures import FPS as PICTURE_FPS
from pose_demo.dance.pictures import HEIGHT, PictureEncoder
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.sound import RATE, Sound
from pose_demo.dance.teacher import Teacher
from pose_demo.types import InputError

if TYPE_CHECKING:
    from pose_demo.sample import Choreography

NAMES: tuple[str, ...] = ("first-steps", "reach-and-clap", "jumps", "disco", "duet")

_FPS = 30.0

_teachers: dict[str, Teacher] = {}
_drawing = threading.Lock()  # one choreography is drawn at a time, and once


def is_loaded(name: str) -> bool:
    """Whether `load` returns at once."""
    return name in _teachers


def load(name: str, on_progress: Callable[[float], None] = lambda fraction: None) -> Teacher:
    """The teacher of a choreography; cached. The first call draws all pictures, which takes some seconds.

    Args:
        name: of the choreography.
        on_progress: called with the drawn fraction in [0, 1].

    Raises:
        InputError: there is no such choreography.
    """
    if name not in NAMES:
        raise InputError(f"there is no choreography {name!r} in the library; choose one of {', '.join(NAMES)}")
    from pose_demo.sample import CHOREOGRAPHIES

    with _drawing:
        if name not in _teachers:
            _teachers[name] = drawn(CHOREOGRAPHIES[name], on_progress)
        return _teachers[name]


@cache
def claps() -> Teacher:
    """The teacher of the claps by which the delay of a stream is measured; cached, as `load`."""
    from pose_demo.sample.choreographies import claps

    return drawn(claps.CHOREOGRAPHY)


def drawn(choreography: Choreography, on_progress: Callable[[float], None] = lambda fraction: None) -> Teacher:
    """The drawn dancer as the teacher of a choreography; see `load`."""
    from pose_demo import sample

    dancers = sample.performances(choreography)
    size = HEIGHT * (4 if choreography.dancers == 1 else 6) // 3, HEIGHT
    times = np.arange(int(choreography.duration * _FPS) + 1) / _FPS
    poses = [sample.performance_poses(dancers, float(time), size=size) for time in times]
    sequences = tuple(
        PoseSequence.from_poses(times, (frame[part] for frame in poses), size) for part in range(len(dancers))
    )
    encoder = PictureEncoder()
    for time in np.arange(0, choreography.duration, 1 / PICTURE_FPS):
        encoder.add(sample.performance_frame(dancers, float(time), size=size))
        on_progress(float(time) / choreography.duration)
    sound = Sound.of(choreography.sound(RATE))
    return Teacher(DanceReference(choreography.name, sequences), encoder.pictures, sound=sound)
