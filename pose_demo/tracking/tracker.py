"""Who is who from frame to frame: stable numbers for people, by how well they fit where they were heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo import oks
from pose_demo.skeletons import COCO_17
from pose_demo.types import Points, Pose

Fits = npt.NDArray[np.float64]

# Tuned on drawn dancers who cross, found by MultiPose and by two stages, at 30, 15, 10 and 6 frames a second.
PATIENCE = 1.5  # seconds that a person may be out of sight; one who walks behind another is for more than one
_SAME = 0.1  # least fit to be taken for the same person
_MEETING = 0.3  # fit above which somebody who is lost may be hidden by the one who is found
_SETTLING = 0.5  # seconds over which a velocity is averaged
_YOUNG, _DOUBT = 0.3, 0.6  # in their first 0.3 s a find may be nobody: their fit counts less, and that of the lost
_TOLERANCE = 2.0  # people move between two frames, so keypoints may be this many times farther off than in OKS
_TORSO = [COCO_17.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right")]


@dataclass(frozen=True)
class _Motion:
    """COCO-17 keypoints at a time, and how the person moved, in pixels a second."""

    xy: Points
    scores: npt.NDArray[np.float32]
    seen: float
    velocity: npt.NDArray[np.float32]

    def at(self, timestamp: float) -> Points:
        """Where the keypoints are to be expected."""
        return self.xy + self.velocity * np.float32(timestamp - self.seen)

    def followed_by(self, pose: Pose, timestamp: float, born: float) -> _Motion:
        elapsed, velocity = timestamp - self.seen, self.velocity
        if elapsed > 0:
            weights = (self.scores * pose.scores + 1e-6)[:, None]
            step = ((pose.xy - self.xy) * weights).sum(axis=0) / weights.sum()
            share = max(1 - np.exp(-elapsed / _SETTLING), elapsed / (timestamp - born))  # at first, of all there is
            velocity = velocity + np.float32(share) * (step / np.float32(elapsed) - velocity)
        return _Motion(pose.xy, pose.scores, timestamp, velocity)

    def rescaled(self, factor: Points) -> _Motion:
        return replace(self, xy=self.xy * factor, velocity=self.velocity * factor)

    def miss(self, pose: Pose, timestamp: float) -> float:
        """How many pixels a pose is from where it was expected."""
        return float(np.linalg.norm(self.at(timestamp)[_TORSO].mean(axis=0) - pose.xy[_TORSO].mean(axis=0)))


@dataclass(eq=False)
class _Track:
    """One person, and whom they are with while one pose stands for both."""

    number: int
    born: float
    motion: _Motion
    meeting: _Meeting | None = None

    @property
    def young(self) -> bool:
        return self.motion.seen - self.born < _YOUNG


@dataclass(frozen=True)
class _Meeting:
    """How somebody who is hidden, and the one who hides them, moved when both were last seen."""

    other: _Track
    own: _Motion
    others: _Motion


class Tracker:
    """Gives the people of one stream their numbers: 1, 2, 3 ... in the order they appeared, none used twice."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everybody: the next frame has nothing to do with the last, and counting starts anew."""
        self._tracks: list[_Track] = []
        self._count = 0
        self._last = float("-inf")

    def rescale(self, factor: Points) -> None:
        """From now on the same picture comes in another size.

        Args:
            factor: float32 ``(2,)``, the new width and height in old ones.
        """
        for track in self._tracks:
            track.motion = track.motion.rescaled(factor)
            if meeting := track.meeting:
                own, others = meeting.own.rescaled(factor), meeting.others.rescaled(factor)
                track.meeting = _Meeting(meeting.other, own, others)

    def update(self, poses: Sequence[Pose], timestamp: float) -> tuple[Pose, ...]:
        """The same poses in the same order, each with its ``track_id``.

        Args:
            poses: everybody found in this frame, in either skeleton.
            timestamp: the frame's time in seconds; when it goes back, the stream began anew.
        """
        if timestamp < self._last:
            self.reset()
        self._tracks = [track for track in self._tracks if timestamp - track.motion.seen <= PATIENCE]
        coco = [pose.as_coco() for pose in poses]
        owners = self._owners(coco, timestamp)
        _part(owners, coco, timestamp)
        self._meet(owners, timestamp)
        self._last = timestamp
        return tuple(
            replace(pose, track_id=self._number(owners.get(i), coco[i], timestamp)) for i, pose in enumerate(poses)
        )

    def _owners(self, poses: Sequence[Pose], timestamp: float) -> dict[int, _Track]:
        """Which pose belongs to which track: the best pair first."""
        if not self._tracks or not poses:
            return {}
        trust = [_DOUBT ** (track.young + (track.motion.seen < self._last)) for track in self._tracks]
        fits = np.array(trust)[:, None] * _fits(self._tracks, [(pose.xy, pose.scores) for pose in poses], timestamp)
        owners: dict[int, _Track] = {}
        while fits.max() >= _SAME:
            t, i = np.unravel_index(fits.argmax(), fits.shape)
            owners[int(i)] = self._tracks[t]
            fits[t], fits[:, i] = 0, 0
        return owners

    def _meet(self, owners: dict[int, _Track], timestamp: float) -> None:
        """Whoever is missed while somebody is about where they should be is with that person from now on."""
        found = list(owners.values())
        lost = [track for track in self._tracks if track not in found and track.meeting is None]
        if not lost or not found:
            return
        expected = [(track.motion.at(timestamp), track.motion.scores) for track in found]
        for track, fits in zip(lost, _fits(lost, expected, timestamp), strict=True):
            other = found[int(fits.argmax())]
            if fits.max() > _MEETING:
                track.meeting = _Meeting(other, track.motion, other.motion)

    def _number(self, track: _Track | None, pose: Pose, timestamp: float) -> int:
        if track is None:
            self._count += 1
            motion = _Motion(pose.xy, pose.scores, timestamp, np.zeros(2, np.float32))
            self._tracks.append(_Track(self._count, timestamp, motion))
            return self._count
        track.motion = track.motion.followed_by(pose, timestamp, track.born)
        return track.number


def _fits(tracks: Sequence[_Track], people: Sequence[tuple[Points, npt.NDArray[np.float32]]], timestamp: float) -> Fits:
    """How well each track (rows) fits each person's keypoints and scores (columns), in (0, 1].

    It is OKS with a long tail, 1 / (1 + e) for exp(-e), so that of two who are both far off the nearer one still wins.
    """
    ours = np.array([track.motion.at(timestamp) for track in tracks])[:, None]
    theirs = np.array([xy for xy, _ in people])[None]
    area = np.maximum(np.ptp(ours, axis=2).prod(axis=2), np.ptp(theirs, axis=2).prod(axis=2)).clip(1)
    error = oks.errors(ours, theirs, area[..., None]) / _TOLERANCE**2
    weights = np.array([track.motion.scores for track in tracks])[:, None] * np.array([s for _, s in people]) + 1e-6
    return np.asarray((weights / (1 + error)).sum(axis=2) / weights.sum(axis=2))


def _part(owners: dict[int, _Track], poses: Sequence[Pose], timestamp: float) -> None:
    """When two who met are both seen again, those who kept their way keep their number.

    While they were one pose, it may have slid from the one to the other.
    """
    for i, track in list(owners.items()):
        meeting, track.meeting = track.meeting, None
        j = next((j for j, other in owners.items() if meeting and other is meeting.other), None)
        if meeting is None or j is None:
            continue
        own, others = meeting.own, meeting.others
        kept = own.miss(poses[i], timestamp) + others.miss(poses[j], timestamp)
        swapped = own.miss(poses[j], timestamp) + others.miss(poses[i], timestamp)
        if swapped < kept:
            owners[i], owners[j] = meeting.other, track
            track.motion = replace(track.motion, velocity=own.velocity)
            meeting.other.motion = replace(meeting.other.motion, velocity=others.velocity)
