"""The built-in references: the still poses of the drawn dancer."""

from __future__ import annotations

from functools import cache

from pose_demo import sample
from pose_demo.matching.reference import Reference
from pose_demo.types import Image, InputError

_SIZE = (480, 480)
_THUMBNAIL = (160, 160)


def names() -> tuple[str, ...]:
    """What `load` and `picture` know."""
    return tuple(sample.POSES)


@cache
def load(name: str) -> Reference:
    """The reference of that name, with its thumbnail; the same object every time.

    Raises:
        InputError: there is no such pose.
    """
    _check(name)
    _, pose = sample.still(name, size=_SIZE)
    return Reference.from_pose(pose, _SIZE, name, thumbnail=picture(name, _THUMBNAIL))


def picture(name: str, size: tuple[int, int]) -> Image:
    """The dancer in that pose, ``size`` = (width, height) pixels.

    Raises:
        InputError: there is no such pose.
    """
    _check(name)
    image, _ = sample.still(name, size=size)
    return image


def _check(name: str) -> None:
    if name not in sample.POSES:
        raise InputError(f"there is no pose {name!r} in the library; it has {', '.join(names())}")
