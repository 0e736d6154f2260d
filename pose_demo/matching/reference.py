"""Reference poses: COCO-17 keypoints of an image, independent of the model, with a JSON format."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from pose_demo.json_text import parse_json
from pose_demo.matching.limb_angles import LimbAngles, limb_angles_of
from pose_demo.messages import message
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Image, InputError, Points, Pose
from pose_demo.user_text import value_text, visible_text

FORMAT = "pose_demo.reference/1"
MAX_TEXT_LENGTH = 1_000_000
MAX_NAME_LENGTH = 100
MAX_SIDE = 20_000  # pixels
MIN_LIMBS = 3


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
        _check_name(self.name)
        _check_size(self.size)
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
        data = _object(_parse(text), message("the file"), ("format", "skeleton", "name", "size", "keypoints"))
        _expect(data["format"] == FORMAT, "format", repr(FORMAT), data["format"])
        _expect(data["skeleton"] == COCO_17.name, "skeleton", repr(COCO_17.name), data["skeleton"])
        keypoints = _object(data["keypoints"], "keypoints", COCO_17.keypoints)
        rows = np.array([_numbers(keypoints[name], name, 3) for name in COCO_17.keypoints], np.float32)
        width, height = _numbers(data["size"], "size", 2)
        _check_name(data["name"])
        return cls(visible_text(data["name"]), rows[:, :2], rows[:, 2], (_integer(width), _integer(height)))

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


def _reject(what: str, expected: str, value: object) -> NoReturn:
    raise InputError(
        message(
            "reference pose: {what}: expected {expected}, got {value}; make a new one from a photo or a video",
            what=what,
            expected=expected,
            value=value_text(value),
        )
    )


def _expect(is_valid: bool, what: str, expected: str, value: object) -> None:
    if not is_valid:
        _reject(what, expected, value)


def _parse(text: str | bytes) -> Any:
    try:
        return parse_json(text, MAX_TEXT_LENGTH)
    except InputError as error:
        text = message("reference pose: {error}; make a new one from a photo or a video", error=error)
        raise InputError(text) from None


def _object(value: object, what: str, keys: Sequence[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _reject(what, message("an object with {keys}", keys=", ".join(keys)), value)
    missing = [key for key in keys if key not in value]
    unknown = [key for key in value if key not in keys]
    _expect(not missing, what, message("also {keys}", keys=", ".join(missing)), list(value))
    _expect(not unknown, what, message("only {keys}", keys=", ".join(keys)), unknown)
    return value


def _numbers(value: object, what: str, count: int) -> list[float]:
    is_valid = isinstance(value, list) and len(value) == count and all(type(item) in (int, float) for item in value)
    if not is_valid or not isinstance(value, list):
        _reject(what, message("{count} numbers", count=count), value)
    # Still a float32 and larger than any image: later checks reject it with the name of its field.
    return [float(min(max(item, -1e9), 1e9)) for item in value]


def _integer(number: float) -> int:
    _expect(number == int(number), "size", message("integers"), number)
    return int(number)


def _check_name(name: object) -> None:
    is_valid = isinstance(name, str) and visible_text(name) != "" and len(name) <= MAX_NAME_LENGTH
    _expect(is_valid, "name", message("a text of 1 to {limit} characters", limit=MAX_NAME_LENGTH), name)


def _check_size(size: tuple[int, int]) -> None:
    is_valid = all(1 <= side <= MAX_SIDE for side in size)
    _expect(is_valid, "size", message("a width and a height from 1 to {limit} pixels", limit=MAX_SIDE), size)


def _check_keypoints(xy: Points, scores: npt.NDArray[np.float32], size: tuple[int, int]) -> None:
    shapes = (xy.shape, scores.shape)
    _expect(shapes == ((17, 2), (17,)), "keypoints", message("17 positions and 17 scores (COCO-17)"), shapes)
    limit = 2 * max(size)
    position = message("a position in or near the image of {width}x{height} pixels", width=size[0], height=size[1])
    for name, (x, y), score in zip(COCO_17.keypoints, xy.tolist(), scores.tolist(), strict=True):
        near = math.isfinite(x + y) and max(abs(x), abs(y)) <= limit
        _expect(near, name, position, (x, y))
        _expect(0 <= score <= 1, name, message("a score from 0 to 1"), score)


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
