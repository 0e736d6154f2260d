"""The options of pose matching."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import fields
from pose_demo.fields import NONE
from pose_demo.matching import library
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.matching.rules import RULES

OWN = "own"  # a reference that the user provides


@dataclass(frozen=True)
class MatchOptions:
    """Which pose to match, by which rule, and the threshold."""

    reference: str = fields.choice(
        NONE,
        (NONE, *library.NAMES, OWN),
        "Reference pose",
        "The pose to match. own is one of yours: from a photo, a video, a file, or the live video.",
    )
    rule: str = fields.choice(
        "limb-angle",
        tuple(RULES),
        "Rule",
        "limb-angle averages over the angles of limbs and joints, and a single limb that is far off (45 degrees) "
        "prevents a match. every-limb requires the same direction of each limb by itself.",
    )
    similarity: float = fields.number(
        0.8,
        0,
        1,
        "Similarity threshold",
        "The similarity from which it is a match: 0.6 is the same kind of pose, 0.75 strict, 0.85 for the poses of a "
        "dance.",
        step=0.01,
    )
    mirror: bool = fields.switch(
        True, "Mirror image counts", "Also match the horizontally flipped reference, if it is more similar."
    )
    ignore: tuple[str, ...] = fields.choices(
        (), LIMBS, "Limbs to ignore", "Limbs that do not count, for example the legs when you sit at a desk."
    )
    ghost: bool = fields.switch(
        True, "Reference overlay", "Draws the reference over the image, aligned with your hips and torso."
    )
