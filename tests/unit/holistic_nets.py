"""Hands and faces made by hand, and fakes of their networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pose_demo.skeletons import FACE_468, FACE_OVAL, HAND_21
from pose_demo.types import Keypoints

_FINGER_X = {"index_finger": -10, "middle_finger": 0, "ring_finger": 10, "pinky": 20}
_JOINT_Y = {"mcp": -40, "pip": -60, "dip": -70, "tip": -80}


def open_hand(x: float = 0.0, y: float = 0.0, score: float = 0.9) -> Keypoints:
    """A hand of 80 pixels with the wrist at (x, y), its straight fingers upwards and the thumb to the left."""
    points = {"wrist": (0, 0), "thumb_cmc": (-10, -10), "thumb_mcp": (-20, -20), "thumb_ip": (-30, -30)}
    points["thumb_tip"] = -40, -40
    for finger, offset in _FINGER_X.items():
        points |= {f"{finger}_{joint}": (offset, height) for joint, height in _JOINT_Y.items()}
    xy = np.array([points[name] for name in HAND_21.keypoints], np.float32) + np.float32((x, y))
    return Keypoints(HAND_21, xy, np.full(21, score, np.float32))


def face_mesh(x: float = 100.0, y: float = 100.0, radius: float = 40.0, score: float = 0.9) -> Keypoints:
    """A round face: its outline on a circle, eyes 40 pixels apart and 10 above the center, everything else there."""
    xy = np.zeros((468, 2), np.float32)
    angles = np.linspace(0, 2 * np.pi, len(FACE_OVAL), endpoint=False)
    xy[list(FACE_OVAL)] = radius * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    for corners, middle in (((33, 133), -20), ((362, 263), 20)):
        xy[list(corners)] = (middle - 5, -10), (middle + 5, -10)
    return Keypoints(FACE_468, xy + np.float32((x, y)), np.full(468, score, np.float32))


class FakePool:
    """A network that finds the same hand or face, upright and of the right size, in every crop that is not black.

    Attributes:
        crops: all inputs.
        presence: the second output for a crop that is not black.
        offset: pixels of the crop that are added to all keypoints.
    """

    def __init__(self, side: int, part: Keypoints, presence: float = 0.9) -> None:
        self._side, self._xy = side, part.xy
        self.presence, self.offset = presence, (0.0, 0.0)
        self.crops: list[np.ndarray] = []

    def infer(self, fill, read_outputs):
        tensor = np.empty((self._side, self._side, 3), np.float32)
        fill(tensor)
        self.crops.append(tensor)
        rows = np.zeros((len(self._xy), 3), np.float32)
        rows[:, :2] = self._xy + np.float32(self.offset)
        presence = self.presence if tensor.any() else -80.0
        return read_outputs([rows.ravel(), np.array([presence], np.float32)])


def hand_pool(**options):
    """Finds a hand whose own ROI is the crop: twice its palm, which is 60 pixels high."""
    hand = open_hand(5, 36)
    return FakePool(224, replace(hand, xy=hand.xy * np.float32(224 / 120) + 112), **options)


def face_pool(**options):
    """Finds a face whose own ROI is the crop: one and a half of its diameter."""
    return FakePool(192, face_mesh(96, 96, radius=64), **options)
