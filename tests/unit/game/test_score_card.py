"""The score card: its cells, sizes and words."""

import numpy as np
import pytest

from pose_demo.game import score_card as card
from pose_demo.game.points import PoseResult

TARGET = np.full((320, 320, 3), (0, 0, 240), np.uint8)
PICTURE = np.full((200, 100, 3), (250, 0, 0), np.uint8)
HELD = PoseResult(target=TARGET, similarity=0.914, seconds=2.34, points=84, picture=PICTURE)
SKIPPED = PoseResult(target=TARGET)


def test_a_held_pose_shows_the_player_and_a_skipped_one_the_dimmed_pose():
    image = card.score_card((HELD, SKIPPED), {})
    assert image.shape == (900, 1200, 3)
    assert image[500, 300].tolist() == [250, 0, 0] and image[500, 900].tolist() == [0, 0, 80]


@pytest.mark.parametrize("count", range(1, 14))
@pytest.mark.parametrize("size", [(240, 320), (720, 1280), (640, 480)])
def test_every_pose_has_its_place(count, size):
    canvas = np.empty((*size, 3), np.uint8)
    card.draw_score_card(canvas, (HELD,) * count, {})
    red = (canvas == (250, 0, 0)).all(axis=2)
    assert red.any() and not red[:, :1].any() and not red[-1:].any()
    narrow, wide = np.diff(np.flatnonzero(red.any(axis=0))).max(), red.sum() / count / (size[0] * size[1])
    assert narrow > 0 and wide > 0.15 / count / 6


def words_of(monkeypatch, results, words):
    texts = []
    monkeypatch.setattr(card, "put_line", lambda image, text, *more: texts.append(text))
    card.score_card(results, words)
    return texts


def test_the_words(monkeypatch):
    texts = words_of(monkeypatch, (HELD, HELD, SKIPPED), {})
    assert texts == ["168 of 300 points", "+84", "91 %  2.3 s", "+84", "91 %  2.3 s", "skipped"]


def test_the_words_are_in_the_language_of_the_visitor(monkeypatch):
    words = {card.POINTS: "{limit}점 중 {points}점", card.SKIPPED: "건너뜀"}
    assert words_of(monkeypatch, (SKIPPED,), words) == ["100점 중 0점", "건너뜀"]
