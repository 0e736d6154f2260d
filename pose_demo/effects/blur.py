"""Blur of the whole image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext
from pose_demo.types import Image


@dataclass(frozen=True)
class Blur(Effect):
    """Blur the canvas, including the results of earlier effects."""

    title: ClassVar[str] = "Blur"

    radius: int = fields.integer(6, 1, 60, "Blur radius", "Radius of the blur in pixels; larger hides more detail.")

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        # Two box filters approximate a Gaussian at a cost that does not grow with the radius; a Gaussian blur of 8 px
        # takes 7 times as long.
        size = (2 * self.radius + 1, 2 * self.radius + 1)
        cv2.blur(canvas, size, dst=canvas)
        cv2.blur(canvas, size, dst=canvas)
        return canvas
