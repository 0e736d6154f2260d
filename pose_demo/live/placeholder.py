"""The picture that is shown in place of a camera frame that must not be shown."""

from __future__ import annotations

import functools

import numpy as np

from pose_demo.messages import message
from pose_demo.text_drawing import put_text, text_size, wrapped
from pose_demo.types import Image

NOT_PROCESSED = message("Paused: this frame could not be processed. The page says why.")
LOADING = message("Loading the model")
NO_MODEL = message("Paused: the model could not be loaded. The page says why.")
NO_SEAT = message("No place for this stream. The page says why.")
ENDED = message("The stream has ended. Turn the camera off and on to go on.")
WORDS = (NOT_PROCESSED, LOADING, NO_MODEL, NO_SEAT, ENDED)

_BACKGROUND, _TEXT = (28, 30, 38), (205, 208, 216)
_TEXT_WIDTH = 0.86  # of the longest line, relative to the picture
_MAX_SCALE, _MIN_SCALE = 0.9, 0.2  # of the font; a picture too small for text has none
_LINE_HEIGHT = 42  # pixels at scale 1


def placeholder(size: tuple[int, int], text: str) -> Image:
    """A dark RGB image of ``size`` (width, height) with a text in its center, which the caller may change."""
    try:
        return _drawn(size, text).copy()
    except Exception:  # nothing catches it in the video thread, and a picture without its text hides as well
        return _dark(size)


@functools.lru_cache(maxsize=4)
def _drawn(size: tuple[int, int], text: str) -> Image:
    image = _dark(size)
    lines = wrapped(text)
    widest = max(text_size(line, 1.0, 1)[0] for line in lines)
    scale = min(_MAX_SCALE, _TEXT_WIDTH * size[0] / widest)
    if scale >= _MIN_SCALE:
        _draw_lines(image, lines, scale)
    return image


def _dark(size: tuple[int, int]) -> Image:
    return np.full((size[1], size[0], 3), _BACKGROUND, np.uint8)


def _draw_lines(image: Image, lines: list[str], scale: float) -> None:
    height, width = image.shape[:2]
    y = (height - (len(lines) - 2) * _LINE_HEIGHT * scale) / 2
    for line in lines:
        text_width = text_size(line, scale, 1)[0]
        put_text(image, line, (round((width - text_width) / 2), round(y)), scale, _TEXT, 1)
        y += _LINE_HEIGHT * scale
