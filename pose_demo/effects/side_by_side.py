"""The camera's picture beside the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Scene
from pose_demo.imaging import uint8
from pose_demo.types import Image


@dataclass(frozen=True)
class SideBySide:
    """Put the original to the right of the result or below it; this doubles the width or the height.

    The result stays at the top left, where the keypoints fit it: what is drawn later lands on the result. Both sides
    of the picture come out even, as H.264 needs them: an odd one repeats its last row or column.
    """

    title: ClassVar[str] = "Side by side"

    place: str = fields.choice(
        "right",
        ("right", "below"),
        "Original",
        "Where the untouched camera picture stands. It shows everything, also what other effects hide.",
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        original = _fitted(scene.frame.image, canvas)
        both = np.hstack((canvas, original)) if self.place == "right" else np.vstack((canvas, original))
        return _even(both)


def _fitted(original: Image, canvas: Image) -> Image:
    height, width = canvas.shape[:2]
    same = original.shape == canvas.shape
    return original if same else uint8(cv2.resize(original, (width, height)))


def _even(image: Image) -> Image:
    height, width = image.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return image
    return uint8(cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE))
