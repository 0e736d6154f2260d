"""Text in images: OpenCV's line font for ASCII, Noto Sans KR for Korean, which OpenCV's font does not have."""

from __future__ import annotations

import functools
import textwrap
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageFont

from pose_demo.types import Image, Mask

Color = tuple[int, int, int]

FONT = Path(__file__).with_name("NotoSansKR.ttf")  # the characters of the words in the image only (docs/font.py)
_OPENCV_FONT = cv2.FONT_HERSHEY_SIMPLEX
_LINE_CHARACTERS = {True: 34, False: 20}  # of text in ASCII, and of Korean, whose characters are wider
_CAP_HEIGHT = 22.0  # pixels of OpenCV's font at scale 1
_OUTLINE_COLOR: Color = (24, 24, 32)
_PIXELS = 30  # of a font that looks as large as OpenCV's at scale 1


def wrapped(text: str, width: float = 1.0) -> list[str]:
    """A text in lines of about the same width in every language, to be written large; ``width`` 0.5 halves them."""
    return textwrap.wrap(text, round(width * _LINE_CHARACTERS[text.isascii()]))


def text_size(text: str, scale: float, weight: int) -> tuple[int, int, int]:
    """(width, height, descent) of a text in pixels; the height is that above the baseline.

    Args:
        text: one line.
        scale: OpenCV's font scale.
        weight: stroke thickness in pixels.
    """
    if text.isascii():
        (width, height), descent = cv2.getTextSize(text, _OPENCV_FONT, scale, weight)
        return width, height, descent
    font = _font(_pixels(scale))
    ascent, descent = font.getmetrics()
    return round(font.getlength(text)), round(0.8 * ascent), round(0.8 * descent)


def put_text(image: Image, text: str, xy: tuple[int, int], scale: float, color: Color, weight: int) -> None:
    """Draw a text in place; ``xy`` is the left end of its baseline. See `text_size` for the other arguments."""
    coverage, dx, dy = _coverage(text, scale, weight)
    height, width = coverage.shape
    left, top = xy[0] + dx, xy[1] + dy
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(image.shape[1], left + width), min(image.shape[0], top + height)
    if x0 >= x1 or y0 >= y1:
        return
    area, part = image[y0:y1, x0:x1], coverage[y0 - top : y1 - top, x0 - left : x1 - left]
    background = cv2.multiply(area, cv2.merge([255 - part] * 3), scale=1 / 255)
    area[:] = cv2.add(background, cv2.merge([cv2.convertScaleAbs(part, alpha=value / 255) for value in color]))


def put_line(
    image: Image, text: str, center: tuple[float, float], height: float, color: Color, max_width: float
) -> None:
    """Draw a line of text with an outline in place, smaller where it would be too wide.

    Args:
        image: RGB.
        text: may be empty.
        center: x of its middle, where it does not leave the image, and y of its baseline.
        height: of its letters in pixels.
        color: RGB.
        max_width: in pixels.
    """
    if not text:
        return
    scale = fitting(text, height, max_width) / _CAP_HEIGHT
    outline = max(1, round(2 * scale))
    weight = outline if text.isascii() else 1  # strokes of Korean letters are close to each other
    width = text_size(text, scale, weight)[0]
    corner = round(min(max(center[0] - width / 2, 0), image.shape[1] - width)), round(center[1])
    put_text(image, text, corner, scale, _OUTLINE_COLOR, weight + max(2, outline))
    put_text(image, text, corner, scale, color, weight)


def fitting(text: str, height: float, max_width: float) -> float:
    """The height of letters, at most ``height``, with which `put_line` keeps to a width; all in pixels."""
    scale = height / _CAP_HEIGHT
    return height * min(1.0, max_width / max(1, text_size(text, scale, max(1, round(2 * scale)))[0]))


@functools.lru_cache(maxsize=128)  # the same words, frame after frame: they take 0.5 ms and more
def _coverage(text: str, scale: float, weight: int) -> tuple[Mask, int, int]:
    """The coverage of a text, ``(height, width)``, and the offset of its corner from the start of its baseline."""
    coverage, dx, dy = (_with_opencv if text.isascii() else _with_pillow)(text, scale, weight)
    coverage.flags.writeable = False
    return coverage, dx, dy


def _with_opencv(text: str, scale: float, weight: int) -> tuple[Mask, int, int]:
    width, height, descent = text_size(text, scale, weight)
    margin = weight + 1
    mask = np.zeros((height + descent + 2 * margin, width + 2 * margin), np.uint8)
    cv2.putText(mask, text, (margin, margin + height), _OPENCV_FONT, scale, 255, weight, cv2.LINE_AA)
    return mask, -margin, -margin - height


def _with_pillow(text: str, scale: float, weight: int) -> tuple[Mask, int, int]:
    mask, (dx, dy) = _font(_pixels(scale)).getmask2(text, mode="L", stroke_width=max(0, (weight - 1) // 2), anchor="ls")
    width, height = mask.size
    return np.asarray(mask, np.uint8).reshape(height, width), dx, dy


def _pixels(scale: float) -> int:
    return max(6, round(_PIXELS * scale))


@functools.lru_cache(maxsize=64)
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, pixels)
