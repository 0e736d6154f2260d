"""The plain data that flows through the project, and the conventions it obeys.

* An image is ``uint8``, shape ``(height, width, 3)``, RGB.
* Coordinates are float32 pixels of the frame: x right, y down, continuous. A pixel's centre is at +0.5.
* Time is seconds as a float, taken from the frame's own clock, and is named ``timestamp``.
* Scores are in [0, 1] and alone decide visibility: no (0, 0), no NaN.
* Left and right are the person's. A model sees the unmirrored image.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE, Skeleton

Image = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]


class InputError(ValueError):
    """Something a user gave cannot be used; the message says what was expected, what came, and what to do."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a stream: an RGB image and its time in seconds."""

    image: Image
    timestamp: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle in frame pixels round something of class ``label``, found with ``score`` in [0, 1]."""

    x0: float
    y0: float
    x1: float
    y1: float
    score: float = 1.0
    label: str = "person"

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def mirrored(self, width: int) -> Box:
        """The same box in the frame flipped left to right."""
        return replace(self, x0=width - self.x1, x1=width - self.x0)


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's keypoints.

    Attributes:
        skeleton: names, edges and pairs of the K keypoints.
        xy: float32 ``(K, 2)``, frame pixels.
        scores: float32 ``(K,)`` in [0, 1], one a keypoint.
        score: how sure the model is of this person, in [0, 1].
        box: the person's box where a detector gave one.
        track_id: the same number for the same person over frames; None when nothing tracks.
    """

    skeleton: Skeleton
    xy: Points
    scores: npt.NDArray[np.float32]
    score: float = 1.0
    box: Box | None = None
    track_id: int | None = None

    def mirrored(self, width: int) -> Pose:
        """The same pose in the frame flipped left to right; a left wrist stays a left wrist."""
        flipped = np.array((width, 0), np.float32) + self.xy * np.array((-1, 1), np.float32)
        return replace(self, xy=flipped, box=self.box and self.box.mirrored(width))

    def as_coco(self) -> Pose:
        """This pose in the COCO-17 skeleton, the common language of matching, evaluation and export."""
        if self.skeleton is not BLAZEPOSE_33:
            return self
        return replace(self, skeleton=COCO_17, xy=self.xy[COCO_FROM_BLAZEPOSE], scores=self.scores[COCO_FROM_BLAZEPOSE])

    def bounds(self, threshold: float) -> Box | None:
        """The box round the keypoints whose score reaches ``threshold``; None when there are none."""
        seen = self.xy[self.scores >= threshold]
        if not len(seen):
            return None
        (x0, y0), (x1, y1) = seen.min(axis=0), seen.max(axis=0)
        return Box(float(x0), float(y0), float(x1), float(y1), self.score)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a model found in one frame: persons, boxes, and who is person pixel by pixel (0..255) when asked for."""

    poses: tuple[Pose, ...] = ()
    boxes: tuple[Box, ...] = ()
    mask: Mask | None = None

    def mirrored(self, width: int) -> Estimate:
        """The same findings in the frame flipped left to right."""
        # NumPy takes ten times as long to flip.
        mask = None if self.mask is None else np.asarray(cv2.flip(self.mask, 1), np.uint8)
        return Estimate(
            tuple(pose.mirrored(width) for pose in self.poses),
            tuple(box.mirrored(width) for box in self.boxes),
            mask,
        )


def check_image(image: object) -> Image:
    """Return ``image`` if it is a non-empty RGB picture.

    Raises:
        InputError: it is not a uint8 array of shape (height, width, 3).
    """
    if not isinstance(image, np.ndarray):
        raise InputError(f"expected a picture as a NumPy array, got {type(image).__name__}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise InputError(
            f"expected an RGB picture (uint8, height x width x 3), got {image.dtype} of shape {image.shape}; "
            "read files with pose_demo.io.images.read_image, which converts them"
        )
    return image
