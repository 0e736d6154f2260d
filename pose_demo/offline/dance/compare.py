"""Compare two dances from files."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pose_demo.dance import group
from pose_demo.dance.comparison import DanceComparison, DanceOptions, compare, report
from pose_demo.dance.group import Group, compare_group
from pose_demo.io.keypoint_reader import DetectedPoses
from pose_demo.offline.dance.dancers import Dance, dance_of
from pose_demo.types import InputError

_OF_EACH = ("timing_ms", "form", "mirrored", "reason")  # of each dancer; the first one has everything


@dataclass(frozen=True, eq=False)
class DanceResult:
    """A performance compared with the most prominent dancer of a reference.

    Attributes:
        reference, performance: what is compared.
        comparisons: of each dancer of the performance, the most prominent one first.
        speed: of the reference, where timing is in milliseconds of a live stream: 0.5 took twice the time.
    """

    reference: Dance
    performance: Dance
    comparisons: tuple[DanceComparison, ...]
    speed: float = field(default=1.0, kw_only=True)

    @property
    def comparison(self) -> DanceComparison:
        """That of the most prominent dancer."""
        return self.comparisons[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told about the two files."""
        return (*self.reference.notes, *self.performance.notes)

    @cached_property
    def group(self) -> Group | None:
        """The dancers of the performance compared with each other; None with less than two."""
        return compare_group(self.performance.reference.dancers) if len(self.comparisons) > 1 else None

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values, with the names of both dances and the notes.

        If several dance in the performance, ``dancers`` has the numbers of each of them, and ``group`` compares them
        with each other.
        """
        names = {"reference": self.reference.reference.name, "performance": self.performance.reference.name}
        several = {"dancers": self._dancers(), "group": group.report(self.group)} if self.group else {}
        return names | report(self.comparison) | several | {"notes": list(self.notes)}

    def _dancers(self) -> list[dict[str, Any]]:
        return [{name: report(it)[name] for name in _OF_EACH} for it in self.comparisons]


def compare_dances(reference: Dance, performance: Dance, options: DanceOptions) -> DanceResult:
    """Compare every dancer of a performance with a reference; see `pose_demo.dance.comparison.compare`."""
    teacher = reference.reference.dancers[0]
    comparisons = tuple(compare(teacher, dancer, options) for dancer in performance.reference.dancers)
    return DanceResult(reference, performance, comparisons)


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
