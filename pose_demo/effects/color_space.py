"""Other colour spaces, shown as if they were red, green and blue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Scene
from pose_demo.imaging import uint8
from pose_demo.types import Image

# The last two are the notebook's double conversions: the second reads the first's channels as red, green and blue.
_SPACES: dict[str, tuple[int, ...]] = {
    "grey": (cv2.COLOR_RGB2GRAY, cv2.COLOR_GRAY2RGB),
    "hsv": (cv2.COLOR_RGB2HSV,),
    "lab": (cv2.COLOR_RGB2LAB,),
    "yuv": (cv2.COLOR_RGB2YUV,),
    "swapped": (),
    "lab-hsv": (cv2.COLOR_RGB2LAB, cv2.COLOR_RGB2HSV),
    "hsv-lab": (cv2.COLOR_RGB2HSV, cv2.COLOR_RGB2LAB),
}


@dataclass(frozen=True)
class Colours:
    """Convert the picture and show the three channels as red, green and blue."""

    title: ClassVar[str] = "Colour space"

    space: str = fields.choice(
        "grey",
        tuple(_SPACES),
        "Colour space",
        "grey takes the colour out. hsv, lab and yuv show that space's three channels as red, green and blue. "
        "swapped exchanges red and blue. lab-hsv and hsv-lab convert twice.",
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        if self.space == "swapped":
            return np.ascontiguousarray(canvas[:, :, ::-1])
        for code in _SPACES[self.space]:
            canvas = uint8(cv2.cvtColor(canvas, code))
        return canvas
