"""Match every person of a stream with the reference, with hysteresis."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_demo.matching.ghost import reference_overlay
from pose_demo.matching.hysteresis import MatchHysteresis, ScoreHistory
from pose_demo.matching.options import MatchOptions
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import Match, match
from pose_demo.types import Pose

_MAX_AGE_S = 5.0  # the state of a person who was not detected for longer is deleted


@dataclass(frozen=True)
class MatchState:
    """The match of one person in one frame.

    Attributes:
        match: this frame's comparison.
        is_match: match or not, with hysteresis.
        history: the last scores, oldest first.
        ghost: the reference aligned with the person, in frame pixels; None if it is disabled or cannot be aligned.
    """

    match: Match
    is_match: bool
    history: ScoreHistory
    ghost: Pose | None

    def mirrored(self, width: int) -> MatchState:
        """The state for the horizontally flipped frame."""
        return replace(self, ghost=self.ghost and self.ghost.mirrored(width))


class PersonHystereses:
    """A `MatchHysteresis` for each person of one stream."""

    def __init__(self) -> None:
        self._hystereses: dict[int, MatchHysteresis] = {}
        self._last_detected: dict[int, float] = {}

    def update(self, person: int, timestamp: float, score: float | None, threshold: float) -> MatchHysteresis:
        """Add one person's score; returns their hysteresis. See `MatchHysteresis.update`."""
        hysteresis = self._hystereses.setdefault(person, MatchHysteresis())
        self._last_detected[person] = timestamp
        hysteresis.update(timestamp, score, threshold)
        return hysteresis

    def delete_old(self, timestamp: float) -> None:
        """Delete the state of persons who were not detected in the last seconds."""
        old = [person for person, last in self._last_detected.items() if abs(timestamp - last) > _MAX_AGE_S]
        for person in old:
            del self._hystereses[person], self._last_detected[person]


class PoseMatcher:
    """Matches all persons of one stream, with hysteresis."""

    def __init__(self) -> None:
        self._hystereses = PersonHystereses()

    def update(
        self, reference: Reference, poses: tuple[Pose, ...], options: MatchOptions, confidence: float, timestamp: float
    ) -> tuple[MatchState, ...]:
        """Compare the poses of one frame with the reference.

        Args:
            reference: the pose to match.
            poses: the persons in the unmirrored frame; without track ids their order identifies them.
            options: rule, threshold and whether to align a reference overlay.
            confidence: keypoints with a lower score are not visible.
            timestamp: the frame's time in seconds.

        Returns:
            The state of each person, in the order of ``poses``.
        """
        self._hystereses.delete_old(timestamp)
        states = []
        for index, pose in enumerate(poses):
            person = index if pose.track_id is None else pose.track_id
            result = match(reference, pose, options, confidence)
            hysteresis = self._hystereses.update(person, timestamp, result.score, options.similarity)
            ghost = reference_overlay(reference, pose, confidence, result.mirrored) if options.ghost else None
            states.append(MatchState(result, hysteresis.is_match, hysteresis.history, ghost))
        return tuple(states)
