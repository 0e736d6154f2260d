"""What the frames of a stream are compared with while somebody dances along."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.dance.music import Music
from pose_demo.dance.schedule import Schedule
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher, pose_near
from pose_demo.types import Pose


@dataclass(frozen=True, eq=False, kw_only=True)
class DancePlan:
    """A teacher, and how to follow; immutable.

    What is seen is to be done: where the output image is a mirror, the teacher is in one as well, or the dancer is the
    mirror image of the teacher.

    Attributes:
        teacher: the dance.
        options: the passage, its speed, and where the teacher is shown.
        take: the number of the take. Another one than in the last frame, above 0, begins a take; 0 is no take.
        delay: seconds from a movement to the timestamp of the frame that shows it; they do not count as late.
        mirrored: whether the output image is flipped horizontally.
        calibration: the take measures the delay of the stream.
        schedule: when which part of the reference is danced.
        reference: what the dancer should look like in the unmirrored frame.
        passage: the part of it that is danced.
        music: what is heard in a take; None without sound.
    """

    teacher: Teacher
    options: DanceAlongOptions
    take: int = 0
    delay: float = 0.0
    mirrored: bool = False
    calibration: bool = False
    schedule: Schedule = field(init=False)
    reference: PoseSequence = field(init=False)
    passage: PoseSequence = field(init=False)
    music: Music | None = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what takes too long in a frame callback."""
        dancer = self.teacher.reference.dancers[self.followed]
        schedule = Schedule.of(dancer, self.options)
        reference = dancer.mirrored() if self.exchanges_sides else dancer
        object.__setattr__(self, "schedule", schedule)
        object.__setattr__(self, "reference", reference)
        object.__setattr__(self, "passage", reference.trimmed(schedule.start, schedule.end))
        sound = self.teacher.sound if self.options.sound else None
        object.__setattr__(self, "music", sound and Music.of(sound, schedule))

    @property
    def exchanges_sides(self) -> bool:
        """Whether the dancer's left does what the teacher's right does."""
        return self.mirrored and not self.options.mirror

    @property
    def flips_teacher(self) -> bool:
        """Whether the teacher is shown flipped horizontally."""
        return self.mirrored and self.options.mirror

    @property
    def followed(self) -> int:
        """The index of the dancer to follow."""
        return min(self.options.dancer, len(self.teacher.reference.dancers)) - 1

    def shown_poses(self, position: float) -> tuple[Pose, ...]:
        """The teachers as they are shown, in pixels of `size`."""
        poses = (pose_near(dancer, position) for dancer in self.teacher.reference.dancers)
        return tuple(pose.mirrored(self.size[0]) if self.flips_teacher else pose for pose in poses)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the teacher's image."""
        return self.teacher.reference.size

    def continues(self, other: DancePlan) -> bool:
        """Whether a take that began with another plan goes on."""
        options, others = (replace(it.options, layout="beside", sound=True) for it in (self, other))
        same = self.teacher is other.teacher and self.mirrored == other.mirrored and options == others
        return same and self.take == other.take
