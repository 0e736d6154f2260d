"""Keypoints of a whole clip: smoothed without lag, with short gaps bridged, and the frames at which the clip is cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pose_demo.dance.grid import MAX_GAP
from pose_demo.dance.sequence import PoseSequence
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Points

# Standard deviation of the Gaussian window in seconds, chosen on the drawn dancer at 30 and 10 fps: the least error of
# movenet-thunder, movenet-lightning and blazepose-full, and .4 of their jitter at 30 fps.
_SIGMA_S = 0.07
_WINDOW = 2.5  # half the window, in standard deviations
_POWERS = np.arange(3)
_RIDGE = 1e-3  # makes the fit a weighted mean where there are too few frames for a parabola

_CUT_SPEED = 5.0  # body heights per second; a leap across a stage has two
_CUT_DISTANCE = 0.25  # body heights; keypoints that are confused move less
_MIN_COMMON = 4  # keypoints; of somebody who enters the picture, fewer do not tell the height

IntArray = npt.NDArray[np.intp]


def cuts(sequence: PoseSequence) -> IntArray:
    """The indices of the frames at which the dancer is suddenly somewhere else, as at a cut of the clip."""
    detected = np.flatnonzero(_detected(sequence))
    if len(detected) < 2:
        return detected[:0]
    before, after = detected[:-1], detected[1:]
    seconds = sequence.timestamps[after] - sequence.timestamps[before]
    height = np.maximum(_heights(sequence)[before], 1.0)
    both = np.minimum(sequence.scores[before], sequence.scores[after]) >= DEFAULT_KEYPOINT_CONFIDENCE
    steps = np.linalg.norm(sequence.xy[after] - sequence.xy[before], axis=2)
    moved = _masked_median(steps, both) / height
    is_cut = moved > np.maximum(_CUT_DISTANCE, _CUT_SPEED * seconds)
    return np.asarray(after[is_cut & (both.sum(axis=1) >= _MIN_COMMON)])


def smoothed(sequence: PoseSequence) -> PoseSequence:
    """The keypoints without jitter, and without lag: a parabola fitted to the frames before and after each frame.

    Frames weigh by their distance in time and by the keypoint's score; those beyond a cut do not count.

    Source: Savitzky and Golay, "Smoothing and Differentiation of Data by Simplified Least Squares Procedures", 1964,
    here with weights, as in Cleveland, "Robust Locally Weighted Regression", 1979.
    """
    times, count = sequence.timestamps, len(sequence.timestamps)
    shot = np.searchsorted(cuts(sequence), np.arange(count), side="right")
    left = np.zeros((*sequence.scores.shape, 3, 3))
    right = np.zeros((*sequence.scores.shape, 3, 2))
    for offset in range(-_reach(times), _reach(times) + 1):
        other = (np.arange(count) + offset).clip(0, count - 1)
        counts = (other == np.arange(count) + offset) & (shot[other] == shot)
        distance = (times[other] - times) / _SIGMA_S
        counts &= np.abs(distance) <= _WINDOW
        weights = (np.exp(-0.5 * distance**2) * counts)[:, None] * sequence.scores[other]
        powers = distance[:, None] ** _POWERS
        left += weights[..., None, None] * (powers[:, :, None] * powers[:, None, :])[:, None]
        right += weights[..., None, None] * powers[:, None, :, None] * sequence.xy[other][:, :, None, :]
    left += _RIDGE * left[..., :1, :1] * np.diag([0, 1, 1]) + 1e-9 * np.eye(3)
    fitted = np.linalg.solve(left, right)[:, :, 0].astype(np.float32)
    return replace(sequence, xy=np.where((sequence.scores > 0)[..., None], fitted, sequence.xy))


def bridged(sequence: PoseSequence) -> tuple[PoseSequence, npt.NDArray[np.bool_]]:
    """The sequence with interpolated poses in gaps of at most 0.3 s, and ``(N,)`` in which frames they are.

    A gap lasts from the last frame with the dancer to the next one. The scores are the lower ones of those two frames.
    """
    detected = np.flatnonzero(_detected(sequence))
    xy, scores = sequence.xy.copy(), sequence.scores.copy()
    is_bridged = np.zeros(len(scores), np.bool_)
    jumps = set(cuts(sequence).tolist())
    for before, after in zip(detected[:-1].tolist(), detected[1:].tolist(), strict=True):
        seconds = sequence.timestamps[after] - sequence.timestamps[before]
        if after == before + 1 or seconds > MAX_GAP + 1e-6 or after in jumps:
            continue
        gap = slice(before + 1, after)
        share = ((sequence.timestamps[gap] - sequence.timestamps[before]) / seconds)[:, None, None]
        xy[gap] = xy[before] + share * (xy[after] - xy[before])
        scores[gap] = np.minimum(scores[before], scores[after])
        is_bridged[gap] = True
    return replace(sequence, xy=xy, scores=scores), is_bridged


def _detected(sequence: PoseSequence) -> npt.NDArray[np.bool_]:
    return np.asarray((sequence.scores >= DEFAULT_KEYPOINT_CONFIDENCE).any(axis=1))


def _heights(sequence: PoseSequence) -> npt.NDArray[np.float64]:
    """``(N,)`` the longer side of the box around the visible keypoints."""
    visible = (sequence.scores >= DEFAULT_KEYPOINT_CONFIDENCE)[..., None]
    high = np.where(visible, sequence.xy, -np.inf).max(axis=1)
    low = np.where(visible, sequence.xy, np.inf).min(axis=1)
    return np.asarray((high - low).max(axis=1).clip(0), np.float64)


def _masked_median(values: Points, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """``(N,)`` the median of each row's values where the mask is true; 0 for rows without any."""
    kept = np.where(mask.any(axis=1, keepdims=True), np.where(mask, values, np.nan), 0.0)
    return np.asarray(np.nanmedian(kept, axis=1), np.float64)


def _reach(times: npt.NDArray[np.float64]) -> int:
    """The most frames before or after a frame that are in its window."""
    last = np.searchsorted(times, times + _WINDOW * _SIGMA_S, side="right") - 1
    return int((last - np.arange(len(times))).max(initial=0))
