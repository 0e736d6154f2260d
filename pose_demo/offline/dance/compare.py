"""Compare two dances from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pose_demo.dance import group
from pose_demo.dance.comparison import DanceComparison, DanceOptions, compare, report
from pose_demo.dance.group import Group, compare_group
from pose_demo.dance.sequence import PoseSequence
from pose_demo.io.keypoint_reader import DetectedPoses
from pose_demo.messages import message
from pose_demo.offline.dance.dancers import Dance, dance_of
from pose_demo.types import InputError

_OF_EACH = ("timing_ms", "form", "mirrored", "reason")  # of each dancer; the first one has everything
_MIRRORED = 0.03  # of form that a part loses for being danced in mirror image


@dataclass(frozen=True, eq=False)
class DanceResult:
    """A performance compared with a reference.

    Attributes:
        reference, performance: what is compared. The first dancer of the reference is the one whose part the most
            prominent dancer of the performance has.
        comparisons: of each dancer of the performance, the most prominent one first.
        parts: whose part each of them has: the indices of the dancers of the reference, as it was read; empty for a
            reference with one dancer.
        speed: of the reference, where timing is in milliseconds of a live stream: 0.5 took twice the time.
    """

    reference: Dance
    performance: Dance
    comparisons: tuple[DanceComparison, ...]
    parts: tuple[int, ...] = ()
    speed: float = field(default=1.0, kw_only=True)

    @property
    def comparison(self) -> DanceComparison:
        """That of the most prominent dancer."""
        return self.comparisons[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told about the two files."""
        return (*self.reference.notes, *self._note_on_part(), *self.performance.notes)

    def _note_on_part(self) -> tuple[str, ...]:
        if not self.parts:
            return ()
        name, number = self.reference.reference.name, self.parts[0] + 1
        return (message("{name}: compared with the part of dancer {number}", name=name, number=number),)

    @cached_property
    def group(self) -> Group | None:
        """The dancers of the performance compared with each other; None with less than two."""
        return compare_group(self.performance.reference.dancers) if len(self.comparisons) > 1 else None

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values, with the names of both dances and the notes.

        If several dance in the performance, ``dancers`` has the numbers of each of them, and ``group`` compares them
        with each other. If several dance in the reference, ``part`` is the number, from 1 on, of the one who was
        followed.
        """
        names = {"reference": self.reference.reference.name, "performance": self.performance.reference.name}
        part = {"part": self.parts[0] + 1} if self.parts else {}
        several = {"dancers": self._dancers(), "group": group.report(self.group)} if self.group else {}
        return names | report(self.comparison) | part | several | {"notes": list(self.notes)}

    def _dancers(self) -> list[dict[str, Any]]:
        each = [{name: report(it)[name] for name in _OF_EACH} for it in self.comparisons]
        parts = [{"part": part + 1} for part in self.parts] or [{}] * len(each)
        return [numbers | part for numbers, part in zip(each, parts, strict=True)]


def compare_dances(
    reference: Dance, performance: Dance, options: DanceOptions, dancer: int | None = None
) -> DanceResult:
    """Compare every dancer of a performance with a reference; see `pose_demo.dance.comparison.compare`.

    Args:
        reference: where several dance in it, each dancer of the performance is compared with the part that fits best.
        performance: what is compared.
        options: see `DanceOptions`.
        dancer: the number, from 1 on, of the dancer of the reference whose part everybody has instead.

    Raises:
        InputError: there is no such dancer, or the reference is longer than an hour.
    """
    teachers = reference.reference.dancers
    if dancer is not None and not 1 <= dancer <= len(teachers):
        raise InputError(
            message(
                "{name}: there is no dancer {number}; choose one from 1 to {count}",
                name=reference.reference.name,
                number=dancer,
                count=len(teachers),
            )
        )
    choice = range(len(teachers)) if dancer is None else (dancer - 1,)
    fitting = [_best_part(teachers, choice, it, options) for it in performance.reference.dancers]
    parts, comparisons = zip(*fitting, strict=True)
    if len(teachers) == 1:
        return DanceResult(reference, performance, comparisons)
    return DanceResult(with_first(reference, parts[0]), performance, comparisons, parts)


def _best_part(
    teachers: Sequence[PoseSequence], choice: Sequence[int], performance: PoseSequence, options: DanceOptions
) -> tuple[int, DanceComparison]:
    """The part that one dancer has, and the comparison with it."""
    found = [(part, compare(teachers[part], performance, options)) for part in choice]
    return max(found, key=lambda it: _fit(it[1]))


def _fit(comparison: DanceComparison) -> tuple[bool, float]:
    """Larger is better; of the two parts of a mirror image, which fit equally well, the one that is not mirrored."""
    return comparison.timing_ms is not None, (comparison.form or 0.0) - _MIRRORED * comparison.mirrored


def with_first(dance: Dance, part: int) -> Dance:
    """The dance with the dancer of a part as the first one."""
    made = dance.reference
    order = [part, *(index for index in range(len(made.dancers)) if index != part)]
    dancers, bridged = tuple(made.dancers[index] for index in order), tuple(made.bridged[index] for index in order)
    return replace(dance, reference=replace(made, dancers=dancers, bridged=bridged))


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
