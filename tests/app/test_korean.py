"""The page in Korean: what a visitor reads has no English sentence left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.effects import EFFECTS
from pose_demo.ui import translation
from pose_demo.ui.explore import TOOLS
from pose_demo.ui.sources import SOURCES

APP = str(Path(__file__).parents[2] / "app.py")
_HANGUL = re.compile(r"[가-힣]")
_ENGLISH = re.compile(r"(?:\b[A-Za-z][a-z']+[ ,.:]+){2}[A-Za-z][a-z']+")  # three words in a row
_NAMES = re.compile(  # which stay as they are
    r"MoveNet \w+( int8)?|MediaPipe (Pose|package) \w+|YOLOv3-tiny|BlazePose \w+|python -m.*|Noto Sans KR", re.DOTALL
)
_CODE = re.compile(r"<style.*?</style>|<[^>]+>|:[a-z_]+/[a-z_]+:|`[^`]*`", re.DOTALL)


def _page(**parameters: str) -> AppTest:
    page = AppTest.from_file(APP, default_timeout=60)
    for name, value in {"lang": "ko", **parameters}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def _texts(page: AppTest) -> list[str]:
    """What is shown, and the help of controls; not the text of code."""
    found = []
    for element in page:
        proto = getattr(element, "proto", None)
        if element.type in ("code", "json") or proto is None:
            continue
        for name in ("label", "help", "body", "value", "placeholder"):
            text = getattr(proto, name, "")
            found += [text] if isinstance(text, str) else []
        found += [str(option) for option in getattr(element, "options", ())]
    return [_NAMES.sub("", _CODE.sub(" ", text)) for text in found]


def _english(page: AppTest) -> list[str]:
    return [text for text in _texts(page) if _ENGLISH.search(text)]


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_has_no_english_sentence(source):
    page = _page(source=source)
    assert _english(page) == []
    assert sum(bool(_HANGUL.search(text)) for text in _texts(page)) > 20


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_of_explore_has_no_english_sentence(tool):
    assert _english(_page(source="Explore", tool=tool)) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"background.mode": "blur", "background.mask_source": "knn", "match.reference": "star"},
        {"effects": "+".join(EFFECTS)},
        {"model": "yolov3-tiny"},
        {"dance.reference": "own"},
        {
            "model": "movenet-thunder",
            "detector": "movenet-multipose",
            "smooth.plot": "nose",
            "joint_angles.plot": "all",
        },
        {"confidence": "7", "nothing": "1"},
    ],
    ids=lambda parameters: next(iter(parameters)),
)
def test_settings_have_no_english_sentence(parameters):
    assert _english(_page(source="Sample dancer", **parameters)) == []


def test_the_language_can_be_changed_and_nothing_else_changes(monkeypatch):
    # AppTest asks for the labels of a widget's values outside of the script.
    monkeypatch.setattr(translation, "_DEFAULT", "ko")
    page = _page(model="movenet-thunder", source="Sample dancer")
    assert page.button(key="language-en").label == "English"
    page.button(key="language-en").click().run()
    assert page.session_state["model"] == "movenet-thunder" and page.session_state["source"] == "Sample dancer"
    assert page.button(key="language-ko").label == "한국어" and page.button(key="share-button").label == "Share"
    assert page.query_params["lang"] in ("en", ["en"])
    monkeypatch.setattr(translation, "_DEFAULT", "en")
    page.button(key="language-ko").click().run()
    assert page.button(key="share-button").label != "Share" and page.session_state["model"] == "movenet-thunder"
