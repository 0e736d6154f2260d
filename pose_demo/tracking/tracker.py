"""Multi-person tracking: assign track ids by constant-velocity prediction and keypoint similarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo import oks
from pose_demo.skeletons import COCO_17
from pose_demo.types import Points, Pose

Scores = npt.NDArray[np.float32]

# Tuned on drawn dancers who cross, detected by MultiPose and by top-down estimators, at 30, 15, 10 and 6 frames/s.
MAX_AGE_S = 1.5  # a track without a detection for longer is deleted; a crossing occludes a person for over a second
_MIN_SIMILARITY = 0.1  # of a track and its detection
_OCCLUSION_SIMILARITY = 0.3  # a lost track that is more similar to a detected one may be occluded by it
_VELOCITY_WINDOW_S = 0.5  # time constant of the velocity's moving average
_TENTATIVE_S = 0.3  # a younger track is tentative: it may be a false detection
_UNCERTAINTY_FACTOR = 0.6  # reduces the similarity of tentative and of lost tracks
_OKS_SCALE = 2.0  # keypoint distances allowed relative to OKS, because persons move between frames
_TORSO = [COCO_17.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right")]


@dataclass(frozen=True)
class _Motion:
    """A constant-velocity motion model: COCO-17 keypoints at a time, and the person's velocity in pixels/s."""

    xy: Points
    scores: Scores
    timestamp: float
    velocity: npt.NDArray[np.float32]

    def predict(self, timestamp: float) -> Points:
        """The predicted keypoints."""
        return self.xy + self.velocity * np.float32(timestamp - self.timestamp)

    def updated(self, pose: Pose, timestamp: float, created: float) -> _Motion:
        """The motion after a detection."""
        elapsed, velocity = timestamp - self.timestamp, self.velocity
        if elapsed > 0:
            weights = (self.scores * pose.scores + 1e-6)[:, None]
            step = ((pose.xy - self.xy) * weights).sum(axis=0) / weights.sum()
            # The average over the whole age of a new track, an exponential moving average afterwards.
            alpha = max(1 - np.exp(-elapsed / _VELOCITY_WINDOW_S), elapsed / (timestamp - created))
            velocity = velocity + np.float32(alpha) * (step / np.float32(elapsed) - velocity)
        return _Motion(pose.xy, pose.scores, timestamp, velocity)

    def rescaled(self, factor: Points) -> _Motion:
        """The motion in a frame of another size."""
        return replace(self, xy=self.xy * factor, velocity=self.velocity * factor)

    def prediction_error(self, pose: Pose, timestamp: float) -> float:
        """Distance in pixels of the pose's torso from the predicted one."""
        return float(np.linalg.norm(self.predict(timestamp)[_TORSO].mean(axis=0) - pose.xy[_TORSO].mean(axis=0)))


@dataclass(eq=False)
class _Track:
    """One tracked person."""

    track_id: int
    created: float
    motion: _Motion
    occlusion: _Occlusion | None = None

    @property
    def tentative(self) -> bool:
        return self.motion.timestamp - self.created < _TENTATIVE_S


@dataclass(frozen=True)
class _Occlusion:
    """The motion of an occluded person and of the occluder when both were last detected."""

    occluder: _Track
    motion: _Motion
    occluder_motion: _Motion

    def rescaled(self, factor: Points) -> _Occlusion:
        return _Occlusion(self.occluder, self.motion.rescaled(factor), self.occluder_motion.rescaled(factor))

    def is_swapped(self, pose: Pose, occluder_pose: Pose, timestamp: float) -> bool:
        """Whether the two poses fit the predictions better when exchanged."""
        own, occluder = self.motion.prediction_error, self.occluder_motion.prediction_error
        kept = own(pose, timestamp) + occluder(occluder_pose, timestamp)
        swapped = own(occluder_pose, timestamp) + occluder(pose, timestamp)
        return swapped < kept


class Tracker:
    """Assigns track ids to the persons of one stream: 1, 2, 3 ... in the order of detection, never reused."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Delete all tracks and restart the ids at 1: the next frame is unrelated to the previous one."""
        self._tracks: list[_Track] = []
        self._last_id = 0
        self._last_timestamp = float("-inf")

    def rescale(self, factor: Points) -> None:
        """Adapt the tracks to a new frame size.

        Args:
            factor: float32 ``(2,)``, new width and height relative to the old ones.
        """
        for track in self._tracks:
            track.motion = track.motion.rescaled(factor)
            track.occlusion = track.occlusion and track.occlusion.rescaled(factor)

    def update(self, poses: Sequence[Pose], timestamp: float) -> tuple[Pose, ...]:
        """Set the ``track_id`` of every pose of a frame.

        Args:
            poses: all poses of the frame, in either skeleton.
            timestamp: the frame's time in seconds; a time before the last frame's resets the tracker.

        Returns:
            The poses in the same order.
        """
        if timestamp < self._last_timestamp:
            self.reset()
        self._tracks = [track for track in self._tracks if timestamp - track.motion.timestamp <= MAX_AGE_S]
        coco = [pose.as_coco() for pose in poses]
        assignment = self._associate(coco, timestamp)
        _resolve_occlusion(assignment, coco, timestamp)
        self._mark_occluded(assignment, timestamp)
        self._last_timestamp = timestamp
        ids = [self._update_track(assignment.get(i), pose, timestamp) for i, pose in enumerate(coco)]
        return tuple(replace(pose, track_id=track_id) for pose, track_id in zip(poses, ids, strict=True))

    def _associate(self, poses: Sequence[Pose], timestamp: float) -> dict[int, _Track]:
        """Greedy assignment, highest similarity first: pose index -> track."""
        if not self._tracks or not poses:
            return {}
        detections = [(pose.xy, pose.scores) for pose in poses]
        weights = [self._certainty(track) for track in self._tracks]
        similarity = np.array(weights)[:, None] * _similarity_matrix(self._tracks, detections, timestamp)
        assignment: dict[int, _Track] = {}
        while similarity.max() >= _MIN_SIMILARITY:
            t, i = np.unravel_index(similarity.argmax(), similarity.shape)
            assignment[int(i)] = self._tracks[t]
            similarity[t], similarity[:, i] = 0, 0
        return assignment

    def _certainty(self, track: _Track) -> float:
        lost = track.motion.timestamp < self._last_timestamp
        return float(_UNCERTAINTY_FACTOR ** (track.tentative + lost))

    def _mark_occluded(self, assignment: dict[int, _Track], timestamp: float) -> None:
        """Mark lost tracks as occluded by the detected person near their predicted position."""
        detected = list(assignment.values())
        lost = [track for track in self._tracks if track not in detected and track.occlusion is None]
        if not lost or not detected:
            return
        predicted = [(track.motion.predict(timestamp), track.motion.scores) for track in detected]
        for track, similarity in zip(lost, _similarity_matrix(lost, predicted, timestamp), strict=True):
            occluder = detected[int(similarity.argmax())]
            if similarity.max() > _OCCLUSION_SIMILARITY:
                track.occlusion = _Occlusion(occluder, track.motion, occluder.motion)

    def _update_track(self, track: _Track | None, pose: Pose, timestamp: float) -> int:
        """Update the track with its detection, or create one; return its id."""
        if track is None:
            self._last_id += 1
            motion = _Motion(pose.xy, pose.scores, timestamp, np.zeros(2, np.float32))
            self._tracks.append(_Track(self._last_id, timestamp, motion))
            return self._last_id
        track.motion = track.motion.updated(pose, timestamp, track.created)
        return track.track_id


def _similarity_matrix(
    tracks: Sequence[_Track], persons: Sequence[tuple[Points, Scores]], timestamp: float
) -> npt.NDArray[np.float64]:
    """The similarity in (0, 1] of each track's prediction (rows) and each person's keypoints (columns).

    It is OKS with 1 / (1 + e) instead of exp(-e): the longer tail still ranks two persons who are both far away.
    """
    ours = np.array([track.motion.predict(timestamp) for track in tracks])[:, None]
    theirs = np.array([xy for xy, _ in persons])[None]
    area = np.maximum(np.ptp(ours, axis=2).prod(axis=2), np.ptp(theirs, axis=2).prod(axis=2)).clip(1)
    error = oks.normalized_errors(ours, theirs, area[..., None]) / _OKS_SCALE**2
    weights = np.array([track.motion.scores for track in tracks])[:, None] * np.array([s for _, s in persons]) + 1e-6
    return np.asarray((weights / (1 + error)).sum(axis=2) / weights.sum(axis=2))


def _resolve_occlusion(assignment: dict[int, _Track], poses: Sequence[Pose], timestamp: float) -> None:
    """Exchange the tracks of two persons who are detected again after an occlusion, if their motion fits better so.

    During the occlusion the single detected pose may have drifted from one person to the other.
    """
    for i, track in list(assignment.items()):
        occlusion, track.occlusion = track.occlusion, None
        j = next((j for j, other in assignment.items() if occlusion and other is occlusion.occluder), None)
        if occlusion is None or j is None or not occlusion.is_swapped(poses[i], poses[j], timestamp):
            continue
        occluder = occlusion.occluder
        assignment[i], assignment[j] = occluder, track
        track.motion = replace(track.motion, velocity=occlusion.motion.velocity)
        occluder.motion = replace(occluder.motion, velocity=occlusion.occluder_motion.velocity)
