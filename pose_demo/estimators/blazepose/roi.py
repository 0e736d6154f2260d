"""The rotated square that a person stands upright in: BlazePose's landmark net looks nowhere else.

Source: MediaPipe's pose_detection_to_roi and pose_landmarks_to_roi graphs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.types import Image

Matrix = npt.NDArray[np.float64]
Coordinates = npt.NDArray[np.floating]

MARGIN = 1.25
_LEAST_SIZE = 8  # pixels; in anything smaller, or far larger than the frame, there is nothing to see


@dataclass(frozen=True, slots=True)
class Roi:
    """A square in frame pixels.

    Attributes:
        x, y: its centre.
        size: its side.
        rotation: radians in [-pi, pi), clockwise on the screen; 0 for a person who stands upright.
    """

    x: float
    y: float
    size: float
    rotation: float = 0.0

    @classmethod
    def round_person(cls, hips: Coordinates, reach: Coordinates) -> Roi:
        """The square of a person, from the middle of the hips and a point on the circle round the whole body.

        That point lies in the direction of the head, seen from the hips. Both are frame pixels.
        """
        dx, dy = float(reach[0] - hips[0]), float(reach[1] - hips[1])
        rotation = math.pi / 2 - math.atan2(-dy, dx)
        wrapped = (rotation + math.pi) % (2 * math.pi) - math.pi
        return cls(float(hips[0]), float(hips[1]), 2 * math.hypot(dx, dy) * MARGIN, wrapped)

    @classmethod
    def round_frame(cls, frame_size: tuple[int, int]) -> Roi:
        """The smallest upright square that holds the whole frame, centred on it."""
        w, h = frame_size
        return cls(w / 2, h / 2, max(w, h))

    def matrix(self, pixels: int) -> Matrix:
        """(2, 3), from a pixel of a crop of ``pixels`` x ``pixels`` to frame pixels.

        Pixel 0 lies on the square's corner, not half a pixel inside: so does MediaPipe, and the net learnt it so.
        """
        scale, half = self.size / pixels, pixels / 2
        cos, sin = math.cos(self.rotation) * scale, math.sin(self.rotation) * scale
        return np.array([[cos, -sin, self.x - (cos - sin) * half], [sin, cos, self.y - (sin + cos) * half]])

    def to_frame(self, xy: Coordinates) -> Matrix:
        """Map points ``(..., 2)`` given as fractions of the square (0..1) to frame pixels."""
        matrix = self.matrix(1)
        return np.asarray(xy @ matrix[:, :2].T + matrix[:, 2])

    def usable(self, frame_size: tuple[int, int]) -> bool:
        """Whether the square has a sensible size and lies on or near the frame."""
        w, h = frame_size
        finite = all(map(math.isfinite, (self.x, self.y, self.size)))
        near = -w < self.x < 2 * w and -h < self.y < 2 * h
        return finite and near and _LEAST_SIZE <= self.size <= 8 * max(w, h)


def warp(image: Image, matrix: Matrix, into: Image, border: int) -> None:
    """Resample ``image`` bilinearly into ``into``; ``matrix`` (2, 3) leads from its pixels to the image's."""
    height, width = into.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    check_in_place(cv2.warpAffine(image, matrix, (width, height), dst=into, flags=flags, borderMode=border), into)


def check_in_place(result: object, target: object) -> None:
    """Make sure that OpenCV wrote where it was told to.

    Raises:
        RuntimeError: it made a new array, because the target did not fit; a net would see the last frame once more.
    """
    if result is not target:
        raise RuntimeError("OpenCV could not write in place: expected a target of the result's own shape and type")
