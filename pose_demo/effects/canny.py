"""Canny edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2

from pose_demo import fields
from pose_demo.effects.base import Scene
from pose_demo.imaging import uint8
from pose_demo.types import Image


@dataclass(frozen=True)
class Canny:
    """Find edges as the notebook does: grey, 3x3 box blur, Canny."""

    title: ClassVar[str] = "Canny edges"

    low: int = fields.integer(
        300, 0, 1000, "Low threshold", "Weaker edges than this vanish; lower it to see more lines.", step=10
    )
    high: int = fields.integer(
        500,
        0,
        1000,
        "High threshold",
        "Edges this strong always show, and bring along the weaker ones that touch them.",
        step=10,
    )
    show: str = fields.choice(
        "edges",
        ("edges", "over"),
        "Show",
        "'edges': white lines on black, the picture is gone. 'over': white lines over the picture.",
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        grey = cv2.blur(cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY), (3, 3))
        edges = cv2.cvtColor(cv2.Canny(grey, self.low, self.high), cv2.COLOR_GRAY2RGB)
        return uint8(cv2.bitwise_or(canvas, edges) if self.show == "over" else edges)
