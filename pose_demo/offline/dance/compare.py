"""Compare two dances from files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pose_demo.dance import group
from pose_demo.dance.comparison import DanceComparison, DanceOptions, compare, report
from pose_demo.io.keypoint_reader import DetectedPoses
from pose_demo.offline.dance.dancers import Dance, dance_of
from pose_demo.types import InputError


@dataclass(frozen=True, eq=False)
class DanceResult:
    """A performance compared with a reference: of both, the most prominent dancer."""

    reference: Dance
    performance: Dance
    comparison: DanceComparison

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told about the two files."""
        return (*self.reference.notes, *self.performance.notes)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values, with the names of both dances and the notes.

        ``group`` compares the dancers of the performance with each other; it is there if there are several.
        """
        names = {"reference": self.reference.reference.name, "performance": self.performance.reference.name}
        dancers = self.performance.reference.dancers
        together = {"group": group.report(group.compare_group(dancers))} if len(dancers) > 1 else {}
        return names | report(self.comparison) | together | {"notes": list(self.notes)}


def compare_dances(reference: Dance, performance: Dance, options: DanceOptions) -> DanceResult:
    """Compare the most prominent dancers; see `pose_demo.dance.comparison.compare`."""
    dancers = (reference.reference.dancers[0], performance.reference.dancers[0])
    return DanceResult(reference, performance, compare(*dancers, options))


def compare_poses(reference: Dance, poses: DetectedPoses, name: str) -> DanceComparison:
    """Compare the most prominent dancer of a clip that was processed; without anybody there are no numbers.

    Args:
        reference: the dance to follow.
        poses: of the frames of the clip.
        name: of the clip, for the reason why there are no numbers.
    """
    try:
        performance = dance_of(poses, name)
    except InputError as error:
        return DanceComparison(timing_ms=None, form=None, limbs={}, passages=(), reason=str(error))
    return compare_dances(reference, performance, DanceOptions()).comparison
