"""A teacher to dance along with: the poses of a reference dance and, where there are any, its pictures."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.dance.pictures import Pictures, nearest
from pose_demo.dance.reference import DanceReference, pose_at
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.sound import Sound
from pose_demo.messages import Message
from pose_demo.types import Pose


@dataclass(frozen=True, eq=False)
class Teacher:
    """A reference dance as it is shown.

    Attributes:
        reference: the poses of its dancers.
        pictures: what it looks like; None without a video, as for a file of keypoints.
        notes: sentences about what may surprise in it, such as cuts.
        sound: what it sounds like; None without any.
    """

    reference: DanceReference
    pictures: Pictures | None = None
    notes: tuple[Message, ...] = ()
    sound: Sound | None = None


def pose_near(dancer: PoseSequence, timestamp: float) -> Pose:
    """The pose of the frame that is nearest in time, in pixels of the image."""
    return pose_at(dancer, nearest(dancer.timestamps, timestamp))
