"""The options of a comparison of dances."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, InputError

MIRROR = ("auto", "on", "off")


@dataclass(frozen=True)
class DanceOptions:
    """How to compare a performance with a reference.

    Attributes:
        mirror: whether the dancer is the reference's mirror image: 'on', 'off', or 'auto', the more similar one.
        passage: seconds of one passage.
        largest_lag: seconds by which a performance may be early or late as a whole.
        confidence: keypoints with a lower score are not visible.

    Raises:
        InputError: an option is out of its range.
    """

    mirror: str = "auto"
    passage: float = 3.0
    largest_lag: float = 1.0
    confidence: float = DEFAULT_KEYPOINT_CONFIDENCE

    def __post_init__(self) -> None:
        if self.mirror not in MIRROR:
            raise InputError(f"expected mirror to be one of {', '.join(MIRROR)}, got {self.mirror!r}")
        for name, low, high in (("passage", 2, 60), ("largest_lag", 0.1, 10), ("confidence", 0, 1)):
            if not low <= getattr(self, name) <= high:
                raise InputError(f"expected {name} from {low} to {high}, got {getattr(self, name)}")
