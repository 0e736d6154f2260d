"""The options of matching, as the page, the command line and links see them."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import fields
from pose_demo.matching import library
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.matching.rules import RULES

OFF, OWN = "none", "own"


@dataclass(frozen=True)
class Matching:
    """Which pose to match, by which rule, and how strictly."""

    reference: str = fields.choice(
        OFF,
        (OFF, *library.names(), OWN),
        "Reference pose",
        "The pose to take. own is one of yours: from a photo, a video, a file, or the live picture.",
    )
    rule: str = fields.choice(
        "limb-angle",
        tuple(RULES),
        "Rule",
        "limb-angle weighs the directions of limbs and the angles of joints. every-limb is the notebook's: each limb "
        "by itself must point the same way.",
    )
    similarity: float = fields.number(
        0.8,
        0,
        1,
        "Similarity threshold",
        "How alike counts as a match: 0.6 is the same kind of pose, 0.75 strict, 0.85 for moments of a dance.",
        step=0.01,
    )
    mirror: bool = fields.switch(
        True, "Mirror image counts", "Also match the reference flipped left to right, and show it so."
    )
    ignore: tuple[str, ...] = fields.choices(
        (), tuple(LIMBS), "Limbs to ignore", "These limbs do not count, as when you sit at a desk."
    )
    ghost: bool = fields.switch(True, "Ghost", "Shows the reference over the picture, fitted to your hips and torso.")
