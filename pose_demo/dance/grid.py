"""A pose sequence at other times, as limb directions."""

from __future__ import annotations

import numpy as np

from pose_demo.dance.sequence import PoseSequence
from pose_demo.matching.limb_angles import BoolArray, FloatArray, IntArray, LimbVectors, limb_vectors

STEP = 0.02  # seconds; the peak of a correlation is interpolated between the steps
MAX_GAP = 0.3  # seconds between two detections of a keypoint; it is not interpolated over a longer time


def resample(sequence: PoseSequence, times: FloatArray, confidence: float) -> LimbVectors:
    """The limbs at ``times`` (N,), with keypoints interpolated linearly between the frames where they are visible.

    A keypoint scores 0 before it is first visible, after it was last visible, and in gaps over 0.3 s.
    """
    count = sequence.scores.shape[1]
    xy, scores = np.zeros((len(times), count, 2)), np.zeros((len(times), count))
    visible = sequence.scores >= max(confidence, 1e-6)
    for keypoints in _visible_together(visible):
        frames = np.flatnonzero(visible[:, keypoints[0]])
        if not len(frames):
            continue
        before, after, share, is_between = _neighbors(sequence.timestamps[frames], times)
        for values, result in ((sequence.xy, xy), (sequence.scores[..., None], scores[..., None])):
            known = values[frames[:, None], keypoints]
            result[:, keypoints] = known[before] + share[:, None, None] * (known[after] - known[before])
        scores[:, keypoints] *= is_between[:, None]
    return limb_vectors(xy, scores)


def _visible_together(visible: BoolArray) -> list[list[int]]:
    """The indices of the keypoints, together those that are visible in the same frames, often all of them."""
    groups: dict[bytes, list[int]] = {}
    for keypoint, column in enumerate(np.packbits(visible, axis=0).T):
        groups.setdefault(column.tobytes(), []).append(keypoint)
    return list(groups.values())


def _neighbors(known: FloatArray, times: FloatArray) -> tuple[IntArray, IntArray, FloatArray, BoolArray]:
    """The indices of the known times before and after each time, the share of the way between them in [0, 1], and
    whether the time is one of them, or between two that are no gap.
    """
    after = np.searchsorted(known, times)
    before = np.searchsorted(known, times, "right") - 1
    is_inside = (before >= 0) & (after < len(known))
    before, after = np.maximum(before, 0), np.minimum(after, len(known) - 1)
    gap = known[after] - known[before]
    share = (times - known[before]) / np.where(gap > 0, gap, 1)
    return before, after, np.asarray(np.where(gap > 0, share, 0)), is_inside & (gap <= MAX_GAP + 1e-6)
