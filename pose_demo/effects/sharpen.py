"""Crisper edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Scene
from pose_demo.types import Image


@dataclass(frozen=True)
class Sharpen:
    """Push each pixel away from its eight neighbours; at amount 1 with the notebook's kernel (9 amid -1)."""

    title: ClassVar[str] = "Sharpen"

    amount: float = fields.number(
        1.0, 0.0, 3.0, "Sharpness", "How strongly edges are lifted: 0 leaves the picture as it is, 1 is crisp."
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        kernel = np.full((3, 3), -self.amount, np.float32)
        kernel[1, 1] = 1 + 8 * self.amount
        cv2.filter2D(canvas, -1, kernel, dst=canvas)
        return canvas
