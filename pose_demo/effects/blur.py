"""The whole picture out of focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2

from pose_demo import fields
from pose_demo.effects.base import Scene
from pose_demo.types import Image


@dataclass(frozen=True)
class Blur:
    """Blur what has been drawn so far."""

    title: ClassVar[str] = "Blur"

    radius: int = fields.integer(
        6, 1, 60, "Blur radius", "How far, in pixels, each point is smeared out; larger hides more detail."
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        # Two box passes look like a Gaussian and cost the same at every radius; a Gaussian of 8 px costs 7 times that.
        size = (2 * self.radius + 1, 2 * self.radius + 1)
        cv2.blur(canvas, size, dst=canvas)
        cv2.blur(canvas, size, dst=canvas)
        return canvas
