"""The overlay of the pose game: the row, the pose to copy with its ring, time and points, large enough for a crowd."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from pose_demo import overlay
from pose_demo.dance import reasons
from pose_demo.game.game_plan import GamePlan
from pose_demo.game.matcher import HANDS, NOBODY, GameState
from pose_demo.game.pose_game import COUNTDOWN, FINISHED, WAITING
from pose_demo.game.score_card import HELD_COLOR, POINTS, SKIPPED, SKIPPED_COLOR, draw_score_card
from pose_demo.imaging import as_uint8, blend
from pose_demo.matching import library, pictures
from pose_demo.messages import message
from pose_demo.text_drawing import Color, fitting, put_line, wrapped
from pose_demo.types import Image

_BEGIN = message("raise both hands to play")
WORDS = (_BEGIN, HANDS, NOBODY, POINTS, SKIPPED, *reasons.LIVE)  # in the image

_CURRENT_COLOR: Color = (240, 228, 66)
_SMALLEST = 48  # pixels of the shorter side
_GAINED_S = 1.2  # for which the points of the last pose are shown
# Relative to the unit, which is the height of an image that is not narrow.
_PROPORTIONS = 4 / 3  # of an image that is not narrow
_CELL, _CELL_GAP, _TOP = 0.14, 0.012, 0.02
_CIRCLE, _RING, _SIDE = 0.4, 0.028, 0.03  # the pose to copy, the ring around it, and the space beside it
_BOTTOM = 0.17  # free for the toolbar of the page
_BESIDE, _LINES = 0.64, 0.5  # space beside the circle, and length of the lines there
_HUGE, _LARGE, _MEDIUM = 0.3, 0.085, 0.06  # height of text


def draw(canvas: Image, state: GameState, plan: GamePlan, words: Mapping[str, str]) -> None:
    """Draw the game in place.

    Args:
        canvas: RGB; the score card covers it. An image in which nothing could be read stays as it is.
        state: the game in this frame.
        plan: the poses.
        words: translations of `WORDS`; what is missing is English.
    """
    height, width = canvas.shape[:2]
    if min(height, width) < _SMALLEST:
        return
    if state.phase == FINISHED:
        canvas //= 4
        draw_score_card(canvas[: round((1 - _BOTTOM) * height)], state.results, words)
        return
    unit = min(height, width / _PROPORTIONS)
    _draw_row(canvas, state, plan, unit)
    _draw_circle(canvas, _shown_pose(state, plan), state.progress, unit)
    _draw_texts(canvas, state, words, unit)


def _shown_pose(state: GameState, plan: GamePlan) -> Image:
    """The pose to copy: while the game waits, raised hands."""
    if state.phase == WAITING:
        return pictures.picture(library.load("arms-up"), plan.pictures[0].shape[:2])
    return plan.pictures[len(state.results)]


def _draw_row(canvas: Image, state: GameState, plan: GamePlan, unit: float) -> None:
    count, gap = len(plan.small_pictures), max(2, round(_CELL_GAP * unit))
    side = min(round(_CELL * unit), (canvas.shape[1] - gap) // count - gap)
    top, left = round(_TOP * unit), (canvas.shape[1] - count * (side + gap) + gap) // 2
    for index, picture in enumerate(plan.small_pictures):
        x = left + index * (side + gap)
        _draw_picture(canvas[top : top + side, x : x + side], picture, index, state)


def _draw_picture(cell: Image, picture: Image, index: int, state: GameState) -> None:
    """A pose of the row: ticked when it was held, framed while it is the current one."""
    cell[:] = cv2.resize(picture, cell.shape[1::-1], interpolation=cv2.INTER_AREA)
    side, width = cell.shape[0], max(1, cell.shape[0] // 18)
    if index < len(state.results):
        cell //= 3
        is_held = state.results[index].similarity is not None
        mark = np.array(((0.22, 0.52), (0.42, 0.72), (0.8, 0.3)) if is_held else ((0.25, 0.5), (0.75, 0.5)))
        points = np.rint(mark * side).astype(np.int32)
        color = HELD_COLOR if is_held else SKIPPED_COLOR
        cv2.polylines(cell, [points], False, color, 2 * width, cv2.LINE_AA)
    elif index == len(state.results) and state.is_running:
        cv2.rectangle(cell, (0, 0), (side - 1, side - 1), _CURRENT_COLOR, 2 * width)


def _draw_circle(canvas: Image, picture: Image, progress: float, unit: float) -> None:
    """The pose to copy at the lower right, above the toolbar of the page, with the ring that fills."""
    height, width = canvas.shape[:2]
    ring, side = max(2, round(_RING * unit)), round(_CIRCLE * unit)
    x, y = width - side - ring - round(_SIDE * unit), height - side - ring - round(_BOTTOM * height)
    area = canvas[y : y + side, x : x + side]
    mask = np.zeros(area.shape[:2], np.uint8)
    cv2.circle(mask, (side // 2, side // 2), side // 2, 255, cv2.FILLED, cv2.LINE_AA)
    shown = as_uint8(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA))
    area[:] = blend(shown, area, mask)
    center, radius = (x + side // 2, y + side // 2), (side + ring) // 2
    cv2.circle(canvas, center, radius, overlay.OUTLINE_COLOR, ring, cv2.LINE_AA)
    if progress:
        cv2.ellipse(canvas, center, (radius, radius), -90, 0, 360 * progress, HELD_COLOR, ring, cv2.LINE_AA)


def _draw_texts(canvas: Image, state: GameState, words: Mapping[str, str], unit: float) -> None:
    height, width = canvas.shape[:2]
    white, middle = overlay.TEXT_COLOR, width / 2
    if text := state.reason or (_BEGIN if state.phase == WAITING else ""):
        _draw_lines(canvas, words.get(text, text), (_MEDIUM if state.reason else _LARGE) * unit)
    if state.phase == WAITING:
        return
    if state.phase == COUNTDOWN:
        put_line(canvas, str(state.seconds_left), (middle, 0.62 * height), _HUGE * unit, white, width)
        return
    below = (2 * _TOP + _CELL + 1.1 * _LARGE) * unit  # the row
    put_line(canvas, str(state.points), (0.16 * unit, below), _LARGE * unit, HELD_COLOR, 0.28 * unit)
    put_line(canvas, f"{state.seconds_left} s", (width - 0.16 * unit, below), _LARGE * unit, white, 0.28 * unit)
    if state.results and state.seconds < _GAINED_S and state.results[-1].points:
        text = f"+{state.results[-1].points}"
        put_line(canvas, text, (middle, 0.55 * height), _HUGE / 2 * unit, HELD_COLOR, width)


def _draw_lines(canvas: Image, text: str, size: float) -> None:
    """A text of a few lines beside the circle, where it does not hide the face of the player."""
    height, width = canvas.shape[:2]
    lines, most = wrapped(text, _LINES), 0.94 * _BESIDE * width
    size = min(fitting(line, size, most) for line in lines)
    for index, line in enumerate(lines):
        baseline = (1 - _BOTTOM) * height - 1.6 * size * (len(lines) - 1 - index)
        put_line(canvas, line, (_BESIDE / 2 * width, baseline), size, overlay.TEXT_COLOR, most)
