"""Canny edge detection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext
from pose_demo.imaging import as_uint8
from pose_demo.types import Image


@dataclass(frozen=True)
class Canny(Effect):
    """Detect edges: convert to gray, 3x3 box blur, Canny."""

    title: ClassVar[str] = "Canny edges"

    low: int = fields.integer(
        300, 0, 1000, "Low threshold", "Edges with a weaker gradient are dropped; lower shows more lines.", step=10
    )
    high: int = fields.integer(
        500,
        0,
        1000,
        "High threshold",
        "Edges this strong are always kept, together with the weaker ones connected to them.",
        step=10,
    )
    show: str = fields.choice(
        "edges",
        ("edges", "over"),
        "Show",
        "'edges': white lines on black. 'over': white lines on the image.",
    )

    @property
    def hides(self) -> bool:
        return self.show == "edges"

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        gray = cv2.blur(cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY), (3, 3))
        edges = cv2.cvtColor(cv2.Canny(gray, self.low, self.high), cv2.COLOR_GRAY2RGB)
        return as_uint8(cv2.bitwise_or(canvas, edges) if self.show == "over" else edges)
