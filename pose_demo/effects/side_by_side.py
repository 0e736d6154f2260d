"""The original frame next to the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext
from pose_demo.imaging import as_uint8
from pose_demo.types import Image


@dataclass(frozen=True)
class SideBySide(Effect):
    """Place the original to the right of the result or below it, which doubles the width or the height.

    The result stays at the top left, where the keypoints match it, so that overlays drawn later are aligned with it.
    Width and height are even, as H.264 requires: an odd image repeats its last row or column.
    """

    title: ClassVar[str] = "Side by side"

    position: str = fields.choice(
        "right",
        ("right", "below"),
        "Position of the original",
        "Where the original frame is shown. It shows everything, also what other effects hide.",
    )

    @property
    def hides(self) -> bool:
        return False

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        original = _resized(context.frame.image, canvas)
        both = np.hstack((canvas, original)) if self.position == "right" else np.vstack((canvas, original))
        return _pad_to_even(both)


def _resized(original: Image, canvas: Image) -> Image:
    height, width = canvas.shape[:2]
    return original if original.shape == canvas.shape else as_uint8(cv2.resize(original, (width, height)))


def _pad_to_even(image: Image) -> Image:
    height, width = image.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return image
    return as_uint8(cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE))
