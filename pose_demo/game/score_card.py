"""The score card: a picture to take home, with the player in each pose that was held."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from pose_demo.game.points import MAX_POINTS, PoseResult, total
from pose_demo.messages import message
from pose_demo.text_drawing import Color, put_line
from pose_demo.types import Image

POINTS, SKIPPED = message("{points} of {limit} points"), message("skipped")
SIZE = 1200, 900  # of the picture to take home

_GROUND: Color = (38, 40, 50)
_TEXT_COLOR: Color = (255, 255, 255)
HELD_COLOR: Color = (0, 220, 90)
SKIPPED_COLOR: Color = (160, 160, 170)
_TITLE = 0.2  # height of the first line, relative to the card
_PICTURE = 0.74  # height of a picture, relative to its cell
_LARGE, _SMALL = 0.1, 0.06  # height of text, relative to a cell
_GAP = 0.04  # around a picture, relative to its cell


def score_card(results: Sequence[PoseResult], words: Mapping[str, str]) -> Image:
    """The picture to take home; see `draw_score_card`."""
    card = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    draw_score_card(card, results, words)
    return card


def draw_score_card(card: Image, results: Sequence[PoseResult], words: Mapping[str, str]) -> None:
    """Draw the card in place; at 640x480 in about 3 ms.

    Args:
        card: RGB; it is overwritten.
        results: at least one.
        words: translations of what is written; what is missing is English.
    """
    height, width = card.shape[:2]
    card[:] = _GROUND
    title = words.get(POINTS, POINTS).format(points=total(results), limit=MAX_POINTS * len(results))
    put_line(card, title, (width / 2, 0.68 * _TITLE * height), 0.4 * _TITLE * height, _TEXT_COLOR, 0.92 * width)
    columns = _columns(len(results), width / (height * (1 - _TITLE)))
    lines = math.ceil(len(results) / columns)
    cell = width // columns, int(height * (1 - _TITLE)) // lines
    for index, result in enumerate(results):
        line, column = divmod(index, columns)
        in_line = min(columns, len(results) - line * columns)
        x = (width - in_line * cell[0]) // 2 + column * cell[0]
        y = round(_TITLE * height) + line * cell[1]
        _draw_cell(card[y : y + cell[1], x : x + cell[0]], result, words)


def _columns(count: int, proportions: float) -> int:
    """The number of columns with which square pictures are largest, in an area of these proportions."""
    return max(range(1, count + 1), key=lambda it: min(proportions / it, _PICTURE / math.ceil(count / it)))


def _draw_cell(cell: Image, result: PoseResult, words: Mapping[str, str]) -> None:
    height, width = cell.shape[:2]
    side = round(min(_PICTURE * height, width) * (1 - 2 * _GAP))
    top, left = round(_GAP * height), (width - side) // 2
    area = cell[top : top + side, left : left + side]
    _place(area, result.target if result.picture is None else result.picture)
    middle, base, most = width / 2, top + side + 0.13 * height, 0.94 * width
    if result.similarity is None:
        area //= 3
        skipped = words.get(SKIPPED, SKIPPED)
        put_line(cell, skipped, (middle, base), _LARGE * height, SKIPPED_COLOR, most)
        return
    put_line(cell, f"+{result.points}", (middle, base), _LARGE * height, HELD_COLOR, most)
    details = f"{100 * result.similarity:.0f} %  {result.seconds:.1f} s"
    put_line(cell, details, (middle, base + 1.6 * _SMALL * height), _SMALL * height, _TEXT_COLOR, 0.8 * width)


def _place(area: Image, picture: Image) -> None:
    """Show a picture in the middle of an area, as large as possible."""
    height, width = picture.shape[:2]
    scale = min(area.shape[1] / width, area.shape[0] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    y, x = (area.shape[0] - size[1]) // 2, (area.shape[1] - size[0]) // 2
    interpolation = cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA
    area[y : y + size[1], x : x + size[0]] = cv2.resize(picture, size, interpolation=interpolation)
