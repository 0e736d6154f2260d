"""The built-in reference poses: those of the drawn dancer, who is only imported when a pose is loaded."""

from __future__ import annotations

from functools import cache

from pose_demo.matching.reference import Reference
from pose_demo.types import Image, InputError

NAMES: tuple[str, ...] = (
    "stand",
    "arms-up",
    "t-pose",
    "star",
    "cactus",
    "hands-on-hips",
    "side-bend",
    "warrior",
    "lunge",
    "tree",
    "disco",
    "side-kick",
)

_SIZE = (480, 480)
_THUMBNAIL_SIZE = (160, 160)


@cache
def load(name: str) -> Reference:
    """The built-in reference pose of that name; cached.

    Raises:
        InputError: there is no such pose.
    """
    _check_name(name)
    from pose_demo import sample

    _, pose = sample.still(name, size=_SIZE)
    return Reference.from_pose(pose, _SIZE, name, thumbnail=image(name, _THUMBNAIL_SIZE))


def image(name: str, size: tuple[int, int]) -> Image:
    """The dancer in that pose, in an image of ``size`` = (width, height) pixels.

    Raises:
        InputError: there is no such pose.
    """
    _check_name(name)
    from pose_demo import sample

    return sample.still(name, size=size)[0]


def _check_name(name: str) -> None:
    if name not in NAMES:
        raise InputError(f"there is no reference pose {name!r} in the library; choose one of {', '.join(NAMES)}")
