"""Who of several persons in front of the camera is compared with the teacher."""

from __future__ import annotations

from collections.abc import Sequence

from pose_demo.types import Pose

_MAX_ABSENCE = 2.0  # seconds after which another person is chosen


class MainPerson:
    """The largest person at first, and the same track from then on, until it is gone for 2 seconds."""

    def __init__(self) -> None:
        self._track_id: int | None = None
        self._last_seen = float("-inf")

    def index(self, poses: Sequence[Pose], timestamp: float, confidence: float) -> int | None:
        """The index of the person among the poses of a frame; None if the person is not there."""
        tracked = [index for index, pose in enumerate(poses) if pose.track_id == self._track_id]
        if self._track_id is not None and tracked:
            self._last_seen = timestamp
            return tracked[0]
        if not poses or (self._track_id is not None and timestamp - self._last_seen < _MAX_ABSENCE):
            return None
        chosen = max(range(len(poses)), key=lambda index: _height(poses[index], confidence))
        self._track_id, self._last_seen = poses[chosen].track_id, timestamp
        return chosen


def _height(pose: Pose, confidence: float) -> float:
    box = pose.bounding_box(confidence)
    return box.longer_side if box else 0.0
