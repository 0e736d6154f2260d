"""Reference poses: COCO-17 keypoints of an image, independent of the model, with a JSON format."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pose_demo.json_text import JsonFormat
from pose_demo.matching.limb_angles import LimbAngles, limb_angles_of
from pose_demo.messages import message
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Image, InputError, Points, Pose
from pose_demo.user_text import visible_text

FORMAT = "pose_demo.reference/1"
MAX_TEXT_LENGTH = 1_000_000
MIN_LIMBS = 3

_FILE = JsonFormat(message("reference pose"), message("make a new one from a photo or a video"))


@dataclass(frozen=True, eq=False)
class Reference:
    """A pose to match; compared by identity.

    Attributes:
        name: its display name, 1 to 100 characters.
        xy: float32 ``(17, 2)``, COCO-17 keypoints in pixels of the reference image.
        scores: float32 ``(17,)`` in [0, 1].
        size: (width, height) of that image in pixels.
        thumbnail: a small image of it; not part of the JSON.

    Raises:
        InputError: a value is invalid, or too few keypoints are confident to match anything.
    """

    name: str
    xy: Points
    scores: npt.NDArray[np.float32]
    size: tuple[int, int]
    thumbnail: Image | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _FILE.expect_name(self.name)
        _FILE.expect_size(self.size)
        _check_keypoints(self.xy, self.scores, self.size)
        _check_visible_limbs(self.limb_angles)

    @classmethod
    def from_pose(cls, pose: Pose, size: tuple[int, int], name: str, thumbnail: Image | None = None) -> Reference:
        """A reference from a pose in an image of ``size`` (width, height).

        Raises:
            InputError: see `Reference`.
        """
        coco = pose.as_coco()
        return cls(name, coco.xy.copy(), coco.scores.copy(), size, thumbnail)

    @classmethod
    def from_json(cls, text: str | bytes) -> Reference:
        """A reference from the text of `to_json`.

        Raises:
            InputError: the text is invalid; the message says what was expected and what to do.
        """
        data = _FILE.fields(
            _FILE.parse(text, MAX_TEXT_LENGTH), message("the file"), ("format", "skeleton", "name", "size", "keypoints")
        )
        _FILE.expect(data["format"] == FORMAT, "format", repr(FORMAT), data["format"])
        _FILE.expect(data["skeleton"] == COCO_17.name, "skeleton", repr(COCO_17.name), data["skeleton"])
        keypoints = _FILE.fields(data["keypoints"], "keypoints", COCO_17.keypoints)
        rows = np.array([_FILE.numbers(keypoints[name], name, 3) for name in COCO_17.keypoints], np.float32)
        size = _FILE.size(data["size"])
        _FILE.expect_name(data["name"])
        return cls(visible_text(data["name"]), rows[:, :2], rows[:, 2], size)

    def to_json(self) -> str:
        """The reference as JSON with keypoint name -> [x, y, score], the same for every model."""
        rows = zip(COCO_17.keypoints, self.xy.tolist(), self.scores.tolist(), strict=True)
        keypoints = {name: [round(x, 3), round(y, 3), round(score, 4)] for name, (x, y), score in rows}
        data = {"format": FORMAT, "skeleton": COCO_17.name, "name": self.name, "size": list(self.size)}
        return json.dumps(data | {"keypoints": keypoints}, ensure_ascii=False, indent=1)

    @property
    def pose(self) -> Pose:
        """The pose in pixels of the reference image."""
        return Pose(COCO_17, self.xy, self.scores)

    @cached_property
    def limb_angles(self) -> LimbAngles:
        """The limb angles of `pose`."""
        return limb_angles_of(self.pose)

    @cached_property
    def mirrored_pose(self) -> Pose:
        """The mirror image of the pose, where the left wrist becomes the right one."""
        flipped = self.pose.mirrored(self.size[0])
        return Pose(COCO_17, flipped.xy[COCO_17.flip], self.scores[COCO_17.flip])

    @cached_property
    def mirrored_limb_angles(self) -> LimbAngles:
        """The limb angles of `mirrored_pose`."""
        return limb_angles_of(self.mirrored_pose)


def _check_keypoints(xy: Points, scores: npt.NDArray[np.float32], size: tuple[int, int]) -> None:
    shapes = (xy.shape, scores.shape)
    _FILE.expect(shapes == ((17, 2), (17,)), "keypoints", message("17 positions and 17 scores (COCO-17)"), shapes)
    limit = 2 * max(size)
    position = message("a position in or near the image of {width}x{height} pixels", width=size[0], height=size[1])
    for name, (x, y), score in zip(COCO_17.keypoints, xy.tolist(), scores.tolist(), strict=True):
        near = math.isfinite(x + y) and max(abs(x), abs(y)) <= limit
        _FILE.expect(near, name, position, (x, y))
        _FILE.expect(0 <= score <= 1, name, message("a score from 0 to 1"), score)


def _check_visible_limbs(limb_angles: LimbAngles) -> None:
    visible = int(limb_angles.visible(DEFAULT_KEYPOINT_CONFIDENCE).sum())
    if visible < MIN_LIMBS:
        raise InputError(
            message(
                "reference pose: expected at least {limbs} limbs with both keypoint scores at least {confidence}, got "
                "{visible}; use a well-lit image of the whole body, or another model",
                limbs=MIN_LIMBS,
                confidence=DEFAULT_KEYPOINT_CONFIDENCE,
                visible=visible,
            )
        )
