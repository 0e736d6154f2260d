"""Accuracy of the poses of a clip against known keypoints."""

from __future__ import annotations

import numpy as np

from pose_demo.metrics.alignment import Alignment, Booleans, Floats

PCK_THRESHOLD = 0.2  # of the torso length


def oks(alignment: Alignment) -> float | None:
    """Mean OKS of the true persons in [0, 1]; 0 for a person who was not detected. None without any person."""
    visible = alignment.visible
    counted = visible.any(axis=1)
    if not counted.any():
        return None
    similarity = (alignment.similarity * visible).sum(axis=1)[counted] / visible.sum(axis=1)[counted]
    return float(similarity.mean())


def pck(alignment: Alignment, confidence: float) -> float | None:
    """PCK@0.2: the fraction of visible keypoints that score at least ``confidence`` within 0.2 torso lengths."""
    return _mean(hits(alignment, confidence)[alignment.visible])


def hits(alignment: Alignment, confidence: float) -> Booleans:
    """``(N, 17)`` whether each keypoint scores at least ``confidence`` and lies within 0.2 torso lengths."""
    return np.asarray(_shown(alignment, confidence) & (alignment.distance <= PCK_THRESHOLD))


def missing_keypoints(alignment: Alignment, confidence: float) -> float | None:
    """The fraction of visible keypoints that were not detected, or score less than ``confidence``."""
    return _mean(~_shown(alignment, confidence)[alignment.visible])


def accuracy(alignment: Alignment, confidence: float) -> float | None:
    """Mean similarity in [0, 1] over all frames, where whatever is missing or false counts as 0.

    The similarity of a frame is the sum of its persons' over the larger of the true and the estimated number of
    persons, 1 if both are 0. A person's is OKS with two changes: a keypoint that scores less than ``confidence`` counts
    as 0, and so does one that is shown though the person's keypoint is not visible.
    """
    frames = len(alignment.timestamps)
    if not frames:
        return None
    shown = _shown(alignment, confidence)
    relevant = (alignment.visible | shown).sum(axis=1)
    similarity = (alignment.similarity * (alignment.visible & shown)).sum(axis=1) / np.maximum(relevant, 1)
    total = np.bincount(alignment.frame, similarity, frames)
    persons = np.maximum(alignment.true_count, alignment.count)
    return float(np.where(persons > 0, total / np.maximum(persons, 1), 1.0).mean())


def correct_count(alignment: Alignment) -> float | None:
    """The fraction of frames with the right number of persons."""
    return _mean(alignment.count == alignment.true_count)


def id_switches(alignment: Alignment) -> int:
    """How often the track id of a true person changes; frames where they are not detected are skipped (as in MOT)."""
    person, track = alignment.person[alignment.detected], alignment.track[alignment.detected]
    return int(((person[1:] == person[:-1]) & (track[1:] != track[:-1])).sum())


def _shown(alignment: Alignment, confidence: float) -> Booleans:
    return np.asarray(alignment.detected[:, None] & (alignment.scores >= confidence))


def _mean(values: Booleans | Floats) -> float | None:
    return float(values.mean()) if values.size else None
