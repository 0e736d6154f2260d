"""Minimum, maximum and range of the joint angles of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from pose_demo.io.keypoints import person_id
from pose_demo.joint_angles import AngleRange, JointAngles, widen
from pose_demo.pipeline import Result


@dataclass
class _Person:
    source: str
    frames: int = 0
    ranges: dict[str, AngleRange] = field(default_factory=dict)

    def add(self, angles: JointAngles) -> None:
        self.frames += 1
        self.ranges = widen(self.ranges, angles.degrees)


class JointRanges:
    """Collects the ranges of the joint angles of each person."""

    def __init__(self) -> None:
        self._persons: dict[int, _Person] = {}

    def add(self, result: Result) -> None:
        """Add a processed frame."""
        for index, (pose, angles) in enumerate(zip(result.estimate.poses, result.joint_angles, strict=False)):
            self._persons.setdefault(person_id(index, pose), _Person(angles.source)).add(angles)

    def to_dict(self) -> dict[str, object] | None:
        """The ranges of the person in most frames as JSON values, in degrees; None if nobody was detected.

        ``joints`` maps each joint that was visible in a frame to its minimum, maximum and range.
        """
        if not self._persons:
            return None
        number, person = min(self._persons.items(), key=lambda item: (-item[1].frames, item[0]))
        joints = {joint: _json_range(person.ranges[joint]) for joint in person.ranges}
        return {"person": number, "frames": person.frames, "source": person.source, "joints": joints}


def _json_range(of: AngleRange) -> dict[str, float]:
    return {"minimum": round(of.minimum, 1), "maximum": round(of.maximum, 1), "range": round(of.range, 1)}
