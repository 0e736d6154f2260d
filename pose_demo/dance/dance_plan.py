"""What the frames of a stream are compared with while somebody dances along."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np

from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.dance.music import Music
from pose_demo.dance.schedule import Schedule
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher, pose_near
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Pose

_HAND = 0.12  # from the wrist to the fingertips, and some space, relative to the body height
_NARROWEST = 0.75  # view of a teacher, relative to the height of the image


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
        references: what the dancer of each part should look like in the unmirrored frame.
        passages: of each, what is danced.
        parts_by_place: the indices of the parts as they stand in the unmirrored frame, from left to right.
        columns: the first column of the teacher's image that is shown, and the one after the last: nobody dances
            outside of them.
        music: what is heard in a take; None without sound.
    """

    teacher: Teacher
    options: DanceAlongOptions
    take: int = 0
    delay: float = 0.0
    mirrored: bool = False
    calibration: bool = False
    schedule: Schedule = field(init=False)
    references: tuple[PoseSequence, ...] = field(init=False)
    passages: tuple[PoseSequence, ...] = field(init=False)
    parts_by_place: tuple[int, ...] = field(init=False)
    columns: tuple[int, int] = field(init=False)
    music: Music | None = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what takes too long in a frame callback."""
        dancers = self.teacher.reference.dancers
        schedule = Schedule.of(dancers[self.followed], self.options)
        references = tuple(dancer.mirrored() if self.exchanges_sides else dancer for dancer in dancers)
        passages = tuple(dancer.trimmed(schedule.start, schedule.end) for dancer in references)
        places = [_place(passage) for passage in passages]
        object.__setattr__(self, "schedule", schedule)
        object.__setattr__(self, "references", references)
        object.__setattr__(self, "passages", passages)
        object.__setattr__(self, "parts_by_place", tuple(sorted(range(len(places)), key=lambda part: places[part])))
        object.__setattr__(self, "columns", _danced_columns(passages, flipped=self.mirrored))
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

    def parts(self, count: int) -> list[int]:
        """The parts that persons beside each other dance, from left to right in the unmirrored frame.

        Each dances the part that is at the same place as they are; one alone dances the one to follow.
        """
        ordered = self.parts_by_place
        return [self.followed] if count == 1 else [ordered[place * len(ordered) // count] for place in range(count)]

    def shown_poses(self, position: float) -> tuple[Pose, ...]:
        """The teachers as they are shown, in pixels of `size`."""
        poses = (pose_near(dancer, position) for dancer in self.teacher.reference.dancers)
        return tuple(pose.mirrored(self.size[0]) if self.flips_teacher else pose for pose in poses)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the teacher's image."""
        return self.teacher.reference.size

    @property
    def view(self) -> tuple[int, int]:
        """(width, height) of what is shown of the teacher's image."""
        return self.columns[1] - self.columns[0], self.size[1]

    def delayed(self, seconds: float) -> DancePlan:
        """The plan with a delay that is longer by some seconds."""
        plan = copy(self)  # without what is prepared once
        object.__setattr__(plan, "delay", self.delay + seconds)
        return plan

    def continues(self, other: DancePlan) -> bool:
        """Whether a take that began with another plan goes on."""
        options, others = (replace(it.options, layout="beside", sound=True) for it in (self, other))
        same = self.teacher is other.teacher and self.mirrored == other.mirrored and options == others
        return same and self.take == other.take


def _place(dancer: PoseSequence) -> float:
    """The mean x of what is visible, in pixels."""
    return float((dancer.xy[..., 0] * dancer.scores).sum() / max(float(dancer.scores.sum()), 1e-6))


def _danced_columns(passages: Sequence[PoseSequence], flipped: bool) -> tuple[int, int]:
    """The columns in which persons dance, up to single frames of a keypoint; ``flipped``: of the mirrored image."""
    width, height = passages[0].size
    xy = np.concatenate([passage.xy for passage in passages]).clip(0, (width, height))
    visible = np.concatenate([passage.scores for passage in passages]) >= DEFAULT_KEYPOINT_CONFIDENCE
    shown = [xy[visible[:, keypoint], keypoint] for keypoint in range(visible.shape[1]) if visible[:, keypoint].any()]
    if not shown:
        return 0, width
    ranges = np.array([np.quantile(points, (0.01, 0.99), axis=0) for points in shown])
    (left, top), (right, bottom) = ranges[:, 0].min(axis=0), ranges[:, 1].max(axis=0)
    half = max((right - left) / 2 + _HAND * (bottom - top), _NARROWEST * height / 2)
    middle = width - (left + right) / 2 if flipped else (left + right) / 2
    return max(0, round(middle - half)), min(width, round(middle + half))
