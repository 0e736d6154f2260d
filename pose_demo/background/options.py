"""The background's options, as the page, the command line and links see them."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import fields
from pose_demo.background.modes import BEHIND, GRADIENTS, Style
from pose_demo.types import Image


@dataclass(frozen=True)
class Background:
    """Who counts as person, and what is put behind."""

    behind: str = fields.choice(
        "none",
        tuple(BEHIND),
        "Behind the person",
        "none leaves the picture as it is. blur, colour, picture and gradient replace the room. person-only and "
        "background-only show one of the two, with black for the other.",
    )
    source: str = fields.choice(
        "model",
        ("model", "knn"),
        "Who is person",
        "model: the pose model's own mask. knn: whatever moves in front of a camera that stands still; a person who "
        "stops moving fades into the background.",
    )
    threshold: float = fields.number(
        0.1,
        0.01,
        0.99,
        "Mask threshold",
        "Lower keeps more round the person, hair and room; higher cuts closer.",
        step=0.01,
    )
    softness: int = fields.integer(
        4, 0, 20, "Soft edge", "Width in pixels of the seam in which the person fades into the background; 0 cuts hard."
    )
    steadiness: float = fields.number(
        0.0, 0.0, 0.9, "Steady edge", "Calms a flickering edge, but lets it lag behind quick movements."
    )
    blur: int = fields.integer(
        16, 4, 80, "Background blur", "How far, in pixels, the room is smeared out; larger hides more.", step=4
    )
    colour: str = fields.colour("#1e3a5f", "Background colour", "The plain colour behind the person.")
    gradient: str = fields.choice(
        "dusk",
        tuple(GRADIENTS),
        "Gradient",
        "The colours behind the person; also shown in place of a picture until one is uploaded.",
    )
    knn_history: int = fields.integer(
        100, 10, 1000, "KNN history", "Frames until something new belongs to the background.", step=10
    )
    knn_threshold: float = fields.number(
        32.0,
        1.0,
        1000.0,
        "KNN threshold",
        "How different a pixel must be to count as person; raise it against noise.",
        step=1,
    )
    knn_dilation: int = fields.integer(
        40,
        0,
        80,
        "KNN dilation",
        "How far, in pixels of a picture 480 high, the person's outline grows to close holes.",
    )

    def style(self, picture: Image | None = None) -> Style:
        """How the chosen background looks, with the uploaded RGB picture where there is one."""
        return Style(self.blur, self.colour, self.gradient, picture)
