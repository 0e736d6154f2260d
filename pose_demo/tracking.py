"""Who is who from frame to frame: stable numbers for people, by how well they fit where they were heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import COCO_17
from pose_demo.types import Points, Pose

PATIENCE = 1.5  # seconds that a person may be out of sight
_SAME = 0.1  # least similarity to be taken for the same person
_TOLERANCE = 4.0  # a person moves between two frames, so keypoints may be this many times farther off than in OKS
_SETTLING = 0.15  # seconds over which a velocity is averaged
_SIGMAS = np.array(COCO_17.sigmas)


def oks(a: Pose, b: Pose, tolerance: float = 1.0) -> float:
    """Object keypoint similarity in [0, 1] of two poses, each keypoint weighted by both its scores.

    Source: cocodataset.org/#keypoints-eval; the area is that of the larger of the two keypoint boxes.
    """
    a, b = a.as_coco(), b.as_coco()
    return similarity(a.xy, a.scores, b.xy, b.scores, tolerance)


def similarity(
    xy: Points,
    scores: npt.NDArray[np.float32],
    other_xy: Points,
    other_scores: npt.NDArray[np.float32],
    tolerance: float,
) -> float:
    """`oks` of bare COCO-17 keypoints ``(17, 2)`` and their scores ``(17,)``."""
    spread = max(float(np.prod(np.ptp(xy, axis=0))), float(np.prod(np.ptp(other_xy, axis=0))), 1.0)
    squared = ((xy - other_xy) ** 2).sum(axis=1)
    fit = np.exp(-squared / (2 * spread * (2 * tolerance * _SIGMAS) ** 2))
    weights = scores * other_scores + 1e-6
    return float((fit * weights).sum() / weights.sum())


@dataclass
class _Track:
    """One person: their last COCO-17 keypoints, when that was, and how they moved, in pixels a second."""

    number: int
    xy: Points
    scores: npt.NDArray[np.float32]
    seen: float
    velocity: npt.NDArray[np.float32]

    def expected(self, timestamp: float) -> Points:
        return self.xy + self.velocity * np.float32(timestamp - self.seen)

    def follow(self, pose: Pose, timestamp: float) -> None:
        elapsed = timestamp - self.seen
        if elapsed > 0:
            weights = (self.scores * pose.scores + 1e-6)[:, None]
            step = ((pose.xy - self.xy) * weights).sum(axis=0) / weights.sum()
            share = 1 - np.exp(-elapsed / _SETTLING)
            self.velocity = np.asarray(self.velocity + share * (step / elapsed - self.velocity), np.float32)
        self.xy, self.scores, self.seen = pose.xy, pose.scores, timestamp


class Tracker:
    """Gives the people of one stream their numbers: 1, 2, 3 ... in the order they appeared, none used twice."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everybody: the next frame has nothing to do with the last, and counting starts anew."""
        self._tracks: list[_Track] = []
        self._count = 0
        self._last = float("-inf")

    def update(self, poses: Sequence[Pose], timestamp: float) -> tuple[Pose, ...]:
        """The same poses in the same order, each with its ``track_id``.

        Args:
            poses: everybody found in this frame, in either skeleton.
            timestamp: the frame's time in seconds; when it goes back, the stream began anew.
        """
        if timestamp < self._last:
            self.reset()
        self._last = timestamp
        self._tracks = [track for track in self._tracks if timestamp - track.seen <= PATIENCE]
        coco = [pose.as_coco() for pose in poses]
        owners = self._owners(coco, timestamp)
        return tuple(
            replace(pose, track_id=self._number(owners.get(i), coco[i], timestamp)) for i, pose in enumerate(poses)
        )

    def _owners(self, poses: Sequence[Pose], timestamp: float) -> dict[int, _Track]:
        """Which pose belongs to which track: the most similar pair first."""
        pairs = [
            (similarity(track.expected(timestamp), track.scores, pose.xy, pose.scores, _TOLERANCE), t, i)
            for t, track in enumerate(self._tracks)
            for i, pose in enumerate(poses)
        ]
        owners: dict[int, _Track] = {}
        taken: set[int] = set()
        for fit, t, i in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
            if fit >= _SAME and t not in taken and i not in owners:
                owners[i] = self._tracks[t]
                taken.add(t)
        return owners

    def _number(self, track: _Track | None, pose: Pose, timestamp: float) -> int:
        if track is None:
            self._count += 1
            track = _Track(self._count, pose.xy, pose.scores, timestamp, np.zeros(2, np.float32))
            self._tracks.append(track)
        else:
            track.follow(pose, timestamp)
        return track.number
