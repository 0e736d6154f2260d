"""Nothing of the camera's picture, only what is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2

from pose_demo import fields
from pose_demo.effects.base import Scene
from pose_demo.types import Image


@dataclass(frozen=True)
class SkeletonOnly:
    """Paint the picture over, with all that earlier effects drew; the pipeline draws the skeleton afterwards."""

    title: ClassVar[str] = "Skeleton only"

    colour: str = fields.colour(
        "#000000",
        "Colour behind the skeleton",
        "The whole picture becomes this colour and only skeletons and later effects show. "
        "(Side by side still shows the camera's picture.)",
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        height, width = canvas.shape[:2]
        cv2.rectangle(canvas, (0, 0), (width, height), fields.rgb(self.colour), cv2.FILLED)
        return canvas
