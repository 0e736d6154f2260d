"""What an effect is: style in the constructor, data in the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from pose_demo.types import Frame, Image, InputError, Mask, Pose

RgbaImage = npt.NDArray[np.uint8]
Region = tuple[int, int, int, int]


@dataclass(frozen=True)
class Scene:
    """Everything an effect may look at.

    Attributes:
        frame: the picture as it came from the camera (already mirrored when the page mirrors).
        poses: the persons, in that picture's pixels.
        confidence: keypoints that score less than this are not seen.
        mask: who is person, uint8 0..255 of the frame's size, or None.
        memory: what an effect keeps from frame to frame, under its own name; it belongs to one stream.
        images: uploaded RGBA pictures under the name of the effect that draws them (see `check_rgba`).
    """

    frame: Frame
    poses: tuple[Pose, ...]
    confidence: float = 0.3
    mask: Mask | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    images: Mapping[str, RgbaImage] = field(default_factory=dict)


class Effect(Protocol):
    """A frozen dataclass whose fields (see `pose_demo.fields`) are its few parameters."""

    title: ClassVar[str]

    def apply(self, canvas: Image, scene: Scene) -> Image:
        """Draw on ``canvas`` (RGB, contiguous, may be changed in place) and return the picture that goes on.

        The result is a contiguous uint8 RGB picture; only an effect that says so changes its size, and then the
        frame's pixels keep their place at the top left, so that keypoints still fit.
        """
        ...


def check_rgba(picture: object) -> RgbaImage:
    """Return ``picture`` if an effect can draw it.

    Raises:
        InputError: it is not a non-empty uint8 array of shape (height, width, 4).
    """
    if not isinstance(picture, np.ndarray):
        raise InputError(f"expected a picture as a NumPy array, got {type(picture).__name__}")
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 4 or not picture.size:
        raise InputError(
            f"expected an RGBA picture (uint8, height x width x 4), got {picture.dtype} of shape {picture.shape}; "
            "save it as a PNG with a transparent background"
        )
    return picture


def keypoint(pose: Pose, name: str, threshold: float) -> npt.NDArray[np.float64] | None:
    """(x, y) of a keypoint in frame pixels; None where it scores less than ``threshold``, or 0."""
    index = pose.skeleton.index(name)
    score = pose.scores[index]
    return pose.xy[index].astype(np.float64) if score >= threshold and score > 0 else None


def clipped(canvas: Image, x0: float, y0: float, x1: float, y1: float) -> Region | None:
    """The whole pixels (x0, y0, x1, y1) of a rectangle that lie on the canvas; None when none does."""
    height, width = canvas.shape[:2]
    left, top = max(0, int(np.floor(x0))), max(0, int(np.floor(y0)))
    right, bottom = min(width, int(np.ceil(x1))), min(height, int(np.ceil(y1)))
    return (left, top, right, bottom) if left < right and top < bottom else None
