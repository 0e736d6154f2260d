"""Compare: live on the sample, and on footage, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo.live.comparison import LiveComparison
from pose_demo.offline import comparison as offline
from pose_demo.settings import Settings
from pose_demo.ui.explore import compare as tool
from pose_demo.ui.panels.compare import differences
from pose_demo.weights import WEIGHTS, MissingWeights

APP = str(Path(__file__).parents[2] / "app.py")


def _needs(*models: str) -> None:
    for model in models:
        needs(model)


@pytest.fixture
def sample_page() -> AppTest:
    _needs("movenet-lightning", "blazepose-lite")
    page = AppTest.from_file(APP, default_timeout=60).run()
    return page.segmented_control(key="source").set_value("Sample dancer").run()


def _comparison(page: AppTest) -> LiveComparison:
    return page.session_state["session"].comparison


@pytest.fixture
def compared(sample_page) -> AppTest:
    """A: MediaPipe Pose lite, B: MoveNet Lightning."""
    sample_page.toggle(key="compare").set_value(True).run()
    return sample_page.selectbox(key="model").set_value("blazepose-lite").run()


def _html(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def test_comparing_begins_with_a_copy_of_the_settings(sample_page):
    assert not _comparison(sample_page).active and not [b for b in sample_page.button if b.key == "compare-swap"]
    sample_page.slider(key="confidence").set_value(0.6).run()
    sample_page.toggle(key="compare").set_value(True).run()
    assert not sample_page.exception
    assert _comparison(sample_page).settings == Settings(confidence=0.6)
    assert [c for c in sample_page.caption if "They are the same" in c.value]


def test_the_sidebar_changes_a_only(compared):
    assert compared.session_state["session"].stream.plan.pose.model == "blazepose-lite"
    assert _comparison(compared).plan.pose.model == "movenet-lightning"
    (text,) = [c.value for c in compared.caption if "**B**: kept" in c.value]
    assert "Model (MediaPipe Pose lite / MoveNet Lightning)" in text


def test_both_sides_are_measured(compared):
    compared.run()
    compared.run()
    html = _html(compared)
    assert "<td>A</td><td>MediaPipe Pose lite</td>" in html and "<td>B</td><td>MoveNet Lightning</td>" in html
    assert "<th>Wrist</th>" in html


def test_use_a_ends_with_the_sidebar(compared):
    compared.button(key="compare-use-a").click().run()
    assert compared.selectbox(key="model").value == "blazepose-lite"
    assert not _comparison(compared).active and _comparison(compared).plan is None
    assert compared.toggle(key="compare").value is False


def test_use_b_ends_with_the_kept_settings(compared):
    compared.button(key="compare-use-b").click().run()
    assert compared.selectbox(key="model").value == "movenet-lightning"
    assert not _comparison(compared).active and compared.toggle(key="compare").value is False


def test_swap_exchanges_the_sidebar_and_the_kept_settings(compared):
    compared.button(key="compare-swap").click().run()
    assert compared.selectbox(key="model").value == "movenet-lightning"
    assert _comparison(compared).settings.model == "blazepose-lite" == _comparison(compared).plan.pose.model


def test_the_toggle_ends_the_comparison_and_closes_the_models(compared):
    compared.toggle(key="compare").set_value(False).run()
    assert not compared.exception and _comparison(compared).plan is None
    assert compared.session_state["session"].stream.companion is None


def test_a_comparison_survives_another_source(compared):
    compared.segmented_control(key="source").set_value("Photo").run()
    compared.segmented_control(key="source").set_value("Sample dancer").run()
    assert not compared.exception and compared.toggle(key="compare").value is True


def test_a_failure_of_one_side_is_reported(compared, monkeypatch):
    estimator = _comparison(compared).plan.pose.estimator
    monkeypatch.setattr(type(estimator), "estimate", lambda *_: 1 / 0)
    compared.run()
    (text,) = [error.value for error in compared.error]
    assert text.startswith("B failed: ZeroDivisionError") and "A is shown on both sides" in text


def test_differences_are_listed():
    assert differences(Settings(confidence=0.5), Settings(boxes=False)) == (
        "They differ in: Keypoint confidence (0.5 / 0.3), Boxes (on / off)."
    )
    many = Settings(confidence=0.5, skeleton=False, keypoints=False, boxes=False, scores=True, show_fps=True)
    assert differences(many, Settings()).endswith(", and 2 more.")


# ---- footage


@pytest.fixture
def footage_page(monkeypatch) -> AppTest:
    _needs("movenet-lightning", "blazepose-lite", "movenet-thunder")
    monkeypatch.setattr(offline, "MAX_FRAMES", 12)
    page = AppTest.from_file(APP, default_timeout=60).run()
    page.segmented_control(key="source").set_value("Explore").run()
    return page.segmented_control(key="tool").set_value("Compare").run()


def _job(page: AppTest) -> offline.ComparisonJob:
    return page.session_state["session"].comparison_job.value


def _compare(page: AppTest, b: str) -> AppTest:
    page.selectbox(key="comparison-b").set_value(b)
    page.button(key="comparison-start").click().run()
    while _job(page).running:
        page.run()
    return page.run()


@pytest.fixture
def finished(footage_page) -> AppTest:
    page = _compare(footage_page, "Sidebar with MediaPipe Pose lite")
    assert not page.exception
    return page


def test_two_settings_are_compared_on_a_clip(finished):
    job = _job(finished)
    assert (job.a.model, job.b.model, job.frames, job.error) == ("movenet-lightning", "blazepose-lite", 12, "")
    assert [c for c in finished.caption if c.value.startswith("Frame 1 of 12 at 0.00 s: they differ by")]
    assert "<td>B</td><td>MediaPipe Pose lite</td>" in _html(finished)


def test_a_comparison_can_be_stopped(footage_page, monkeypatch):
    monkeypatch.setattr(offline, "MAX_FRAMES", 300)
    monkeypatch.setattr(tool, "_SLICE_S", 0.05)
    footage_page.selectbox(key="comparison-b").set_value("Sidebar with MediaPipe Pose lite")
    footage_page.button(key="comparison-start").click().run()
    assert _job(footage_page).running
    footage_page.button(key="comparison-stop").click().run()
    assert not _job(footage_page).running and 0 < _job(footage_page).frames < 300


def test_each_press_goes_to_another_moment(finished):
    job = _job(finished)
    seen = []
    for _ in range(2):
        finished.button(key="comparison-most").click().run()
        seen.append(tool.frame_at(job, finished.session_state["comparison-position"]))
    assert seen[0] == max(range(job.frames), key=lambda index: job.disagreement[index])


def test_use_b_sets_the_sidebar(finished):
    finished.button(key="comparison-use-b").click().run()
    assert finished.selectbox(key="model").value == "blazepose-lite"
    assert [c for c in finished.caption if "The sidebar has changed since" in c.value]
    finished.button(key="comparison-use-a").click().run()
    assert finished.selectbox(key="model").value == "movenet-lightning"
    assert not [c for c in finished.caption if "The sidebar has changed since" in c.value]


def test_swap_exchanges_the_sides(finished):
    finished.button(key="comparison-swap").click().run()
    assert _job(finished).a.model == finished.selectbox(key="model").value == "blazepose-lite"
    assert "<td>A</td><td>MediaPipe Pose lite</td>" in _html(finished)


def test_settings_are_kept_and_compared_on_one_frame(finished):
    for number, model in enumerate(("movenet-lightning", "movenet-thunder", "blazepose-lite")):
        finished.selectbox(key="model").set_value(model).run()
        shown = [b for b in finished.button if b.key == "use-Kept 1"]
        assert bool(shown) == (number == 2)  # once two are kept
        finished.button(key="keep-settings").click().run()
        assert finished.button(key="keep-settings").disabled
    assert not finished.exception
    assert len([c for c in finished.caption if " ms · 1 person · score " in c.value]) == 3
    finished.button(key="use-Kept 2").click().run()
    assert finished.selectbox(key="model").value == "movenet-thunder"
    finished.button(key="remove-Kept 2").click().run()
    assert len(finished.session_state["kept-settings"]) == 2


def test_kept_settings_can_be_chosen_as_b(footage_page):
    footage_page.button(key="keep-settings").click().run()
    footage_page.selectbox(key="model").set_value("blazepose-lite").run()
    page = _compare(footage_page, "Kept 1: MoveNet Lightning")
    assert (_job(page).a.model, _job(page).b.model) == ("blazepose-lite", "movenet-lightning")


def test_a_missing_model_does_not_start_a_comparison(footage_page, monkeypatch):
    def fail(settings):
        raise MissingWeights(WEIGHTS["movenet-thunder"], "advice")

    monkeypatch.setattr("pose_demo.ui.explore.compare.fetch_missing", fail)
    footage_page.button(key="comparison-start").click().run()
    assert not footage_page.exception and "administrator" in footage_page.error[0].value and _job(footage_page) is None
