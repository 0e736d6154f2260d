"""The overlay of the pose game: the row, the pose to copy, the ring, and the words."""

import numpy as np
import pytest
from game_streams import plan

from pose_demo import game_overlay
from pose_demo.dance import reasons
from pose_demo.game import score_card
from pose_demo.game.matcher import NOBODY, GameState
from pose_demo.game.points import PoseResult

GREY = 90
SIZES = [(320, 240), (640, 480), (1280, 720), (480, 640), (64, 48)]
HELD = PoseResult(target=np.zeros((320, 320, 3), np.uint8), similarity=0.9, points=84)
SKIPPED = PoseResult(target=HELD.target)


def drawn(state, size=(640, 480), words=None, given=None):
    canvas = np.full((size[1], size[0], 3), GREY, np.uint8)
    game_overlay.draw(canvas, state, given or plan(), words or {})
    return canvas


def green(image):
    return (image == score_card.HELD_COLOR).all(axis=2).sum()


@pytest.mark.parametrize("size", SIZES[:-1])
@pytest.mark.parametrize(
    "state",
    [
        GameState(phase="waiting", progress=0.5),
        GameState(phase="countdown", seconds_left=2, reason=NOBODY),
        GameState(phase="pose", results=(HELD, SKIPPED), progress=0.5, seconds_left=7, reason=reasons.LIVE[-1]),
    ],
    ids=lambda state: state.phase,
)
def test_the_place_of_the_toolbar_stays_free_and_the_middle_shows_the_player(state, size):
    changed = (drawn(state, size) != GREY).any(axis=2)
    width, height = size
    assert changed.any()
    assert not changed[round(0.88 * height) :].any()
    assert changed[round(0.2 * height) : round(0.4 * height), round(0.3 * width) : round(0.55 * width)].mean() < 0.25


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 5, 13])
def test_a_row_of_any_length_fits(size, count):
    given = plan(*(["star"] * count))
    image = drawn(GameState(phase="pose"), size, given=given)
    row = np.flatnonzero((image[: round(0.08 * min(size))] != GREY).any(axis=(0, 2)))
    assert row.min() >= 0 and row.max() < size[0] and abs(row.min() + row.max() - size[0]) < 8


def test_the_ring_fills():
    lengths = [green(drawn(GameState(phase="pose", progress=progress, seconds=5.0))) for progress in (0.0, 0.5, 1.0)]
    empty, half, full = lengths
    assert half - empty == pytest.approx((full - empty) / 2, rel=0.1) and full - empty > 5000


def test_held_poses_are_ticked_and_skipped_ones_are_not():
    top = slice(0, 80)
    held = drawn(GameState(phase="pose", results=(HELD,), seconds=5.0))[top]
    skipped = drawn(GameState(phase="pose", results=(SKIPPED,), seconds=5.0))[top]
    assert green(held) > 50 and green(skipped) == 0


@pytest.mark.parametrize("size", SIZES)
def test_the_score_card_covers_the_image_and_ends_above_the_toolbar(size):
    image = drawn(GameState(phase="finished", results=(HELD, SKIPPED)), size)
    assert not (image == GREY).all(axis=2).any() and (image[round(0.88 * size[1]) :] == GREY // 4).all()


def texts_of(monkeypatch, state, words=None):
    texts = []
    monkeypatch.setattr(game_overlay, "put_line", lambda image, text, *more: texts.append(text))
    drawn(state, words=words)
    return texts


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (GameState(phase="waiting"), ["raise both hands", "to play"]),
        (GameState(phase="countdown", seconds_left=3), ["3"]),
        (GameState(phase="countdown", seconds_left=3, reason=NOBODY), ["come back into", "the picture", "3"]),
        (GameState(phase="pose", seconds_left=9), ["0", "9 s"]),
        (GameState(phase="pose", results=(HELD,), seconds=0.5, seconds_left=9), ["84", "9 s", "+84"]),
        (GameState(phase="pose", results=(HELD,), seconds=1.5, seconds_left=9), ["84", "9 s"]),
        (GameState(phase="pose", results=(HELD, SKIPPED), seconds=0.5, seconds_left=9), ["84", "9 s"]),
    ],
)
def test_the_words(monkeypatch, state, expected):
    assert texts_of(monkeypatch, state) == expected


def test_the_words_are_in_the_language_of_the_visitor(monkeypatch):
    words = {"raise both hands to play": "두 손을 들면 게임이 시작됩니다"}
    assert texts_of(monkeypatch, GameState(phase="waiting"), words) == ["두 손을 들면", "게임이 시작됩니다"]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (16, 12), (400, 3), (3, 400), (48, 400), (400, 48)])
@pytest.mark.parametrize("phase", ["waiting", "pose", "finished"])
def test_an_image_of_any_size_is_drawn(size, phase):
    results = (HELD,) if phase == "finished" else ()
    assert drawn(GameState(phase=phase, results=results), size).shape == (size[1], size[0], 3)
