"""A pose sequence at other times, as limb directions."""

from __future__ import annotations

import numpy as np

from pose_demo.dance.sequence import PoseSequence
from pose_demo.matching.limb_angles import FloatArray, LimbVectors, limb_vectors

STEP = 0.02  # seconds; the peak of a correlation is interpolated between the steps
MAX_GAP = 0.3  # seconds between two detections of a keypoint; it is not interpolated over a longer time


def resample(sequence: PoseSequence, times: FloatArray, confidence: float) -> LimbVectors:
    """The limbs at ``times`` (N,), with keypoints interpolated linearly between the frames where they are visible.

    A keypoint scores 0 before it is first visible, after it was last visible, and in gaps over 0.3 s.
    """
    keypoints = sequence.scores.shape[1]
    xy, scores = np.zeros((len(times), keypoints, 2)), np.zeros((len(times), keypoints))
    for keypoint in range(keypoints):
        frames = np.flatnonzero(sequence.scores[:, keypoint] >= max(confidence, 1e-6))
        if not len(frames):
            continue
        known = sequence.timestamps[frames]
        for axis in range(2):
            xy[:, keypoint, axis] = np.interp(times, known, sequence.xy[frames, keypoint, axis])
        interpolated = np.interp(times, known, sequence.scores[frames, keypoint])
        scores[:, keypoint] = np.where(_is_between(times, known), interpolated, 0)
    return limb_vectors(xy, scores)


def _is_between(times: FloatArray, known: FloatArray) -> FloatArray:
    """Whether each time is one of ``known``, or between two of them that are no gap."""
    after = np.searchsorted(known, times)
    before = np.searchsorted(known, times, "right") - 1
    is_inside = (before >= 0) & (after < len(known))
    gap = known[after.clip(max=len(known) - 1)] - known[before.clip(min=0)]
    return np.asarray(is_inside & (gap <= MAX_GAP + 1e-6))
