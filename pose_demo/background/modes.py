"""The background modes: a registry of functions that compose a frame with its alpha matte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.imaging import as_uint8, blend_in_place, multiply_by_mask
from pose_demo.types import Image, Mask

T = TypeVar("T")

BACKGROUND_ONLY = "background-only"  # hides the person; all others hide the background

_BLUR_SCALE = 4  # the background is blurred at a quarter of the width and height
_DILATION_KERNEL_SIZE = 9  # pixels: side of the square kernel that dilates a removed person


@dataclass(frozen=True)
class BackgroundStyle:
    """Appearance of the background; each mode uses the fields it needs.

    Attributes:
        blur: radius in pixels.
        color: #rrggbb.
        gradient: a name in ``GRADIENTS``.
        image: the uploaded RGB image.
    """

    blur: int
    color: str
    gradient: str
    image: Image | None = None


class BackgroundCache:
    """The static background of one stream; computed again when the frame size or the source changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._source: object = None
        self._image: Image = np.zeros((1, 1, 3), np.uint8)

    def canvas(self, render: Callable[[T, tuple[int, int]], Image], source: T, frame: Image) -> Image:
        """A copy of ``render(source, size of the frame)`` to draw on; rendered once."""
        key = render, source if isinstance(source, str) else id(source), frame.shape
        if key != self._key:
            # Keeping a reference to the source prevents another object from getting the same id.
            self._key, self._source = key, source
            self._image = render(source, (frame.shape[1], frame.shape[0]))
        return self._image.copy()


Mode = Callable[[Image, Mask, BackgroundStyle, BackgroundCache], Image]


def unchanged(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """The image itself, not a copy."""
    return image


def blur(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """The blurred background."""
    return blend_in_place(_blurred_background(image, matte, style.blur), image, matte)


def color(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """A single color."""
    return blend_in_place(cache.canvas(solid_color, style.color, image), image, matte)


def background_image(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """The uploaded image, scaled to cover the frame; until then the gradient, which hides the real background."""
    if style.image is None:
        return color_gradient(image, matte, style, cache)
    return blend_in_place(cache.canvas(cover, style.image, image), image, matte)


def color_gradient(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """A vertical color gradient."""
    return blend_in_place(cache.canvas(gradient, style.gradient, image), image, matte)


def person_only(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """The person on black."""
    return blend_in_place(np.zeros_like(image), image, matte)


def background_only(image: Image, matte: Mask, style: BackgroundStyle, cache: BackgroundCache) -> Image:
    """The background with the person painted black; the matte is dilated so that no outline of the person remains."""
    dilated = cv2.dilate(matte, np.ones((_DILATION_KERNEL_SIZE, _DILATION_KERNEL_SIZE), np.uint8))
    return blend_in_place(image.copy(), np.zeros_like(image), as_uint8(dilated))


MODES: dict[str, Mode] = {
    fields.NONE: unchanged,
    "blur": blur,
    "color": color,
    "image": background_image,
    "gradient": color_gradient,
    "person-only": person_only,
    BACKGROUND_ONLY: background_only,
}


# Colors from the top to the bottom of the frame.
GRADIENTS: dict[str, tuple[str, ...]] = {
    "dusk": ("#1b1f4b", "#6b3f7d", "#e58c72"),
    "ocean": ("#0b3c5d", "#2a7f9e", "#b8e0dc"),
    "studio": ("#5a5f66", "#3a3e44", "#1d1f23"),
    "meadow": ("#cfe8f5", "#eaf3dc", "#8fb67a"),
    "peach": ("#fff1e0", "#ffd1b3", "#f79d84"),
}


def compose(
    image: Image, matte: Mask, mode: str, style: BackgroundStyle, cache: BackgroundCache | None = None
) -> Image:
    """Replace the background of an image.

    Args:
        image: RGB; it is not changed.
        matte: uint8 of the image's size, 255 for the foreground (see `pose_demo.background.matte`).
        mode: a name in `MODES`.
        style: appearance of the background.
        cache: the stream's, so that a static background is rendered once and not for every frame.

    Returns:
        A new RGB image; for mode "none" the image itself.
    """
    return MODES[mode](image, matte, style, cache or BackgroundCache())


def gradient(name: str, size: tuple[int, int]) -> Image:
    """An image of (width, height) that interpolates the gradient's colors from top to bottom."""
    width, height = size
    stops = np.array([fields.hex_to_rgb(text) for text in GRADIENTS[name]], np.float32)
    positions = np.linspace(0, len(stops) - 1, height)
    column = np.stack([np.interp(positions, range(len(stops)), channel) for channel in stops.T], axis=1)
    # Dithering with half a level of noise hides the banding that 8 bits and video codecs would show.
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (height, width, 1))
    return np.clip(np.rint(column[:, None] + noise), 0, 255).astype(np.uint8)


def solid_color(text: str, size: tuple[int, int]) -> Image:
    """An image of (width, height) in one color, written #rrggbb."""
    return np.full((size[1], size[0], 3), fields.hex_to_rgb(text), np.uint8)


def cover(image: Image, size: tuple[int, int]) -> Image:
    """Scale an image, keeping its aspect ratio, so that it covers (width, height); the excess is cropped evenly."""
    width, height = size
    scale = max(width / image.shape[1], height / image.shape[0])
    # Crop first: pixels outside the crop need not be resized.
    crop = _center_crop(image, max(1, round(width / scale)), max(1, round(height / scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return as_uint8(cv2.resize(crop, size, interpolation=interpolation))


def _center_crop(image: Image, width: int, height: int) -> Image:
    left, top = max(0, (image.shape[1] - width) // 2), max(0, (image.shape[0] - height) // 2)
    return image[top : top + height, left : left + width]


def _blurred_background(image: Image, matte: Mask, radius: int) -> Image:
    """Blur the background only, with weights, so that the person's colors do not bleed into it."""
    height, width = matte.shape
    small, background = _quarter_size(image), as_uint8(cv2.bitwise_not(_quarter_size(matte)))
    side = 2 * max(1, round(radius / _BLUR_SCALE)) + 1
    colors = _box_blur_twice(multiply_by_mask(small, background), side)
    weight = _box_blur_twice(background, side)
    normalized = cv2.divide(colors, cv2.merge((weight, weight, weight)), scale=255)
    return as_uint8(cv2.resize(normalized, (width, height)))


def _quarter_size(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    # OpenCV has a fast path for halving: twice takes a third of the time of once by four.
    return _half_size(_half_size(image))


def _half_size(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    height, width = image.shape[:2]
    return as_uint8(cv2.resize(image, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA))


def _box_blur_twice(image: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Approximate a Gaussian blur at a cost that does not grow with the radius."""
    return as_uint8(cv2.blur(cv2.blur(image, (side, side)), (side, side)))
