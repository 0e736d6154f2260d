"""The page without a browser: every source, every control, and what it says when something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.estimators import MODELS
from pose_demo.settings import Settings
from pose_demo.ui.controls import SPECS

APP = str(Path(__file__).parents[2] / "app.py")
SOURCES = ["Webcam", "Sample dancer", "Video file", "Photo"]


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(APP, default_timeout=60).run()


def _choose_source(page: AppTest, name: str) -> AppTest:
    return page.segmented_control(key="source").set_value(name).run()


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_opens_without_an_error(page, source):
    page = _choose_source(page, source)
    assert not page.exception
    assert [e.value for e in page.error] == []


def test_every_control_says_what_it_does(page):
    widgets = [*page.toggle, *page.slider, *page.selectbox]
    assert widgets and all(len(widget.help) > 20 for widget in widgets)


def test_every_setting_can_be_reached_by_some_model(page):
    reached: set[str] = set()
    for model in ("movenet-lightning", "yolov3-tiny"):
        page.selectbox(key="model").set_value(model).run()
        widgets = (*page.toggle, *page.slider, *page.selectbox, *page.segmented_control)
        reached |= {widget.key for widget in widgets}
    assert set(SPECS) <= reached


def test_a_hidden_control_keeps_its_value(page):
    page.selectbox(key="model").set_value("yolov3-tiny").run()
    page.toggle(key="all_classes").set_value(True).run()
    page.selectbox(key="model").set_value("movenet-lightning").run()
    page.selectbox(key="model").set_value("yolov3-tiny").run()
    assert page.toggle(key="all_classes").value is True


def test_reset_brings_every_default_back(page):
    page.slider(key="confidence").set_value(0.7).run()
    page.toggle(key="names").set_value(True).run()
    page.sidebar.button[0].click().run()
    assert page.slider(key="confidence").value == Settings().confidence
    assert page.toggle(key="names").value is False


def test_a_missing_model_is_named_and_the_page_goes_on(page, monkeypatch, tmp_path):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    page = _choose_source(page, "Photo")
    page.selectbox(key="model").set_value("movenet-thunder").run()
    assert not page.exception
    assert MODELS["movenet-thunder"].title in page.error[0].value
    assert "models fetch" in page.error[0].value
