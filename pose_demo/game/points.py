"""The points of the game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pose_demo.types import Image

MAX_POINTS = 100  # of a pose


@dataclass(frozen=True, kw_only=True, eq=False)
class PoseResult:
    """How a pose of the row went.

    Attributes:
        target: RGB image of the pose.
        similarity: mean similarity in [0, 1] while it was held; None if it was skipped.
        seconds: from when the pose was shown until the player was in it.
        points: 0 to 100.
        picture: the player in the pose, from the output image; None if it was skipped.
    """

    target: Image
    similarity: float | None = None
    seconds: float = 0.0
    points: int = 0
    picture: Image | None = None


def points_of(similarity: float, seconds: float, limit: float) -> int:
    """Up to 50 points for the similarity, and up to 50 for speed.

    Args:
        similarity: in [0, 1].
        seconds: until the player was in the pose.
        limit: seconds after which there are none for speed.
    """
    speed = min(1.0, max(0.0, 1 - seconds / limit))
    return round(MAX_POINTS / 2 * (similarity + speed))


def total(results: Sequence[PoseResult]) -> int:
    """The points of all poses."""
    return sum(result.points for result in results)
