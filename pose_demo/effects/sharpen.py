"""Sharpening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext
from pose_demo.types import Image


@dataclass(frozen=True)
class Sharpen(Effect):
    """Sharpen with a 3x3 kernel; with amount 1 it has 9 in the center and -1 around it."""

    title: ClassVar[str] = "Sharpen"

    amount: float = fields.number(
        1.0,
        0.0,
        3.0,
        "Sharpness",
        "How much edges are amplified: 0 keeps the image as it is, 1 is a 3x3 kernel of 9 surrounded by -1.",
    )

    @property
    def hides(self) -> bool:
        return False

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        kernel = np.full((3, 3), -self.amount, np.float32)
        kernel[1, 1] = 1 + 8 * self.amount
        cv2.filter2D(canvas, -1, kernel, dst=canvas)
        return canvas
