"""Texts of charts in the visitor's language."""

from __future__ import annotations

import gettext

import pytest

from pose_demo.ui import translation
from pose_demo.ui.components import chart_texts
from pose_demo.ui.parameters import label_in_text


@pytest.fixture
def speak(monkeypatch):
    """A function that chooses the language; in all but English the words are in capitals."""

    class Loud(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return message.upper()

    def choose(language: str) -> None:
        monkeypatch.setattr(translation, "language", lambda: language)
        monkeypatch.setattr(chart_texts, "language", lambda: language)

    catalogues = {"en": gettext.NullTranslations(), "ko": Loud()}
    monkeypatch.setattr(translation, "catalogue", catalogues.__getitem__)
    return choose


def test_a_specification_is_made_once_in_each_language(speak):
    made = []

    @chart_texts.per_language
    def specification(title: str) -> str:
        made.append(title)
        return translation.tr(title)

    for _ in range(2):
        for language, title in (("en", "score"), ("ko", "SCORE")):
            speak(language)
            assert specification("score") == title
    assert made == ["score", "score"]


def test_labels_are_looked_up_by_their_english_name(speak):
    speak("ko")
    expression = chart_texts.label_expression(["match", "no match"])
    assert expression == 'datum.label == "match" ? "MATCH" : datum.label == "no match" ? "NO MATCH" : datum.label'


@pytest.mark.parametrize(
    ("name", "text"), [("confidence", "keypoint confidence"), ("nms_iou_threshold", "NMS IoU threshold")]
)
def test_abbreviations_stay_capital_in_a_sentence(name, text):
    assert label_in_text(name) == text
