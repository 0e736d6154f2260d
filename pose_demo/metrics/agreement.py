"""Agreement of two sets of poses of the same frame, and summaries over a stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pose_demo.oks import pose_similarity, torso_length
from pose_demo.skeletons import COCO_17
from pose_demo.tracking.smoothing import body_size
from pose_demo.types import Pose

Floats = npt.NDArray[np.float64]

WINDOW = 150  # frames of the running summaries
MISSING_PERSON = 100.0  # % of the torso length; the disagreement about a person that one side did not detect
_MIN_OKS = 0.1  # of a pair; two poses with a lower OKS are different persons
_MIN_TORSO = 0.1  # of the body size; a shorter torso is seen from above or is not visible
_JOINTS = len(COCO_17.keypoints)


def match_persons(a: Sequence[Pose], b: Sequence[Pose]) -> list[tuple[Pose, Pose]]:
    """The pairs of poses that show the same person, assigned greedily by OKS.

    Args:
        a, b: poses of the same frame, in the same coordinates.
    """
    scores = sorted(((pose_similarity(x, y), i, j) for i, x in enumerate(a) for j, y in enumerate(b)), reverse=True)
    pairs: dict[int, int] = {}
    for score, i, j in scores:
        if score >= _MIN_OKS and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(a[i], b[j]) for i, j in pairs.items()]


def joint_disagreement(a: Pose, b: Pose, confidence_a: float, confidence_b: float) -> Floats:
    """Distance of each COCO-17 keypoint ``(17,)`` in % of the torso length; NaN where either score is too low.

    Args:
        a, b: two poses of one person.
        confidence_a, confidence_b: a keypoint with a lower score is not detected.
    """
    a, b = a.as_coco(), b.as_coco()
    torso = (torso_length(a.xy) + torso_length(b.xy)) / 2
    size = max(torso, _MIN_TORSO * max(body_size(a), body_size(b)))
    distance = np.linalg.norm(a.xy.astype(np.float64) - b.xy, axis=1)
    detected = (a.scores >= confidence_a) & (b.scores >= confidence_b)
    return np.where(detected, 100 * distance / size, np.nan)


def disagreement(
    a: Sequence[Pose], b: Sequence[Pose], confidence_a: float, confidence_b: float
) -> tuple[float | None, Floats]:
    """Disagreement about one frame in % of the torso length, as a whole and per joint.

    Args:
        a, b: poses of the same frame, in the same coordinates.
        confidence_a, confidence_b: a keypoint with a lower score is not detected.

    Returns:
        the mean over persons, where one that only one side detected counts as `MISSING_PERSON`, None without persons;
        and the mean per COCO-17 joint ``(17,)``, NaN where no keypoint was detected by both.
    """
    pairs = match_persons(a, b)
    rows = np.array([joint_disagreement(x, y, confidence_a, confidence_b) for x, y in pairs]).reshape(-1, _JOINTS)
    persons = [float(np.nanmean(row)) for row in rows if not np.isnan(row).all()]
    persons += [MISSING_PERSON] * (len(a) + len(b) - 2 * len(pairs))
    return (float(np.mean(persons)) if persons else None), _column_means(rows)


def _column_means(rows: Floats) -> Floats:
    counts = (~np.isnan(rows)).sum(axis=0)
    return np.where(counts, np.nansum(rows, axis=0) / np.maximum(counts, 1), np.nan)


class RunningMedian:
    """The median of each column over the last rows; NaN values are left out."""

    def __init__(self, window: int = WINDOW) -> None:
        self._rows: deque[Floats] = deque(maxlen=window)

    def add(self, row: Floats) -> None:
        """Append one row; all rows have the same length."""
        self._rows.append(row)

    @property
    def value(self) -> Floats:
        """The medians; NaN for a column without values. Empty before the first row."""
        rows = np.array(self._rows.copy())  # a copy, because another thread may append meanwhile
        if not len(rows):
            return rows
        missing = np.isnan(rows).all(axis=0)
        rows[:, missing] = 0.0
        return np.where(missing, np.nan, np.nanmedian(rows, axis=0))


class Jitter:
    """Mean absolute second difference of all keypoints between frames in % of the body size. Motion increases it."""

    def __init__(self, window: int = WINDOW) -> None:
        self._values: deque[float] = deque(maxlen=window)
        self._previous: dict[int, deque[Floats]] = {}  # track_id -> keypoints of the last two frames

    def update(self, poses: Sequence[Pose], confidence: float) -> None:
        """Process the poses of the next frame.

        Args:
            poses: with track ids, unmirrored.
            confidence: a keypoint with a lower score is not detected.
        """
        tracks: dict[int, deque[Floats]] = {}
        differences = []
        for pose in (pose.as_coco() for pose in poses if pose.track_id is not None):
            xy = np.where(pose.scores[:, None] >= confidence, pose.xy, np.nan).astype(np.float64)
            past = self._previous.get(pose.track_id or 0, deque(maxlen=2))
            if len(past) == 2:
                differences.append(100 * np.abs(past[0] - 2 * past[1] + xy) / body_size(pose))
            past.append(xy)
            tracks[pose.track_id or 0] = past
        self._previous = tracks
        values = np.concatenate(differences) if differences else np.empty(0)
        values = values[~np.isnan(values)]
        if len(values):
            self._values.append(float(values.mean()))

    @property
    def value(self) -> float | None:
        """The mean over the last frames; None before three consecutive detections."""
        values = self._values.copy()
        return sum(values) / len(values) if values else None


def largest_moments(timestamps: Sequence[float], values: Sequence[float | None], separation: float) -> list[int]:
    """Indices of the largest values, largest first, where no two are closer than ``separation`` seconds."""
    order = sorted((i for i, value in enumerate(values) if value is not None), key=lambda i: -(values[i] or 0.0))
    chosen: list[int] = []
    for i in order:
        if all(abs(timestamps[i] - timestamps[j]) >= separation for j in chosen):
            chosen.append(i)
    return chosen
