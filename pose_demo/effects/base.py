"""The base class of effects, and the data that an effect receives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Frame, Image, InputError, Mask, Pose

RgbaImage = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ImageUpload:
    """Describes the uploader of an image for an effect.

    Attributes:
        label, help: what the page and the command line show.
    """

    label: str
    help: str


@dataclass(frozen=True)
class EffectContext:
    """The data that an effect can use.

    Attributes:
        frame: the original frame (mirrored if the output is mirrored).
        poses: the detected persons, in pixels of that frame.
        confidence: keypoints with a lower score are not visible.
        mask: segmentation mask, uint8 0..255 of the frame's size, or None.
        state: what effects keep between frames, each under its own name; one dictionary per stream.
        images: uploaded RGBA images by the name of the effect (see `check_rgba`).
    """

    frame: Frame
    poses: tuple[Pose, ...]
    confidence: float = DEFAULT_KEYPOINT_CONFIDENCE
    mask: Mask | None = None
    state: dict[str, Any] = field(default_factory=dict)
    images: Mapping[str, RgbaImage] = field(default_factory=dict)


class Effect(ABC):
    """An image effect: a frozen dataclass whose fields (see `pose_demo.fields`) are its options.

    Attributes:
        title: its name on the page.
        needs_keypoints: whether the result depends on the poses, so that models without keypoints do not suffice.
        upload: the image that it can draw, if any.
    """

    title: ClassVar[str]
    needs_keypoints: ClassVar[bool] = False
    upload: ClassVar[ImageUpload | None] = None

    @property
    def hides(self) -> bool:
        """Whether it may hide a part of the image, such as a face; true unless an effect is known to hide nothing."""
        return True

    @abstractmethod
    def apply(self, canvas: Image, context: EffectContext) -> Image:
        """Draw on ``canvas`` and return the result.

        Args:
            canvas: RGB, contiguous; may be changed in place.
            context: the frame and its poses; its image must not be changed.

        Returns:
            A contiguous uint8 RGB image. An effect that enlarges it keeps the frame's pixels at the top left, where
            the keypoints match them.
        """


def check_rgba(image: object) -> RgbaImage:
    """Return ``image`` if it is a non-empty RGBA image.

    Raises:
        InputError: it is not a uint8 array of shape (height, width, 4).
    """
    if not isinstance(image, np.ndarray):
        raise InputError(f"expected an image as a NumPy array, got {type(image).__name__}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 4 or not image.size:
        raise InputError(
            f"expected an RGBA image (uint8, height x width x 4), got {image.dtype} of shape {image.shape}; "
            "save it as a PNG with a transparent background"
        )
    return image


def visible_keypoint(pose: Pose, name: str, threshold: float) -> npt.NDArray[np.float64] | None:
    """(x, y) of a keypoint in frame pixels; None if its score is below ``threshold`` or 0."""
    index = pose.skeleton.index(name)
    score = pose.scores[index]
    return pose.xy[index].astype(np.float64) if score >= threshold and score > 0 else None
