"""The joint angles of one person over the last seconds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pose_demo.joint_angles import AngleRange, JointAngles, widen
from pose_demo.tracking.keypoint_history import select_person
from pose_demo.types import Pose

SECONDS = 10.0  # length of the history


class AngleSample(NamedTuple):
    """A frame's time in seconds and the joint angles in degrees; empty where the person was not detected."""

    timestamp: float
    degrees: Mapping[str, float | None]


@dataclass(frozen=True)
class JointAngleHistory:
    """The last `SECONDS` of the joint angles of one person.

    Attributes:
        person: the person's track_id; None before one was detected.
        source: what the angles are computed from, see `JointAngles`; empty before a person was detected.
        samples: one per frame, oldest first; the last belongs to the current frame.
    """

    person: int | None
    source: str
    samples: tuple[AngleSample, ...]

    @cached_property
    def last_detected(self) -> float:
        """The time of the last detection; minus infinity without any."""
        return max((sample.timestamp for sample in self.samples if sample.degrees), default=-math.inf)

    @cached_property
    def ranges(self) -> dict[str, AngleRange]:
        """Minimum and maximum of each joint that was visible in a frame."""
        ranges: dict[str, AngleRange] = {}
        for sample in self.samples:
            ranges = widen(ranges, sample.degrees)
        return ranges


def update_angle_history(
    history: JointAngleHistory | None, poses: Sequence[Pose], angles: Sequence[JointAngles], timestamp: float
) -> JointAngleHistory:
    """Append a frame to the history of joint angles.

    It follows the same person as a `KeypointHistory`. Another person or another source of the angles starts a new
    history.

    Args:
        history: the result for the previous frame; None at the start.
        poses: those of this frame, with track ids.
        angles: those of the poses.
        timestamp: of this frame, in seconds.
    """
    last = (history.person, history.last_detected) if history else (None, -math.inf)
    person = select_person(*last, poses, timestamp)
    ids = [pose.track_id for pose in poses]
    found = angles[ids.index(person)] if person is not None and person in ids else None
    source = found.source if found else history.source if history else ""
    past = history.samples if history and (history.person, history.source) == (person, source) else ()
    kept = (sample for sample in past if 0 < timestamp - sample.timestamp <= SECONDS)
    return JointAngleHistory(person, source, (*kept, AngleSample(timestamp, found.degrees if found else {})))
