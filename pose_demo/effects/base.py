"""What an effect is: style in the constructor, data in the call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from pose_demo.types import Frame, Image, Mask, Pose


@dataclass(frozen=True)
class Scene:
    """Everything an effect may look at.

    Attributes:
        frame: the picture as it came from the camera (already mirrored when the page mirrors).
        poses: the persons, in that picture's pixels.
        confidence: keypoints that score less than this are not seen.
        mask: who is person, uint8 0..255 of the frame's size, or None.
        memory: what an effect keeps from frame to frame, under its own name; it belongs to one stream.
    """

    frame: Frame
    poses: tuple[Pose, ...]
    confidence: float = 0.3
    mask: Mask | None = None
    memory: dict[str, Any] = field(default_factory=dict)


class Effect(Protocol):
    """A frozen dataclass whose fields (see `pose_demo.fields`) are its few parameters."""

    title: ClassVar[str]

    def apply(self, canvas: Image, scene: Scene) -> Image:
        """Draw on ``canvas`` (RGB, may be changed in place) and return the picture that goes on.

        The result is a uint8 RGB picture; only an effect that says so changes its size.
        """
        ...
