"""The page without a browser: every source, every control, and what it says when something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.fields import specs
from pose_demo.live import cpu
from pose_demo.live.stream import Live
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.models import keep_up
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.state import SPECS, effect_key

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


def test_every_setting_can_be_reached(page):
    reached: set[str] = set()
    for choices in (
        {"model": "yolov3-tiny"},
        {"model": "movenet-lightning", "detector": "movenet-multipose", "match.reference": "star"},
        *({"background.behind": behind, "background.source": "knn"} for behind in ("blur", "colour", "gradient")),
    ):
        for key, value in choices.items():
            _widget(page, key).set_value(value).run()
        assert not page.exception
        reached |= {widget.key for widget in _widgets(page)}
    assert set(SPECS) <= reached


def _widgets(page: AppTest) -> list:
    kinds = ("toggle", "slider", "selectbox", "segmented_control", "multiselect", "color_picker")
    return [widget for kind in kinds for widget in page.get(kind)]


def _widget(page: AppTest, key: str):
    return next(widget for widget in _widgets(page) if widget.key == key)


@pytest.mark.parametrize("effect", list(EFFECTS))
def test_every_effect_shows_its_options(page, effect):
    page.multiselect(key="effects").set_value([effect]).run()
    assert not page.exception
    keys = {widget.key for widget in _widgets(page)}
    assert {effect_key(effect, option) for option in specs(EFFECTS[effect])} <= keys


def test_effects_can_be_put_in_another_order(page):
    page.multiselect(key="effects").set_value(["blur", "canny"]).run()
    page.button(key="earlier-canny").click().run()
    assert page.multiselect(key="effects").value == ["canny", "blur"]


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_opens_without_an_error(page, preset):
    page.pills(key="preset").set_value(preset).run()
    assert not page.exception
    assert page.session_state["model"] == PRESETS[preset].model


TWELVE = {
    "model": "movenet-thunder",
    "confidence": "0.45",
    "person_confidence": "0.35",
    "match.reference": "t-pose",
    "match.similarity": "0.62",
    "match.ignore": "hips,left thigh",
    "background.behind": "colour",
    "background.colour": "#336699",
    "effects": "canny(low=100)+glasses",
    "mirror": "on",
    "names": "true",
    "thickness": "1.5",
}


def test_a_link_opens_the_same_settings():
    page = AppTest.from_file(APP, default_timeout=60)
    for name, text in TWELVE.items():
        page.query_params[name] = text
    page.query_params["source"] = "Photo"
    page.run()
    assert not page.exception
    assert page.segmented_control(key="source").value == "Photo"
    assert {name: _only(value) for name, value in page.query_params.items()} == {**TWELVE, "source": "Photo"}


def _only(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def test_nonsense_in_a_link_is_left_out_with_a_note():
    page = AppTest.from_file(APP, default_timeout=60)
    page.query_params["confidence"] = "nan"
    page.query_params["utm_source"] = "newsletter"
    page.query_params["names"] = "true"
    page.run()
    assert not page.exception
    assert len(page.toast) == 2
    assert set(page.query_params) == {"names"}


def test_a_hidden_control_keeps_its_value(page):
    page.selectbox(key="model").set_value("yolov3-tiny").run()
    page.toggle(key="all_classes").set_value(True).run()
    page.selectbox(key="model").set_value("movenet-lightning").run()
    page.selectbox(key="model").set_value("yolov3-tiny").run()
    assert page.toggle(key="all_classes").value is True


def test_reset_brings_every_default_back(page):
    page.slider(key="confidence").set_value(0.7).run()
    page.toggle(key="names").set_value(True).run()
    next(b for b in page.button if b.label == "Reset all settings").click().run()
    assert page.slider(key="confidence").value == Settings().confidence
    assert page.toggle(key="names").value is False


def test_a_missing_model_is_named_and_the_page_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    page = _choose_source(AppTest.from_file(APP, default_timeout=60).run(), "Photo")
    page.selectbox(key="model").set_value("movenet-thunder").run()
    assert not page.exception
    assert MODELS["movenet-thunder"].title in page.error[0].value
    assert "models fetch" in page.error[0].value


def test_a_link_to_a_scene_opens_that_scene():
    page = AppTest.from_file(APP, default_timeout=60)
    page.query_params["source"], page.query_params["scene"] = "Sample dancer", "duo"
    page.run()
    assert page.segmented_control(key="scene").value == "duo"
    _choose_source(page, "Photo")
    assert _choose_source(page, "Sample dancer").segmented_control(key="scene").value == "duo"


def test_a_preset_can_be_taken_again(page):
    for _ in range(2):
        page.pills(key="preset").set_value("Party").run()
        assert [*page.multiselect(key="effects").value] == ["trails", "glasses"]
        next(b for b in page.button if b.label == "Reset all settings").click().run()
        assert not page.multiselect(key="effects").value


@pytest.fixture
def many(page) -> AppTest:
    """The dancer, looked at by a model whose net takes several sizes."""
    page.selectbox(key="model").set_value("movenet-multipose")
    return _choose_source(page, "Sample dancer")


def test_what_was_lowered_to_hold_the_frame_rate_is_said_and_in_force(many, monkeypatch):
    monkeypatch.setattr(Live, "steps_for", lambda *_: 2)
    many.run()
    (line,) = [block.value for block in many.get("html") if "class='pd-governor'" in block.value]
    assert "To hold 6 frames per second: the net&#x27;s input has 50 % of its usual size." in line
    assert many.session_state["session"].live.plan.settings.input_size == 0.5
    assert many.slider(key="input_size").value == 1.0  # what the viewer chose stays


def test_between_two_runs_the_page_follows_the_governor(many, monkeypatch):
    session = many.session_state["session"]
    monkeypatch.setattr(Live, "steps_for", lambda *_: 1)
    monkeypatch.setattr(cpu, "per_net", lambda: 1)
    before = session.live.plan
    keep_up(session)
    assert session.live.plan.settings.input_size == 0.75 and session.live.plan.chosen == before.settings


def test_what_the_governor_put_in_its_place_is_nobodys_choice(page, monkeypatch):
    page.selectbox(key="model").set_value("blazepose-heavy")
    page.toggle(key="hold.lighter").set_value(True)
    page = _choose_source(page, "Sample dancer")
    monkeypatch.setattr(Live, "steps_for", lambda *_: 2)
    page.run()
    live = page.session_state["session"].live
    assert live.plan.pose.model == "blazepose-lite"

    def fail(settings):
        if settings.model == "movenet-thunder":
            raise InputError("no network")

    monkeypatch.setattr("pose_demo.ui.models.fetch_missing", fail)
    page.selectbox(key="model").set_value("movenet-thunder").run()
    assert live.plan.chosen.model == "blazepose-heavy"


def test_the_order_in_which_cost_is_lowered_is_shown(page):
    page.selectbox(key="model").set_value("movenet-thunder").run()
    page.selectbox(key="detector").set_value("movenet-multipose").run()
    page.toggle(key="hold.lighter").set_value(True).run()
    (text,) = [c.value for c in page.caption if "slower than 6 frames" in c.value]
    assert text.index("once in 10") < text.index("75 %") < text.index("50 %") < text.index("MoveNet Lightning")
    page.toggle(key="hold.on").set_value(False).run()
    assert not [c for c in page.caption if "frames per second" in c.value]


def _plots(page: AppTest) -> list[str]:
    return [element.proto.body for element in page.get("html") if "class='pd-joint'" in element.proto.body]


def test_a_joint_can_be_watched_while_the_dancer_dances(page):
    needs("movenet-lightning")
    page = _choose_source(page, "Sample dancer")
    assert not _plots(page)
    page.selectbox(key="smooth.watch").set_value("left_wrist").run()
    (shown,) = _plots(page)
    assert not page.exception and shown.count("class='pd-plot'") == 2 and "Left wrist of person 1" in shown
    assert _only(page.query_params["smooth.watch"]) == "left_wrist"
    page.selectbox(key="smooth.watch").set_value("off").run()
    assert not _plots(page)


def test_watching_without_smoothing_says_so(page):
    needs("movenet-lightning")
    page.toggle(key="smooth.on").set_value(False)
    page.selectbox(key="smooth.watch").set_value("nose").run()
    (shown,) = _plots(_choose_source(page, "Sample dancer"))
    assert "smoothing is off" in shown
