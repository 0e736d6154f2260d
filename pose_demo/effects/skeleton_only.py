"""The skeleton without the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext
from pose_demo.types import Image


@dataclass(frozen=True)
class SkeletonOnly(Effect):
    """Fill the image, including earlier effects, with a color; the pipeline draws the skeleton afterwards."""

    title: ClassVar[str] = "Skeleton only"

    color: str = fields.color(
        "#000000",
        "Fill color",
        "The whole image is filled with this color; only skeletons and later effects are visible. "
        "(Side by side still shows the original.)",
    )

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        height, width = canvas.shape[:2]
        cv2.rectangle(canvas, (0, 0), (width, height), fields.hex_to_rgb(self.color), cv2.FILLED)
        return canvas
