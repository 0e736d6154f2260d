"""Everybody in the picture against the reference, with a verdict that is steady over time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_demo.matching.ghost import ghost
from pose_demo.matching.hysteresis import Trace, Verdict
from pose_demo.matching.options import Matching
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import Match, match
from pose_demo.types import Pose

_FORGET = 5.0  # seconds after which the verdict of somebody who left is given up


@dataclass(frozen=True)
class Judgement:
    """What became of one person in one frame.

    Attributes:
        match: this frame's comparison.
        is_match: the steady verdict.
        trace: the last scores, oldest first.
        ghost: the reference laid over the person, in the frame's pixels; None where they show too little.
    """

    match: Match
    is_match: bool
    trace: Trace
    ghost: Pose | None

    def mirrored(self, width: int) -> Judgement:
        """The same judgement in the frame flipped left to right."""
        return replace(self, ghost=self.ghost and self.ghost.mirrored(width))


class Judge:
    """Keeps one verdict for each person of a stream."""

    def __init__(self) -> None:
        self._verdicts: dict[int, Verdict] = {}
        self._seen: dict[int, float] = {}

    def judge(
        self, reference: Reference, poses: tuple[Pose, ...], options: Matching, confidence: float, timestamp: float
    ) -> tuple[Judgement, ...]:
        """Compare every person, unmirrored as the model saw them, with the reference; in the order of ``poses``."""
        self._forget(timestamp)
        return tuple(
            self._judge(
                place if pose.track_id is None else pose.track_id, reference, pose, options, confidence, timestamp
            )
            for place, pose in enumerate(poses)
        )

    def _judge(
        self, person: int, reference: Reference, pose: Pose, options: Matching, confidence: float, timestamp: float
    ) -> Judgement:
        found = match(
            reference,
            pose,
            rule=options.rule,
            threshold=options.similarity,
            confidence=confidence,
            allow_mirror=options.mirror,
            ignore=options.ignore,
        )
        verdict = self._verdicts.setdefault(person, Verdict())
        self._seen[person] = timestamp
        is_match = verdict.update(timestamp, found.score, options.similarity)
        over = ghost(reference, pose, found.mirrored, confidence) if options.ghost else None
        return Judgement(found, is_match, verdict.trace, over)

    def _forget(self, timestamp: float) -> None:
        gone = [person for person, last in self._seen.items() if abs(timestamp - last) > _FORGET]
        for person in gone:
            del self._verdicts[person], self._seen[person]
