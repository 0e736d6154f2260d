"""Pinhole camera with a horizontal optical axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pose_demo.sample.posture import Vector


@dataclass(frozen=True)
class Camera:
    """Projects world coordinates in body heights to pixels.

    Attributes:
        size: (width, height) of the image in pixels.
        pixels_per_height: pixels per body height at z = 0.
    """

    size: tuple[int, int]
    pixels_per_height: float

    DISTANCE = 2.8  # from the plane z = 0
    HEIGHT = 0.56  # above the floor

    @cached_property
    def horizon(self) -> float:
        """Image row of the optical axis."""
        height = self.size[1]
        floor = min((height + 1.24 * self.pixels_per_height) / 2, 0.955 * height)
        return floor - self.HEIGHT * self.pixels_per_height

    def scale_at(self, z: Vector | float) -> Vector:
        """Pixels per body height at depth ``z``."""
        return np.asarray(self.pixels_per_height * self.DISTANCE / (self.DISTANCE - np.asarray(z, np.float64)))

    def project(self, points: Vector) -> Vector:
        """Project world points (..., 3) to pixels (..., 2)."""
        scale = self.scale_at(points[..., 2])
        return np.stack(
            (self.size[0] / 2 + points[..., 0] * scale, self.horizon - (points[..., 1] - self.HEIGHT) * scale), axis=-1
        )
