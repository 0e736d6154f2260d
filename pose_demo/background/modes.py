"""What is put behind the person: a registry of ways to make the two layers that the matte mixes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.imaging import faded, lay_over, uint8
from pose_demo.types import Image, Mask

T = TypeVar("T")

_REDUCED = 4  # the blur behind is made of a picture of a fourth of the width and height
_HOLE = 9  # pixels: side of the square that enlarges a person cut out


@dataclass(frozen=True)
class Style:
    """How the chosen background looks; each way reads what concerns it."""

    blur: int
    colour: str
    gradient: str
    picture: Image | None = None


class Scenery:
    """Still backgrounds of one stream; keeps the latest until the frame's size or the choice changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._source: object = None
        self._image: Image = np.zeros((1, 1, 3), np.uint8)

    def still(self, make: Callable[[T, tuple[int, int]], Image], source: T, image: Image) -> Image:
        """``make(source, size of image)``, made once."""
        key = make, source if isinstance(source, str) else id(source), image.shape
        if key != self._key:
            # The source is held, too: while it lives, nothing else can have its id.
            self._key, self._source, self._image = key, source, make(source, (image.shape[1], image.shape[0]))
        return self._image


Behind = Callable[[Image, Mask, Style, Scenery], Image]


def untouched(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """The picture itself, not a copy."""
    return image


def blurred(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """The room out of focus."""
    return lay_over(_room(image, matte, style.blur), image, matte)


def coloured(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """A plain colour."""
    return lay_over(scenery.still(plain, style.colour, image).copy(), image, matte)


def pictured(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """A picture that covers the frame; the gradient while none has been given, so that the room stays hidden."""
    if style.picture is None:
        return graded(image, matte, style, scenery)
    return lay_over(scenery.still(cover, style.picture, image).copy(), image, matte)


def graded(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """One of the built-in gradients."""
    return lay_over(scenery.still(gradient, style.gradient, image).copy(), image, matte)


def person_only(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """The person on black."""
    return lay_over(np.zeros_like(image), image, matte)


def background_only(image: Image, matte: Mask, style: Style, scenery: Scenery) -> Image:
    """The room with a black hole where the person is, a little larger than the person: no rim of them stays."""
    hole = cv2.dilate(matte, np.ones((_HOLE, _HOLE), np.uint8))
    return lay_over(image.copy(), np.zeros_like(image), uint8(hole))


BEHIND: dict[str, Behind] = {
    "none": untouched,
    "blur": blurred,
    "colour": coloured,
    "picture": pictured,
    "gradient": graded,
    "person-only": person_only,
    "background-only": background_only,
}


# Colours from the top to the bottom of the picture.
GRADIENTS: dict[str, tuple[str, ...]] = {
    "dusk": ("#1b1f4b", "#6b3f7d", "#e58c72"),
    "ocean": ("#0b3c5d", "#2a7f9e", "#b8e0dc"),
    "studio": ("#5a5f66", "#3a3e44", "#1d1f23"),
    "meadow": ("#cfe8f5", "#eaf3dc", "#8fb67a"),
    "peach": ("#fff1e0", "#ffd1b3", "#f79d84"),
}


def compose(image: Image, matte: Mask, behind: str, style: Style, scenery: Scenery | None = None) -> Image:
    """The picture with another background.

    Args:
        image: RGB; it is not changed.
        matte: uint8 of the image's size, 255 for person (see `pose_demo.background.matte`).
        behind: a name in `BEHIND`.
        style: how that background looks.
        scenery: the stream's, so that a still background is made once and not for every frame.

    Returns:
        A new RGB picture; for "none" the image itself.
    """
    return BEHIND[behind](image, matte, style, scenery or Scenery())


def gradient(name: str, size: tuple[int, int]) -> Image:
    """A picture of (width, height) that runs through the gradient's colours from top to bottom."""
    width, height = size
    stops = np.array([fields.rgb(colour) for colour in GRADIENTS[name]], np.float32)
    where = np.linspace(0, len(stops) - 1, height)
    column = np.stack([np.interp(where, range(len(stops)), channel) for channel in stops.T], axis=1)
    # Half a level of noise hides the bands that eight bits and the video codec would show.
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (height, width, 1))
    return np.clip(np.rint(column[:, None] + noise), 0, 255).astype(np.uint8)


def plain(colour: str, size: tuple[int, int]) -> Image:
    """A picture of (width, height) in one colour, written #rrggbb."""
    return np.full((size[1], size[0], 3), fields.rgb(colour), np.uint8)


def cover(picture: Image, size: tuple[int, int]) -> Image:
    """``picture`` scaled, with its proportions kept, until it covers (width, height), and cut evenly at the sides."""
    width, height = size
    scale = max(width / picture.shape[1], height / picture.shape[0])
    # Cut first: what will not be seen need not be resized.
    part = _middle(picture, max(1, round(width / scale)), max(1, round(height / scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return uint8(cv2.resize(part, size, interpolation=way))


def _middle(picture: Image, width: int, height: int) -> Image:
    left, top = max(0, (picture.shape[1] - width) // 2), max(0, (picture.shape[0] - height) // 2)
    return picture[top : top + height, left : left + width]


def _room(image: Image, matte: Mask, radius: int) -> Image:
    """The background out of focus, without the person's colours smeared into it."""
    height, width = matte.shape
    small, room = _halved(_halved(image)), uint8(cv2.bitwise_not(_halved(_halved(matte))))
    side = 2 * max(1, round(radius / _REDUCED)) + 1
    light = _smooth(faded(small, room), side)
    weight = _smooth(room, side)
    filled = cv2.divide(light, cv2.merge((weight, weight, weight)), scale=255)
    return uint8(cv2.resize(filled, (width, height)))


def _halved(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Half as wide and high. OpenCV halves quickly: twice takes a third of the time of once by four."""
    height, width = image.shape[:2]
    return uint8(cv2.resize(image, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA))


def _smooth(image: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Two box passes: nearly a Gaussian, at a cost that does not grow with the radius."""
    return uint8(cv2.blur(cv2.blur(image, (side, side)), (side, side)))
