"""The data types of the project and their conventions.

* An image is ``uint8``, shape ``(height, width, 3)``, RGB.
* Coordinates are float32 pixels of the frame: x right, y down, continuous. A pixel's center is at +0.5.
* Time is seconds as a float, from the frame's presentation time, and is named ``timestamp``.
* Scores are in [0, 1] and alone decide visibility: no (0, 0), no NaN. A keypoint outside the frame scores 0; its
  coordinates stay outside.
* Left and right are the person's. Models process the unmirrored image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE, Skeleton

Image = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

DEFAULT_KEYPOINT_CONFIDENCE = 0.3  # keypoints with a lower score are neither drawn nor matched

# Of the person's visible extent. Most keypoints that MoveNet and BlazePose find nearer to the border of a cropped image
# are really outside of it: 669 of 885 on drawn dancers, 45 of 58 on COCO photos. Under 1 % of the others are lost.
_BORDER = 0.01


class InputError(ValueError):
    """Unusable user input; the message says what was expected, what came, and what to do."""

    def __str__(self) -> str:
        """The message; one that can be translated (see `pose_demo.messages`) remains so."""
        text = self.args[0] if len(self.args) == 1 else None
        return text if isinstance(text, str) else super().__str__()


class UnavailableModel(InputError):  # noqa: N818  (reads well in ``except``)
    """A model cannot run here.

    Args:
        advice: the full message, for the log and the command line: the reason, and what to do.
        public_message: short text for visitors of a page, without paths, commands and environment variables.
    """

    def __init__(self, advice: str, public_message: str) -> None:
        super().__init__(advice)
        self.public_message = public_message


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a stream: an RGB image and its time in seconds."""

    image: Image
    timestamp: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned bounding box in frame pixels of an object of class ``label``, with a score in [0, 1]."""

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

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @property
    def longer_side(self) -> float:
        return max(self.width, self.height)

    def padded(self, x: float, y: float) -> Box:
        """The box with ``x`` more pixels on the left and on the right, and ``y`` at the top and at the bottom."""
        return replace(self, x0=self.x0 - x, y0=self.y0 - y, x1=self.x1 + x, y1=self.y1 + y)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        x0, y0, x1, y1 = min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        return replace(self, x0=x0, y0=y0, x1=x1, y1=y1)

    def intersection(self, other: Box) -> float:
        """The common area of two boxes."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: Box) -> float:
        """Intersection over union of two boxes, in [0, 1]; 0 when both are empty."""
        intersection = self.intersection(other)
        union = self.area + other.area - intersection
        return intersection / union if union > 0 else 0.0

    def mirrored(self, width: int) -> Box:
        """The box in the horizontally flipped frame."""
        return replace(self, x0=width - self.x1, x1=width - self.x0)


@dataclass(frozen=True, slots=True)
class Keypoints:
    """The keypoints of a hand or a face.

    Attributes:
        skeleton: names and edges of the K keypoints.
        xy: float32 ``(K, 2)``, frame pixels.
        scores: float32 ``(K,)`` in [0, 1]: the probability that the hand or face is there, 0 outside the frame.
    """

    skeleton: Skeleton
    xy: Points
    scores: npt.NDArray[np.float32]

    def mirrored(self, width: int) -> Keypoints:
        """The keypoints in the horizontally flipped frame."""
        return replace(self, xy=_flipped(self.xy, width))

    def in_frame(self, size: tuple[int, int]) -> Keypoints:
        """The keypoints with a score of 0 for those outside a frame of ``size`` (width, height)."""
        shown = ((self.xy >= 0) & (self.xy <= size)).all(axis=1)
        return self if shown.all() else replace(self, scores=np.where(shown, self.scores, np.float32(0)))


def _flipped(xy: Points, width: int) -> Points:
    return np.array((width, 0), np.float32) + xy * np.array((-1, 1), np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's keypoints.

    Attributes:
        skeleton: names, edges and pairs of the K keypoints.
        xy: float32 ``(K, 2)``, frame pixels.
        scores: float32 ``(K,)`` in [0, 1], one per keypoint.
        score: confidence of the person, in [0, 1]; `ModelInfo.score` defines it for each model.
        box: the person's bounding box; None for models without boxes.
        track_id: identifies the person over frames; None without tracking.
        world: float32 ``(K, 3)`` world keypoints in meters, with the origin between the hips: x to the right and y down
            in the frame, z away from the camera. None for models without them (`ModelInfo.has_world`).
            Source: MediaPipe's pose_world_landmarks, ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker.
        parts: keypoints of ``left_hand``, ``right_hand`` and ``face``, as far as they are estimated and found.
    """

    skeleton: Skeleton
    xy: Points
    scores: npt.NDArray[np.float32]
    score: float = 1.0
    box: Box | None = None
    track_id: int | None = None
    world: Points | None = None
    parts: Mapping[str, Keypoints] = field(default_factory=dict)

    def mirrored(self, width: int) -> Pose:
        """The pose in the horizontally flipped frame; a left wrist stays a left wrist."""
        world = None if self.world is None else self.world * np.array((-1, 1, 1), np.float32)
        parts = {name: part.mirrored(width) for name, part in self.parts.items()}
        box = self.box and self.box.mirrored(width)
        return replace(self, xy=_flipped(self.xy, width), box=box, world=world, parts=parts)

    def in_frame(self, size: tuple[int, int]) -> Pose:
        """The pose with a score of 0 for the keypoints that a frame of ``size`` (width, height) does not show.

        Those are outside it, or so near to its border that they are guesses of what is outside.
        """
        parts = {name: part.in_frame(size) for name, part in self.parts.items()}
        pose = replace(self, parts=parts) if parts else self
        (left, top), (right, bottom) = self.xy.min(axis=0).tolist(), self.xy.max(axis=0).tolist()
        widest = _BORDER * max(right - left, bottom - top)
        if min(left, top, size[0] - right, size[1] - bottom) >= widest:  # the usual case, decided quickly
            return pose
        visible = self.xy[self.scores >= DEFAULT_KEYPOINT_CONFIDENCE].clip(0, size)
        border = _BORDER * float(np.ptp(visible, axis=0).max()) if len(visible) else 0.0
        shown = ((self.xy >= border) & (self.xy <= np.subtract(size, border))).all(axis=1)
        return pose if shown.all() else replace(pose, scores=np.where(shown, self.scores, np.float32(0)))

    def as_coco(self) -> Pose:
        """The pose in the COCO-17 skeleton, which matching, evaluation and tracking use."""
        if self.skeleton is not BLAZEPOSE_33:
            return self
        selected = COCO_FROM_BLAZEPOSE
        world = None if self.world is None else self.world[selected]
        return replace(self, skeleton=COCO_17, xy=self.xy[selected], scores=self.scores[selected], world=world)

    def bounding_box(self, threshold: float) -> Box | None:
        """The bounding box of the keypoints that score at least ``threshold``; None when there are none."""
        visible = self.xy[self.scores >= threshold]
        if not len(visible):
            return None
        (x0, y0), (x1, y1) = visible.min(axis=0), visible.max(axis=0)
        return Box(float(x0), float(y0), float(x1), float(y1), self.score)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A model's output for one frame: poses, boxes, and a segmentation mask (uint8 0..255) if one was requested."""

    poses: tuple[Pose, ...] = ()
    boxes: tuple[Box, ...] = ()
    mask: Mask | None = None

    @property
    def persons(self) -> int:
        """Number of persons, by their poses or by their boxes."""
        return len(self.poses) or len(self.person_boxes)

    @property
    def person_boxes(self) -> tuple[Box, ...]:
        """The boxes of persons, without those of other objects."""
        return tuple(box for box in self.boxes if box.label == "person")

    def in_frame(self, size: tuple[int, int]) -> Estimate:
        """The estimate with a score of 0 for the keypoints that a frame of ``size`` (width, height) does not show."""
        return replace(self, poses=tuple(pose.in_frame(size) for pose in self.poses)) if self.poses else self

    def mirrored(self, width: int) -> Estimate:
        """The estimate in the horizontally flipped frame."""
        # NumPy's flip takes ten times as long.
        mask = None if self.mask is None else np.asarray(cv2.flip(self.mask, 1), np.uint8)
        return Estimate(
            tuple(pose.mirrored(width) for pose in self.poses),
            tuple(box.mirrored(width) for box in self.boxes),
            mask,
        )


def check_image(image: object) -> Image:
    """Return ``image`` if it is a non-empty RGB image.

    Raises:
        InputError: it is not a uint8 array of shape (height, width, 3).
    """
    if not isinstance(image, np.ndarray):
        raise InputError(f"expected an image as a NumPy array, got {type(image).__name__}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise InputError(
            f"expected an RGB image (uint8, height x width x 3), got {image.dtype} of shape {image.shape}; "
            "read files with pose_demo.io.images.read_image, which converts them"
        )
    return image
