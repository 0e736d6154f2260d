"""Persons in a frame, and in rotations and tiles of it, where a detector finds persons that it misses in the whole."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from pose_demo.estimators import DetectionOptions, Estimator
from pose_demo.estimators.search import distinct
from pose_demo.oks import pose_similarity
from pose_demo.types import Box, Frame, Image, Pose

ROTATIONS = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE, cv2.ROTATE_180)
TILES = ((0, 0), (1, 0), (0, 1), (1, 1))  # columns and rows

_OPTIONS = DetectionOptions(person_confidence=0.05)  # that of a detector in front of a pose model
_MIN_SIDE = 0.1  # longer side of a box relative to the shorter side of the view; smaller persons do not take part
_DUPLICATE_OKS, _DUPLICATE_IOU = 0.5, 0.6
_MIN_VISIBLE = 0.2  # keypoints with at least this score define a box
_SAME_PERSON = 0.3  # common area relative to the smaller box
_TILE_SIDE = 0.6  # of the frame; neighbors overlap by a third of their side, so that one shows a whole person


def persons(detector: Estimator, image: Image) -> tuple[Box, ...]:
    """The boxes of the persons that are large enough, each once, in descending order of their scores.

    Args:
        detector: a model whose poses have boxes.
        image: a frame or a view of it, RGB.
    """
    poses = sorted(detector.estimate(Frame(image), _OPTIONS).poses, key=lambda pose: -pose.score)
    min_side = _MIN_SIDE * min(image.shape[:2])
    large = ((pose, pose.box) for pose in poses if pose.box and pose.box.longer_side >= min_side)
    return tuple(box for _, box in distinct(large, _same))


def _same(person: tuple[Pose, Box], known: tuple[Pose, Box]) -> bool:
    (pose, box), (known_pose, known_box) = person, known
    return box.iou(known_box) > _DUPLICATE_IOU or pose_similarity(pose, known_pose) > _DUPLICATE_OKS


def count_missed(boxes: tuple[Box, ...], shown: Pose) -> int:
    """The number of persons, by their boxes, besides the one that is shown.

    A single-person model may connect the limbs of several persons; such a pose overlaps all of them, and shows one.
    """
    box = shown.bounding_box(_MIN_VISIBLE)
    return len(boxes) - (box is not None and any(overlap(box, other) for other in boxes))


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes may belong to one person."""
    return a.intersection(b) > _SAME_PERSON * min(a.area, b.area)


def rotated(image: Image, rotation: int) -> Image:
    """The image rotated by one of ``ROTATIONS``."""
    return np.asarray(cv2.rotate(image, rotation), np.uint8)


def persons_in_tile(detector: Estimator, image: Image, tile: tuple[int, int]) -> tuple[Box, ...]:
    """`persons` in one of ``TILES`` of a frame, in pixels of the frame."""
    height, width = image.shape[:2]
    x, y = (round(index * (1 - _TILE_SIDE) * side) for index, side in zip(tile, (width, height), strict=True))
    view = image[y : y + round(_TILE_SIDE * height), x : x + round(_TILE_SIDE * width)]
    return tuple(
        replace(box, x0=box.x0 + x, x1=box.x1 + x, y0=box.y0 + y, y1=box.y1 + y) for box in persons(detector, view)
    )
