"""Color space conversion; the converted channels are shown as red, green and blue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext
from pose_demo.imaging import as_uint8
from pose_demo.types import Image

# The last two convert twice, as the original notebook does (docs/notebook.md): the second treats the channels of the
# first as red, green and blue.
_SPACES: dict[str, tuple[int, ...]] = {
    "gray": (cv2.COLOR_RGB2GRAY, cv2.COLOR_GRAY2RGB),
    "hsv": (cv2.COLOR_RGB2HSV,),
    "lab": (cv2.COLOR_RGB2LAB,),
    "yuv": (cv2.COLOR_RGB2YUV,),
    "swapped": (),
    "lab-hsv": (cv2.COLOR_RGB2LAB, cv2.COLOR_RGB2HSV),
    "hsv-lab": (cv2.COLOR_RGB2HSV, cv2.COLOR_RGB2LAB),
}


@dataclass(frozen=True)
class ColorSpace(Effect):
    """Convert the image and show the three channels as red, green and blue."""

    title: ClassVar[str] = "Color space"

    space: str = fields.choice(
        "gray",
        tuple(_SPACES),
        "Color space",
        "gray removes the color. hsv, lab and yuv show that space's three channels as red, green and blue. "
        "swapped exchanges red and blue. lab-hsv and hsv-lab convert twice.",
    )

    @property
    def hides(self) -> bool:
        return False

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        if self.space == "swapped":
            return np.ascontiguousarray(canvas[:, :, ::-1])
        for code in _SPACES[self.space]:
            canvas = as_uint8(cv2.cvtColor(canvas, code))
        return canvas
