"""What a live take looked like: small pictures of the output image, for a report."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.dance.pictures import Pictures


@dataclass(frozen=True, eq=False)
class TakePictures:
    """Pictures of the dancer as shown: skeletons are drawn in them, and what the settings hide is hidden.

    Attributes:
        pictures: of the output image, without a teacher beside it, in the time of the take's performance.
        teacher_flipped: whether the teacher was shown flipped horizontally, so that a pair of both looks alike.
    """

    pictures: Pictures
    teacher_flipped: bool
