"""Jitter and lag of estimated keypoints against known ones."""

from __future__ import annotations

import numpy as np

from pose_demo.metrics.alignment import Alignment, Booleans, Floats, Integers

_REST_SPEED = 0.1  # body sizes per second; a true keypoint that is slower is at rest
_MIN_MOVING = 30  # moving keypoints, over all frames; with fewer the lag is noise


def jitter_at_rest(alignment: Alignment) -> float | None:
    """Mean absolute second difference between frames in % of the body size, of keypoints at rest; None without any.

    A keypoint is at rest in three consecutive frames where the true one moves by less than 0.1 body sizes per second.
    """
    rows = _consecutive(alignment, 3)
    middle = np.flatnonzero(rows) + 1
    if not len(middle):
        return None
    before, after = _velocity(alignment, middle - 1, middle), _velocity(alignment, middle, middle + 1)
    at_rest = _is_slow(alignment, middle, before) & _is_slow(alignment, middle, after)
    visible = alignment.visible[middle - 1] & alignment.visible[middle] & alignment.visible[middle + 1]
    xy = alignment.xy
    difference = np.abs(xy[middle + 1] - 2 * xy[middle] + xy[middle - 1]).mean(axis=2)
    values = (difference / alignment.size[middle, None])[at_rest & visible]
    return float(100 * values.mean()) if values.size else None


def lag_ms(alignment: Alignment) -> float | None:
    """Delay of the estimated keypoints in milliseconds: the time shift that minimizes the squared error.

    To first order; None where hardly anything moves. The velocity is a central difference, whose noise does not
    correlate with the error.
    """
    middle = np.flatnonzero(_consecutive(alignment, 3)) + 1
    if not len(middle):
        return None
    velocity = _velocity(alignment, middle - 1, middle + 1)
    error = alignment.true_xy[middle] - alignment.xy[middle]
    visible = alignment.visible[middle - 1] & alignment.visible[middle] & alignment.visible[middle + 1]
    moving = visible & ~_is_slow(alignment, middle, velocity)
    if moving.sum() < _MIN_MOVING:
        return None
    return float(1000 * (error * velocity).sum(axis=2)[moving].sum() / (velocity**2).sum(axis=2)[moving].sum())


def _consecutive(alignment: Alignment, count: int) -> Booleans:
    """Whether a row begins ``count`` consecutive frames of one true person with one track id."""
    length = len(alignment.frame) - count + 1
    result = np.ones(max(0, length), bool)
    for step in range(1, count):
        later = slice(step, step + length)
        result &= alignment.frame[later] == alignment.frame[:length] + step
        result &= alignment.person[later] == alignment.person[:length]
        result &= alignment.track[later] == alignment.track[:length]
    return np.asarray(result & alignment.detected[: len(result)])


def _velocity(alignment: Alignment, start: Integers, end: Integers) -> Floats:
    """``(n, 17, 2)`` true velocity in pixels per second between two rows."""
    elapsed = np.maximum(alignment.timestamp[end] - alignment.timestamp[start], 1e-6)
    return np.asarray((alignment.true_xy[end] - alignment.true_xy[start]) / elapsed[:, None, None])


def _is_slow(alignment: Alignment, rows: Integers, velocity: Floats) -> Booleans:
    """``(n, 17)`` whether each true keypoint moves slowly."""
    return np.asarray(np.linalg.norm(velocity, axis=2) < _REST_SPEED * alignment.size[rows, None])
