"""Where to look again for persons whom a model misses in the whole frame: in overlapping tiles, and turned.

Tiles show distant persons larger; see Akyon et al., "Slicing Aided Hyper Inference", ICIP 2022. MoveNet was trained on
upright persons, so the same crop turned by 90, 180 or 270 degrees shows it one who lies or stands on their hands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from pose_demo.estimators.detection import PERSON_CONFIDENCE, DetectionOptions
from pose_demo.geometry import Roi, wrapped
from pose_demo.oks import pose_similarity
from pose_demo.types import Box, Pose

T = TypeVar("T")

_CROP_MARGIN = 1.5  # side of a crop relative to the longer side of the box
_MIN_TILE_SIDE = 256  # pixels; smaller tiles would be enlarged for the input of a network
_VIDEO_SCALE = 2  # of the frame's longer side to the side of a tile
_LOST_INTERVAL, _WEAK_INTERVAL = 3, 6  # frames from one search to the next
_QUARTER_TURNS = (1, 3, 2)  # persons lie more often than they stand on their hands

# Mean keypoint scores of MoveNet; chosen on COCO images, upright and turned, and on images without a person.
CONFIDENT = 0.45  # a pose with at least this score is not looked for again
_MIN_SCORE = 0.35  # of another pose where the first one is none: rarely reached in images without a person
_MARGIN, MARGIN_IN_CROP = 0.05, 0.1  # by which another pose must exceed the first one
_SAME_POSE_OKS = 0.5  # of two poses of a person in consecutive frames
_DISAGREEMENT = 0.1  # by which a pose that only one of two models finds must exceed the person confidence


def is_better(score: float, first: float, margin: float = _MARGIN) -> bool:
    """Whether a pose in the turned image replaces the first one; ``first`` is 0 where nobody was found."""
    return score >= (first + margin if first >= PERSON_CONFIDENCE else max(_MIN_SCORE, first + margin))


def keypoint_score(pose: Pose) -> float:
    """Mean score of the COCO keypoints; unlike `Pose.score` it means the same for every model."""
    return float(pose.as_coco().scores.mean())


def is_doubtful(pose: Pose, options: DetectionOptions) -> bool:
    """Whether a pose that only one of two models finds is too weak to be shown."""
    return keypoint_score(pose) < options.person_confidence + _DISAGREEMENT


def distinct(candidates: Iterable[T], is_same: Callable[[T, T], bool]) -> Iterator[T]:
    """Greedy non-maximum suppression: the candidates, in order, that differ from all before."""
    kept: list[T] = []
    for candidate in candidates:
        if not any(is_same(candidate, other) for other in kept):
            kept.append(candidate)
            yield candidate


def square_around(box: Box) -> Roi:
    """A square ROI around a person's box, with a margin."""
    side = box.longer_side * _CROP_MARGIN
    return Roi.square(*box.center, side)


def tiles(frame_size: tuple[int, int], scale: int) -> tuple[Roi, ...]:
    """Square tiles that cover the frame and overlap by at least half; none where they would be too small.

    Args:
        frame_size: (width, height) of the frame.
        scale: of the frame's longer side to the side of a tile.
    """
    side = max(frame_size) / scale
    if side < _MIN_TILE_SIDE:
        return ()
    x, y = (_centers(length, side) for length in frame_size)
    return tuple(Roi.square(center_x, center_y, side) for center_y in y for center_x in x)


def _centers(length: float, side: float) -> Sequence[float]:
    """Evenly spaced centers of intervals of length ``side`` that cover ``length``, at most half of it apart."""
    if length <= side:
        return (length / 2,)
    count = math.ceil((length - side) / (side / 2)) + 1
    return [float(center) for center in np.linspace(side / 2, length - side / 2, count)]


def turned(roi: Roi) -> tuple[Roi, ...]:
    """A square ROI turned by 90, 270 and 180 degrees."""
    return tuple(replace(roi, rotation=wrapped(roi.rotation + turns * math.pi / 2)) for turns in _QUARTER_TURNS)


class VideoSearch:
    """The part of the frame to search next while nobody is found in a stream, or only a weak pose."""

    def __init__(self) -> None:
        self._frames = self._searches = 0

    def next_roi(self, score: float, tracked: Roi, frame_size: tuple[int, int]) -> Roi | None:
        """A turned ROI or a tile, one after another; None in most frames.

        Args:
            score: of the last pose.
            tracked: where the person is expected next.
            frame_size: (width, height) of the frame.
        """
        if score >= CONFIDENT:
            self._frames = 0
            return None
        self._frames += 1
        if self._frames % (_LOST_INTERVAL if score < PERSON_CONFIDENCE else _WEAK_INTERVAL):
            return None
        whole = Roi.letterbox(frame_size)
        rois = (*turned(tracked), *(turned(whole) if tracked != whole else ()), *tiles(frame_size, _VIDEO_SCALE))
        self._searches += 1
        return rois[(self._searches - 1) % len(rois)]


class Appearance:
    """Whether the poses that appear in a stream are of a person.

    Those of something else change as soon as the crop does, or the image is mirrored. So a pose has to be repeated, the
    more often the lower its score: from 0.4 on it is a person at once, from 0.27 on the second time, from 0.23 on the
    third time.
    """

    def __init__(self) -> None:
        self._mean = 0.0  # of the scores; exponential moving average
        self._last: Pose | None = None  # None: nobody
        self._confirmed = False

    @property
    def is_doubtful(self) -> bool:
        """Whether the last pose may be something else."""
        return self._last is not None and not self._confirmed

    def update(self, pose: Pose) -> None:
        """Add the next pose; there may be several of one frame. A person, once found, stays one until they are lost."""
        if pose.score < PERSON_CONFIDENCE:
            self._mean, self._last, self._confirmed = 0.0, None, False
            return
        is_same = self._last is not None and pose_similarity(pose, self._last) >= _SAME_POSE_OKS
        self._mean = (pose.score + (self._mean if is_same else 0.0)) / 2
        self._last, self._confirmed = pose, self._confirmed or self._mean >= PERSON_CONFIDENCE

    def scored(self, pose: Pose) -> Pose:
        """The pose with the score to show it with, below `PERSON_CONFIDENCE` while it is doubtful."""
        return replace(pose, score=self._mean) if self.is_doubtful else pose
