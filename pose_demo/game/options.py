"""The options of the pose game."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import fields
from pose_demo.fields import NONE
from pose_demo.game.rows import ROWS
from pose_demo.matching import library
from pose_demo.matching.options import OWN


@dataclass(frozen=True)
class GameOptions:
    """Which poses to hold, for how long, and how exactly."""

    row: str = fields.choice(
        NONE,
        (NONE, *ROWS, OWN),
        "Pose game",
        "A row of poses to hold one after another. Raise both hands to begin. own is a row of poses that you choose.",
    )
    poses: tuple[str, ...] = fields.choices(
        (),
        (*library.NAMES, OWN),
        "Poses of your own row",
        "They follow each other in the order in which you choose them. own is your own reference pose.",
    )
    hold: float = fields.number(
        1.0, 0.5, 3, "Hold each pose", "Seconds for which a pose has to be held without an interruption.", step=0.5
    )
    seconds: int = fields.integer(
        10, 5, 30, "Seconds for each pose", "A pose that nobody holds by then is skipped, without points."
    )
    similarity: float = fields.number(
        0.75,
        0.5,
        0.95,
        "Similarity threshold of the game",
        "The similarity from which a pose counts: 0.6 is the same kind of pose, 0.75 strict. The mirror image counts.",
        step=0.01,
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The poses of the row; empty without a game."""
        return self.poses if self.row == OWN else ROWS.get(self.row, ())
