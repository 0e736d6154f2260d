"""The options of dancing along with a teacher."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import fields
from pose_demo.dance import library
from pose_demo.dance.reference import MAX_DANCERS, MAX_SECONDS, MAX_SPEED, MIN_SPEED
from pose_demo.fields import NONE

OWN = "own"  # a teacher that the user provides
LAYOUTS = ("beside", "inset", "ghost")


@dataclass(frozen=True)
class DanceAlongOptions:
    """Which dance to follow, which part of it, and where the teacher is shown."""

    reference: str = fields.choice(
        NONE,
        (NONE, *library.NAMES, OWN),
        "Dance",
        "The dance to follow. own is one of yours: from a video or a file.",
    )
    dancer: int = fields.integer(1, 1, MAX_DANCERS, "Dancer to follow", "Of a dance for several, 1 is the first.")
    layout: str = fields.choice(
        "beside",
        LAYOUTS,
        "Teacher",
        "beside shows the teacher on the right of the image, inset in a corner of it. ghost lays the teacher's "
        "skeleton over you, aligned with your hips and torso.",
    )
    mirror: bool = fields.switch(
        True,
        "Teacher in a mirror",
        "Where you see yourself as in a mirror, the teacher is shown in one as well, so that both of you use the same "
        "side. Off: the teacher is shown as filmed, and your left does what is on the left of the image.",
    )
    speed: float = fields.number(
        1.0, MIN_SPEED, MAX_SPEED, "Speed", "Of the teacher; 0.5 takes twice the time.", step=0.1
    )
    start: float = fields.number(
        0.0, 0, MAX_SECONDS, "Start of the passage", "Seconds of the dance at which it begins.", step=1
    )
    end: float = fields.number(
        0.0, 0, MAX_SECONDS, "End of the passage", "Seconds of the dance at which it ends; 0 is the end.", step=1
    )
    loop: bool = fields.switch(False, "Repeat the passage", "The passage begins again when it ends.")
    count_in: int = fields.integer(3, 0, 10, "Count-in", "Seconds that are counted down before the dance begins.")
    sound: bool = fields.switch(True, "Sound", "While you dance, the music of the teacher is heard.")
