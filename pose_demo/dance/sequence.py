"""The poses of one dancer over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import COCO_17
from pose_demo.types import InputError, Points, Pose


@dataclass(frozen=True, eq=False)
class PoseSequence:
    """The COCO-17 keypoints of one person in N frames; compared by identity.

    Attributes:
        timestamps: float64 ``(N,)``, seconds, increasing.
        xy: float32 ``(N, 17, 2)``, pixels of the unmirrored image.
        scores: float32 ``(N, 17)`` in [0, 1]; all 0 in a frame in which the person was not detected.
        size: (width, height) of the image in pixels.

    Raises:
        InputError: the arrays have other shapes, or the times do not increase.
    """

    timestamps: npt.NDArray[np.float64]
    xy: Points
    scores: npt.NDArray[np.float32]
    size: tuple[int, int]

    def __post_init__(self) -> None:
        count, keypoints = len(self.timestamps), len(COCO_17.keypoints)
        if self.xy.shape != (count, keypoints, 2) or self.scores.shape != (count, keypoints):
            raise InputError(f"expected {count} x {keypoints} keypoints, got {self.xy.shape} and {self.scores.shape}")
        if (np.diff(self.timestamps) <= 0).any():
            raise InputError("expected timestamps that increase")

    @classmethod
    def from_poses(
        cls, timestamps: Iterable[float], poses: Iterable[Pose | None], size: tuple[int, int]
    ) -> PoseSequence:
        """A sequence of the poses of one person in any skeleton; None where the person was not detected."""
        keypoints = [_keypoints(pose) for pose in poses]
        xy = np.array([xy for xy, _ in keypoints], np.float32).reshape(-1, len(COCO_17.keypoints), 2)
        scores = np.array([scores for _, scores in keypoints], np.float32).reshape(-1, len(COCO_17.keypoints))
        return cls(np.fromiter(timestamps, np.float64), xy, scores, size)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return float(self.timestamps[-1] - self.timestamps[0]) if len(self.timestamps) else 0.0

    def shifted(self, seconds: float) -> PoseSequence:
        """The same poses ``seconds`` later."""
        return replace(self, timestamps=self.timestamps + seconds)

    def trimmed(self, start: float, end: float) -> PoseSequence:
        """The poses from ``start`` to ``end``, in seconds; they keep their timestamps."""
        return self._frames((self.timestamps >= start) & (self.timestamps <= end))

    def every(self, step: int) -> PoseSequence:
        """Every ``step``-th frame, from the first one on."""
        return self._frames(slice(None, None, step))

    def _frames(self, rows: slice | npt.NDArray[np.bool_]) -> PoseSequence:
        return replace(self, timestamps=self.timestamps[rows], xy=self.xy[rows], scores=self.scores[rows])

    def at_speed(self, factor: float) -> PoseSequence:
        """The same poses, danced ``factor`` times as fast: 0.5 takes twice the time."""
        return replace(self, timestamps=self.timestamps / factor)

    def mirrored(self) -> PoseSequence:
        """The mirror image as a person would dance it: what the left arm does, the right arm does."""
        flipped = np.array((self.size[0], 0), np.float32) + self.xy * np.array((-1, 1), np.float32)
        return replace(self, xy=flipped[:, COCO_17.flip], scores=self.scores[:, COCO_17.flip])


def _keypoints(pose: Pose | None) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    if pose is None:
        count = len(COCO_17.keypoints)
        return np.zeros((count, 2), np.float32), np.zeros(count, np.float32)
    coco = pose.as_coco()
    return coco.xy, coco.scores
