"""The tools Tune and Sweep of the Explore page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo.explore.jobs.outcome import SweepOutcome
from pose_demo.ui.explore import TOOLS
from pose_demo.ui.explore.sweep import SWEPT

APP = str(Path(__file__).parents[2] / "app.py")
FRAMES = 16


def _images(page: AppTest) -> int:
    return sum("<img" in element.proto.body for element in page.get("html"))


def _open(tool: str, scene: str = "solo") -> AppTest:
    """The tool with the first frames of a scene."""
    page = AppTest.from_file(APP, default_timeout=120)
    page.query_params["source"], page.query_params["tool"] = "Explore", tool
    page.run()
    page.button(key=f"footage-scene-{scene}").click().run()
    store = page.session_state["session"].footage
    store.items = [replace(item, clip=replace(item.clip, max_frames=FRAMES)) for item in store.items]
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def tune():
    needs("movenet-lightning")
    page = _open("Tune")
    yield page
    page.session_state["session"].close()


@pytest.fixture
def sweep():
    needs("movenet-lightning")
    page = _open("Sweep")
    yield page
    page.session_state["session"].close()


@pytest.fixture(scope="module")
def form():
    """The tool Sweep for tests that start nothing; each chooses the parameters that it is about."""
    needs("movenet-lightning")
    page = _open("Sweep")
    yield page
    page.session_state["session"].close()


def _jobs(page: AppTest):
    return page.session_state["session"].explore


def _run_until(page: AppTest, condition: Callable[[], object], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, [element.value for element in (*page.caption, *page.error)]
        time.sleep(0.5)
        page.run()
        assert not page.exception


def _texts(page: AppTest) -> str:
    return " ".join(
        element.value for element in (*page.markdown, *page.caption, *page.info, *page.warning, *page.error)
    )


def _start(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception
    kind = key.partition("-")[0]
    _run_until(page, lambda: not _jobs(page).latest[kind].running)
    page.run()
    assert not page.exception


def test_tune_is_the_first_tool():
    page = AppTest.from_file(APP, default_timeout=60)
    page.query_params["source"] = "Explore"
    page.run()
    assert next(iter(TOOLS)) == "Tune" == page.session_state["tool"]
    page.session_state["session"].close()


def test_the_size_of_a_tuning_is_shown_before_it_starts(tune):
    tune.multiselect(key="tune-models").set_value(["movenet-lightning"]).run()
    _run_until(tune, lambda: "about" in _texts(tune))
    assert "200 trials · 1 inference run · about" in _texts(tune)
    assert "measured against true keypoints" in _texts(tune)


def test_a_tuning_ends_with_a_short_list_that_can_be_used(tune):
    tune.multiselect(key="tune-models").set_value(["movenet-lightning"]).run()
    tune.number_input(key="tune-fps").set_value(1).run()
    tune.slider(key="confidence").set_value(0.95).run()
    _start(tune, "tune-start")
    assert "Short list" in _texts(tune) and "The highest accuracy" in _texts(tune)
    (candidate,) = _jobs(tune).latest["tune"].outcome.result.candidates
    assert _images(tune) >= 2 and len(tune.get("vega_lite_chart")) == 2
    tune.button(key="tune-use-0").click().run()
    assert tune.session_state["confidence"] == candidate.settings.confidence < 0.95
    assert tune.button(key="tune-use-0").disabled and tune.button(key="tune-use-0").label == "In use"


def test_a_tuning_needs_a_model(tune):
    tune.multiselect(key="tune-models").set_value([]).run()
    assert tune.button(key="tune-start").disabled and "at least one model" in _texts(tune)


def test_a_tuning_can_be_stopped(tune):
    tune.button(key="tune-start").click().run()
    tune.button(key="explore-stop").click().run()
    _run_until(tune, lambda: not _jobs(tune).latest["tune"].running)
    tune.run()
    assert "Stopped. What was computed is kept" in _texts(tune) and not tune.error


def test_a_clip_without_persons_is_reported():
    needs("movenet-lightning")
    page = _open("Tune", "empty")
    page.multiselect(key="tune-models").set_value(["movenet-lightning"]).run()
    _start(page, "tune-start")
    assert "no person" in page.error[0].value
    page.session_state["session"].close()


def test_every_parameter_has_a_widget_with_valid_values(form):
    for start in range(0, len(SWEPT), 4):
        chosen = SWEPT[start : start + 4]
        form.multiselect(key="sweep-parameters").set_value(list(chosen)).run()
        assert not form.exception and not form.error, chosen
        keys = {widget.key for widget in (*form.multiselect, *form.text_input)}
        assert {f"sweep-values-{name}" for name in chosen} <= keys and form.button(key="sweep-start")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.2, 7", "expected a number from 0 to 1, got 7"),
        ("abc", "expected numbers such as"),
        ("", "expected at least one value"),
        ("0 to 1 step 0.0001", "expected numbers such as"),
    ],
)
def test_wrong_values_are_explained(form, text, message):
    form.multiselect(key="sweep-parameters").set_value(["confidence"]).run()
    form.text_input(key="sweep-values-confidence").set_value(text).run()
    assert message in form.error[0].value and not form.exception
    assert not [button for button in form.button if button.key == "sweep-start"]


def test_a_sweep_without_parameters_is_explained(form):
    form.multiselect(key="sweep-parameters").set_value([]).run()
    assert "at least one parameter" in form.error[0].value


def test_too_many_points_are_refused_before_the_start(form):
    form.multiselect(key="sweep-parameters").set_value(["confidence", "smooth.beta"]).run()
    form.text_input(key="sweep-values-confidence").set_value("0 to 1 step 0.005")
    form.text_input(key="sweep-values-smooth.beta").set_value("0 to 99 step 1").run()
    assert "at most 10,000" in form.error[0].value


def test_options_without_an_effect_are_mentioned(form):
    form.multiselect(key="sweep-parameters").set_value(["match.similarity", "background.threshold"]).run()
    assert "Choose a reference pose" in _texts(form) and "Choose a background" in _texts(form)


def _sweep_confidences(page: AppTest) -> SweepOutcome:
    page.multiselect(key="sweep-parameters").set_value(["confidence", "smooth.on"]).run()
    page.text_input(key="sweep-values-confidence").set_value("0.3, 0.95").run()
    _start(page, "sweep-start")
    outcome = _jobs(page).latest["sweep"].outcome
    assert isinstance(outcome, SweepOutcome)
    return outcome


def test_a_sweep_shows_its_results_in_every_view_and_a_point_can_be_applied(sweep):
    outcome = _sweep_confidences(sweep)
    assert "4 of 4 points" in _texts(sweep) and len(outcome.points()) == 4
    for view in ("Pareto chart", "Parallel coordinates", "Heat map"):
        sweep.segmented_control(key="results-view").set_value(view).run()
        assert not sweep.exception and sweep.get("vega_lite_chart"), view
    sweep.segmented_control(key="results-view").set_value("Table").run()
    assert len(sweep.dataframe[0].value) == 4
    names = {button.proto.label for button in sweep.get("download_button")}
    assert {"CSV", "Parquet", "JSON", "Save as SPEC.toml"} <= names
    assert "python -m pose_demo sweep SPEC.toml sample:solo" in " ".join(code.value for code in sweep.code)
    _run_until(sweep, lambda: any("Error of each joint" in e.label for e in sweep.expander))

    index = next(i for i, point in enumerate(outcome.points()) if point.settings.confidence == 0.95)
    sweep.session_state["results-picked"] = (id(outcome), "", index)
    sweep.run()
    assert _images(sweep) >= 4
    sweep.button(key="results-apply").click().run()
    assert sweep.session_state["confidence"] == 0.95
    assert sweep.button(key="results-apply").disabled

    store = sweep.session_state["session"].footage
    store.remove(store.items[0].name)  # the results outlive their clip
    sweep.run()
    assert not sweep.exception


def test_another_job_is_shown_with_its_progress(sweep):
    many = "0 to 1 step 0.002"
    sweep.text_input(key="sweep-values-confidence").set_value(many).run()
    sweep.button(key="sweep-start").click().run()
    sweep.segmented_control(key="tool").set_value("Tune").run()
    assert "A sweep runs" in _texts(sweep) and not [b for b in sweep.button if b.key == "tune-start"]
    sweep.button(key="explore-stop").click().run()
    _run_until(sweep, lambda: not _jobs(sweep).running)


def test_live_streams_are_mentioned(tune, monkeypatch):
    monkeypatch.setattr("pose_demo.ui.explore.job_panel.active_streams", lambda: 2)
    tune.run()
    assert "while 2 live streams run" in _texts(tune)


def test_choices_survive_another_tool(form):
    form.multiselect(key="sweep-parameters").set_value(["confidence"]).run()
    form.text_input(key="sweep-values-confidence").set_value("0.1, 0.9").run()
    for tool in ("Tune", "Sweep"):
        form.segmented_control(key="tool").set_value(tool).run()
    assert form.multiselect(key="sweep-parameters").value == ["confidence"]
    assert form.text_input(key="sweep-values-confidence").value == "0.1, 0.9"
