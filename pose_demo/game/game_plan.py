"""What a game is played with."""

from __future__ import annotations

from dataclasses import dataclass, field

from pose_demo.game.options import GameOptions
from pose_demo.matching import library
from pose_demo.matching.options import OWN, MatchOptions
from pose_demo.matching.pictures import picture
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.types import Image

_SIDE, _SMALL_SIDE = 320, 128  # pixels


@dataclass(frozen=True)
class GamePlan:
    """The poses of a game and its rules; immutable. A game goes on with an equal plan.

    Attributes:
        references: the poses of the row, at least one.
        options: how long and how exactly they are held.
        matching: how a person is compared with a pose.
        pictures: square RGB images of the poses.
        small_pictures: the same, for the row.
    """

    references: tuple[Reference, ...]
    options: GameOptions
    matching: MatchOptions = field(init=False)
    pictures: tuple[Image, ...] = field(init=False, compare=False)
    small_pictures: tuple[Image, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Draw what takes too long in a frame callback."""
        object.__setattr__(self, "matching", MatchOptions(similarity=self.options.similarity))
        for name, side in (("pictures", _SIDE), ("small_pictures", _SMALL_SIDE)):
            object.__setattr__(self, name, tuple(picture(it, (side, side)) for it in self.references))


def row_of(options: GameOptions, own: Reference | None) -> tuple[Reference, ...]:
    """The poses of the chosen row that can be played.

    Args:
        options: the row.
        own: the visitor's reference pose; it is left out where there is none, or where it shows too little of the body.
    """
    references = (own if name == OWN else library.load(name) for name in options.names)
    return tuple(it for it in references if it is not None and match(it, it.pose).score is not None)
