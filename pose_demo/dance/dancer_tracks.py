"""Which dancer each tracked person of a stream is, also after the track was lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pose_demo.dance.main_dancer import MAX_ABSENCE
from pose_demo.dance.reference import MAX_DANCERS
from pose_demo.tracking.tracker import MAX_AGE_S
from pose_demo.types import Box, Pose

MIN_SECONDS = 0.5  # who is there for a shorter time is a false detection, or passes by
MIN_SHARE = 0.5  # of the frames of the one who is there longest; who is there less does not dance along
SIMILAR_SIZE = 2.0  # a track goes on with the dancer of one that was lost only with up to this times the size

_NOWHERE = Box(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class _Sighting:
    """Where and when a dancer was last seen."""

    box: Box
    timestamp: float

    def distance(self, box: Box) -> float:
        """Pixels between the centers; infinite for a person of another size."""
        low, high = sorted((max(self.box.longer_side, 1.0), max(box.longer_side, 1.0)))
        return float(np.hypot(*np.subtract(self.box.center, box.center))) if high <= SIMILAR_SIZE * low else np.inf


class DancerTracks:
    """Numbers the dancers of one stream: 1, 2, 3 ... in the order of their appearance, never reused.

    A new track goes on with the nearest dancer of a similar size who is not in the frame. If the lost track comes back,
    the dancer is its person again. Of more than six dancers, those who have been gone longest are forgotten.
    """

    def __init__(self) -> None:
        self._tracks: dict[int, tuple[int, float]] = {}  # track id -> number of the dancer, timestamp of the last frame
        self._seen: dict[int, _Sighting] = {}  # number -> the last one
        self._last_number = 0

    def update(self, poses: Sequence[Pose], timestamp: float, confidence: float) -> dict[int, int]:
        """The dancers in a frame: their number -> the index of the pose.

        Args:
            poses: with track ids.
            timestamp: the frame's time in seconds.
            confidence: keypoints with a lower score are not visible.
        """
        boxes = [pose.bounding_box(confidence) or _NOWHERE for pose in poses]
        ids = [-1 - index if pose.track_id is None else pose.track_id for index, pose in enumerate(poses)]
        self._tracks = {track: it for track, it in self._tracks.items() if timestamp - it[1] <= MAX_AGE_S}
        found = self._known(ids)
        unknown = set(range(len(poses))) - set(found.values())
        for index in sorted(unknown, key=lambda index: -boxes[index].longer_side):
            number = self._lost(boxes[index], found) or self._new(timestamp, found)
            if number:
                found[number] = index
        for number, index in found.items():
            self._tracks[ids[index]] = number, timestamp
            self._seen[number] = _Sighting(boxes[index], timestamp)
        return found

    def _known(self, ids: Sequence[int]) -> dict[int, int]:
        """The dancers whose track goes on; of two tracks of one dancer, the older one."""
        found: dict[int, int] = {}
        for index in sorted(range(len(ids)), key=lambda index: ids[index]):
            if ids[index] in self._tracks:
                found.setdefault(self._tracks[ids[index]][0], index)
        return found

    def _lost(self, box: Box, found: Mapping[int, int]) -> int | None:
        distances = {number: seen.distance(box) for number, seen in self._seen.items() if number not in found}
        nearest = min(distances, key=lambda number: distances[number], default=None)
        return nearest if nearest and np.isfinite(distances[nearest]) else None

    def _new(self, timestamp: float, found: Iterable[int]) -> int | None:
        """Another number; None while six dancers are there."""
        if len(self._seen) >= MAX_DANCERS:
            longest = min(self._seen.keys() - set(found), key=lambda it: self._seen[it].timestamp, default=None)
            if longest is None or timestamp - self._seen[longest].timestamp < MAX_ABSENCE:
                return None
            del self._seen[longest]
        self._last_number += 1
        self._seen[self._last_number] = _Sighting(_NOWHERE, timestamp)
        return self._last_number
