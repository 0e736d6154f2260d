"""The chip with a hint, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo.live.hint_thread import HintThread
from pose_demo.live.hints import applies, not_found, several
from pose_demo.settings import Settings

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def no_thread(monkeypatch):
    monkeypatch.setattr(HintThread, "_start", lambda self: None)


def _open(source: str) -> AppTest:
    needs("movenet-lightning")
    needs("movenet-multipose")
    page = AppTest.from_file(APP, default_timeout=60)
    page.query_params["frame_rate.adapt"] = "false"  # on a loaded machine there would be no chip
    return page.run().segmented_control(key="source").set_value(source).run()


def _chips(page: AppTest) -> list[str]:
    return [button.label for button in page.button if button.key == "hint"]


@pytest.fixture
def duo() -> AppTest:
    page = _open("Sample dancer")
    return page.segmented_control(key="scene").set_value("duo").run()


def _look(page: AppTest) -> AppTest:
    """Twice, as the thread does in six seconds."""
    for _ in range(2):
        page.session_state["session"].hints.look()
    return page.run()


def test_the_chip_shows_all_persons_and_disappears(duo):
    assert not _chips(duo)
    page = _look(duo)
    assert _chips(page) == ["1 more person: show them"]
    page.button(key="hint").click().run()
    assert not page.exception
    assert page.selectbox(key="detector").value == "movenet-multipose" and not _chips(page)
    assert page.session_state["session"].stream.plan.pose.detector == "movenet-multipose"
    assert page.session_state["session"].stream.status().result.persons == 2
    assert "movenet-multipose" in page.query_params["detector"]


def test_other_settings_stay_as_they_are(duo):
    duo.slider(key="confidence").set_value(0.6).run()
    page = _look(duo)
    page.button(key="hint").click().run()
    assert page.slider(key="confidence").value == 0.6 and page.segmented_control(key="scene").value == "duo"


def test_the_chip_disappears_with_the_persons(duo):
    page = _look(duo)
    page.segmented_control(key="scene").set_value("solo").run()
    for _ in range(3):  # the model's crop moves from one of the two dancers to the other scene's
        page.run()
    assert not _chips(_look(page))


def test_a_detector_that_the_user_chooses_removes_the_chip_at_once(duo):
    page = _look(duo)
    page.selectbox(key="detector").set_value("movenet-multipose").run()
    assert not _chips(page)


def test_the_chip_is_below_a_video_too():
    page = _look(_open("Video file"))
    assert not page.exception and not _chips(page)


def test_a_press_counts_although_the_hint_is_gone_meanwhile(monkeypatch):
    hint = several(2, Settings())
    monkeypatch.setattr(HintThread, "poll", lambda self, observe: hint if hints else None)
    hints = [hint]
    page = _open("Sample dancer")
    assert _chips(page) == ["2 more people: show them"]
    hints.clear()
    page.button(key="hint").click().run()
    assert page.selectbox(key="detector").value == "movenet-multipose" and not page.exception


def test_a_hint_without_a_setting_cannot_be_pressed(monkeypatch):
    hint = not_found(1, Settings(), far=True, by_detector=False)
    monkeypatch.setattr(HintThread, "poll", lambda self, observe: hint)
    page = _open("Sample dancer")
    assert not page.exception
    (chip,) = [button for button in page.button if button.key == "hint"]
    assert chip.disabled and chip.label == "A person far away: come closer to the camera"


def test_the_chip_on_the_video_shows_all_persons(monkeypatch):
    hint = several(1, Settings())
    seen = []

    def poll(self, observe):
        seen.append(observe())
        return hint if seen[-1] and applies(seen[-1].settings) else None

    monkeypatch.setattr(HintThread, "poll", poll)
    page = _open("Video file").run()  # the first run processes the first frame
    assert seen[-1].result.persons == 1 and _chips(page) == ["1 more person: show them"]
    page.button(key="hint").click().run()
    assert page.selectbox(key="detector").value == "movenet-multipose" and not _chips(page)
