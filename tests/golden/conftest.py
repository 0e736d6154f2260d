"""A small drawn scene for the golden images; independent of the package's sample dancer, which may change."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from pose_demo.effects import EffectContext
from pose_demo.skeletons import COCO_17
from pose_demo.types import Frame, Pose

_SIZE = 160, 120
_SCALE = 8  # drawn eight times as large, then averaged: the same antialiasing on every machine

# x, y of each keypoint: a waving person with a tilted head.
_POINTS = """
82 32  88 27  78 26  96 29  72 26  96 52  66 50  112 42  52 66
118 22  46 84  90 88  70 87  94 104  66 104  96 118  62 118
"""


@dataclass(frozen=True)
class GoldenScene:
    """A drawn person in a room, their mask, the room without the person, and a background image."""

    context: EffectContext
    mask: np.ndarray
    room: np.ndarray
    background_image: np.ndarray


@pytest.fixture
def scene() -> GoldenScene:
    points = np.array(_POINTS.split(), np.float32).reshape(17, 2)
    image, mask = _room(), np.zeros((_SIZE[1] * _SCALE, _SIZE[0] * _SCALE), np.uint8)
    room = image.copy()
    _person(image, mask, points)
    image, mask, room = (cv2.resize(layer, _SIZE, interpolation=cv2.INTER_AREA) for layer in (image, mask, room))
    pose = Pose(COCO_17, points, np.full(17, 0.9, np.float32), track_id=0)
    return GoldenScene(EffectContext(Frame(image), (pose,), mask=mask), mask, room, _sunset())


def _room() -> np.ndarray:
    width, height = _SIZE[0] * _SCALE, _SIZE[1] * _SCALE
    image = np.empty((height, width, 3), np.uint8)
    image[:] = (206, 196, 176)
    for x in range(0, width, 12 * _SCALE):  # wallpaper: fine detail for blur and Canny
        cv2.rectangle(image, (x, 0), (x + 3 * _SCALE, height), (190, 176, 152), cv2.FILLED)
    _rectangle(image, (8, 12, 48, 58), (250, 250, 245))
    _rectangle(image, (11, 15, 45, 55), (120, 180, 225))
    _rectangle(image, (26, 15, 29, 55), (250, 250, 245))
    _rectangle(image, (0, 98, 160, 120), (140, 96, 62))
    _rectangle(image, (126, 60, 150, 108), (64, 118, 84))
    return image


def _rectangle(image: np.ndarray, box: tuple[int, int, int, int], color: tuple[int, int, int]) -> None:
    x0, y0, x1, y1 = (value * _SCALE for value in box)
    cv2.rectangle(image, (x0, y0), (x1 - 1, y1 - 1), color, cv2.FILLED)


def _person(image: np.ndarray, mask: np.ndarray, points: np.ndarray) -> None:
    at = {name: tuple(int(v) for v in xy * _SCALE) for name, xy in zip(COCO_17.keypoints, points, strict=True)}
    torso = np.array([at[name] for name in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")], np.int32)
    for layer, shirt, jeans, skin in ((image, (196, 60, 70), (52, 66, 110), (232, 190, 160)), (mask, *[(255,)] * 3)):
        for limb in ("hip knee", "knee ankle", "shoulder elbow", "elbow wrist"):
            for side in ("left", "right"):
                a, b = (at[f"{side}_{keypoint}"] for keypoint in limb.split())
                cv2.line(layer, a, b, skin if "wrist" in limb else jeans if "knee" in limb else shirt, 10 * _SCALE)
        cv2.fillConvexPoly(layer, torso, shirt)
        cv2.polylines(layer, [torso], True, shirt, 10 * _SCALE)
        cv2.line(layer, at["nose"], (81 * _SCALE, 48 * _SCALE), skin, 8 * _SCALE)
        cv2.ellipse(layer, (83 * _SCALE, 29 * _SCALE), (13 * _SCALE, 17 * _SCALE), 6, 0, 360, skin, cv2.FILLED)
    cv2.ellipse(image, (84 * _SCALE, 21 * _SCALE), (14 * _SCALE, 11 * _SCALE), 6, 180, 360, (70, 44, 30), cv2.FILLED)
    for eye in ("left_eye", "right_eye"):
        cv2.circle(image, at[eye], 2 * _SCALE, (30, 30, 40), cv2.FILLED)
    cv2.ellipse(image, (82 * _SCALE, 38 * _SCALE), (4 * _SCALE, 2 * _SCALE), 6, 0, 180, (160, 50, 60), cv2.FILLED)


def _sunset() -> np.ndarray:
    """A background image in portrait format, which must be cropped to cover the frame."""
    image = np.empty((90, 80, 3), np.uint8)
    image[:50], image[50:] = (255, 176, 92), (30, 90, 140)
    cv2.circle(image, (40, 46), 14, (255, 236, 170), cv2.FILLED, cv2.LINE_AA)
    image[50:] = np.linspace((250, 160, 90), (20, 60, 110), 40)[:, None]
    return image
