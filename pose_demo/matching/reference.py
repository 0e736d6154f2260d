"""The pose to match, independent of the model that found it: COCO-17 keypoints of a picture, as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from pose_demo.matching.limb_angles import Stance, stance_of
from pose_demo.skeletons import COCO_17
from pose_demo.types import Image, InputError, Points, Pose

FORMAT = "pose_demo.reference/1"
LONGEST_TEXT = 1_000_000
LONGEST_NAME = 100
LARGEST_PICTURE = 20_000  # pixels a side
FEWEST_LIMBS = 3
CONFIDENT = 0.3


@dataclass(frozen=True, eq=False)
class Reference:
    """A pose to match; two references are the same only when they are the same object.

    Attributes:
        name: what the page calls it, 1 to 100 characters.
        xy: float32 ``(17, 2)``, COCO-17 keypoints in pixels of the reference's own picture.
        scores: float32 ``(17,)`` in [0, 1].
        size: (width, height) of that picture in pixels.
        thumbnail: a small picture of it to show; not part of the JSON.

    Raises:
        InputError: a value is not usable, or so few keypoints are sure that nothing can be matched.
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
        _check_shows_enough(self.stance)

    @classmethod
    def from_pose(cls, pose: Pose, size: tuple[int, int], name: str, thumbnail: Image | None = None) -> Reference:
        """The reference that ``pose`` is, in a picture of ``size`` (width, height).

        Raises:
            InputError: see `Reference`.
        """
        coco = pose.as_coco()
        return cls(name, coco.xy.copy(), coco.scores.copy(), size, thumbnail)

    @classmethod
    def from_json(cls, text: str | bytes) -> Reference:
        """Read what `to_json` wrote.

        Raises:
            InputError: it is not such a file; the message says what is wrong and what to do.
        """
        data = _object(_parse(text), "the file", ("format", "skeleton", "name", "size", "keypoints"))
        _expect(data["format"] == FORMAT, "format", repr(FORMAT), data["format"])
        _expect(data["skeleton"] == COCO_17.name, "skeleton", repr(COCO_17.name), data["skeleton"])
        keypoints = _object(data["keypoints"], "keypoints", COCO_17.keypoints)
        rows = np.array([_numbers(keypoints[name], name, 3) for name in COCO_17.keypoints], np.float32)
        width, height = _numbers(data["size"], "size", 2)
        return cls(data["name"], rows[:, :2], rows[:, 2], (_whole(width), _whole(height)))

    def to_json(self) -> str:
        """The reference as text: keypoint name -> [x, y, score], the same for every model."""
        rows = zip(COCO_17.keypoints, self.xy.tolist(), self.scores.tolist(), strict=True)
        keypoints = {name: [round(x, 3), round(y, 3), round(score, 4)] for name, (x, y), score in rows}
        data = {"format": FORMAT, "skeleton": COCO_17.name, "name": self.name, "size": list(self.size)}
        return json.dumps(data | {"keypoints": keypoints}, ensure_ascii=False, indent=1)

    @property
    def pose(self) -> Pose:
        """The pose in its own picture."""
        return Pose(COCO_17, self.xy, self.scores)

    @cached_property
    def stance(self) -> Stance:
        """Its limb directions."""
        return stance_of(self.xy, self.scores)

    @cached_property
    def mirrored_pose(self) -> Pose:
        """The pose in a mirror, where a left wrist has become a right one."""
        flipped = self.pose.mirrored(self.size[0])
        return Pose(COCO_17, flipped.xy[COCO_17.flip], self.scores[COCO_17.flip])

    @cached_property
    def mirrored_stance(self) -> Stance:
        """The limb directions of `mirrored_pose`."""
        return stance_of(self.mirrored_pose.xy, self.mirrored_pose.scores)


def _refuse(what: str, expected: str, came: object) -> NoReturn:
    shown = repr(came)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    raise InputError(
        f"reference pose: {what}: expected {expected}, got {shown}; make a new one from a photo or a video"
    )


def _expect(fine: bool, what: str, expected: str, came: object) -> None:
    if not fine:
        _refuse(what, expected, came)


def _parse(text: str | bytes) -> Any:
    if len(text) > LONGEST_TEXT:
        _refuse("the file", f"a JSON text of at most {LONGEST_TEXT} characters", f"{len(text)} characters")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(decoded, parse_constant=lambda word: _refuse("the file", "finite numbers", word))
    except InputError:
        raise
    except (ValueError, RecursionError):
        _refuse("the file", "JSON as this demo saves it", text[:40])


def _object(value: object, what: str, keys: Sequence[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(what, f"an object with {', '.join(keys)}", value)
    missing = [key for key in keys if key not in value]
    unknown = [key for key in value if key not in keys]
    _expect(not missing, what, f"also {', '.join(missing)}", list(value))
    _expect(not unknown, what, f"only {', '.join(keys)}", unknown)
    return value


def _numbers(value: object, what: str, count: int) -> list[float]:
    right = isinstance(value, list) and len(value) == count and all(type(item) in (int, float) for item in value)
    if not right or not isinstance(value, list):
        _refuse(what, f"{count} numbers", value)
    # Larger than any picture and yet a float32: what is absurd is said with its name later on.
    return [float(min(max(item, -1e9), 1e9)) for item in value]


def _whole(number: float) -> int:
    _expect(number == int(number), "size", "whole pixels", number)
    return int(number)


def _check_name(name: object) -> None:
    fine = isinstance(name, str) and name.strip() != "" and len(name) <= LONGEST_NAME
    _expect(fine, "name", f"a text of 1 to {LONGEST_NAME} characters", name)


def _check_size(size: tuple[int, int]) -> None:
    fine = all(1 <= side <= LARGEST_PICTURE for side in size)
    _expect(fine, "size", f"a width and a height from 1 to {LARGEST_PICTURE} pixels", size)


def _check_keypoints(xy: Points, scores: npt.NDArray[np.float32], size: tuple[int, int]) -> None:
    shapes = (xy.shape, scores.shape)
    _expect(shapes == ((17, 2), (17,)), "keypoints", "17 positions and 17 scores (COCO-17)", shapes)
    reach = 2 * max(size)
    for name, (x, y), score in zip(COCO_17.keypoints, xy.tolist(), scores.tolist(), strict=True):
        near = math.isfinite(x + y) and max(abs(x), abs(y)) <= reach
        _expect(near, name, f"a place in or near the picture of {size[0]}x{size[1]} pixels", (x, y))
        _expect(0 <= score <= 1, name, "a score from 0 to 1", score)


def _check_shows_enough(stance: Stance) -> None:
    shown = int(stance.seen(CONFIDENT).sum())
    if shown < FEWEST_LIMBS:
        raise InputError(
            f"reference pose: expected at least {FEWEST_LIMBS} limbs whose ends score {CONFIDENT} or more, "
            f"got {shown}; take a picture with the whole body in it, well lit, or try another model"
        )
