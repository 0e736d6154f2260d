"""Who of several dancers in front of the camera is the main one, whose numbers are large."""

from __future__ import annotations

from collections.abc import Mapping

from pose_demo.types import Pose

MAX_ABSENCE = 2.0  # seconds after which another person is chosen


class MainDancer:
    """The same dancer until that one is gone for 2 seconds, then the largest.

    Attributes:
        number: the number of the dancer; at first 1, which `DancerTracks` gives to the largest of the first ones.
    """

    def __init__(self) -> None:
        self.number = 1
        self._last_seen = float("-inf")

    def update(self, present: Mapping[int, Pose], timestamp: float, confidence: float) -> None:
        """Choose again where the dancer is gone.

        Args:
            present: the poses of the dancers in a frame by their numbers.
            timestamp: the frame's time in seconds.
            confidence: keypoints with a lower score are not visible.
        """
        if self.number not in present:
            if not present or timestamp - self._last_seen < MAX_ABSENCE:
                return
            self.number = max(present, key=lambda number: visible_height(present[number], confidence))
        self._last_seen = timestamp


def visible_height(pose: Pose, confidence: float) -> float:
    """The longer side of the box of the visible keypoints in pixels; 0 without one."""
    box = pose.bounding_box(confidence)
    return box.longer_side if box else 0.0
