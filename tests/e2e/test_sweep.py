"""The tool Sweep in a browser: its controls, its charts, and what is done with a point."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib

import pytest
from browser import visiting, wait_for
from playwright.sync_api import TimeoutError

from models import needs
from pose_demo.explore.spec import SweepSpec

_JOB_MS = 240_000  # the machine may be loaded
_MARKS = "[data-testid=stVegaLiteChart] path[aria-label]"


@pytest.fixture(scope="module")
def results(chromium, server):
    """A tab with the results of a sweep over two clips; those of one of them are shown."""
    needs("movenet-lightning")
    with visiting(chromium, server.url, path="?source=Explore&tool=Sweep") as tab:
        for scene in ("Empty", "Enter"):
            tab.page.get_by_role("button", name=scene, exact=True).click()
            tab.page.get_by_role("checkbox", name=f"sample {scene.lower()}").wait_for(state="attached")
        _vary(tab, "Keypoint confidence", "Minimum cutoff (Hz)", "Smooth")
        wait_for(lambda: _has_size(tab), 90, "the size of the sweep")
        tab.page.get_by_role("button", name="Start the sweep").click()
        tab.page.get_by_role("button", name="Stop").wait_for()
        tab.page.get_by_text("32 of 32 points").wait_for(timeout=_JOB_MS)
        tab.choose(tab.page.get_by_role("combobox", name="Clip"), "sample enter")
        tab.page.locator(_MARKS).first.wait_for(state="attached")
        yield tab


def _has_size(tab) -> bool:
    """Enter the values; a text that is entered while the page updates may be lost."""
    _fill(tab, "Keypoint confidence", "0.2 to 0.8 step 0.2")
    _fill(tab, "Minimum cutoff (Hz)", "0.05, 0.5")
    with contextlib.suppress(TimeoutError):
        tab.page.get_by_text("32 points · 2 inference runs · about").wait_for()
        return True
    return False


def _vary(visitor, *labels: str) -> None:
    """Choose the parameters to vary."""
    group = visitor.page.locator("[data-testid=stMultiSelect]").filter(has_text="Parameters to vary")
    wait_for(lambda: _is_cleared(visitor, group), 60, "no parameter to vary")
    box = group.get_by_role("combobox")
    for label in labels:
        visitor.choose(box, label)
        visitor.page.locator("[data-testid=stMain] [data-testid=stWidgetLabel]").filter(has_text=label).first.wait_for()
    box.press("Escape")


def _is_cleared(visitor, group) -> bool:
    """Remove the default parameters; a click while the page updates is lost."""
    with contextlib.suppress(TimeoutError):
        group.get_by_role("button", name="Clear all").click(timeout=3000)
        visitor.page.get_by_text("hoose at least one parameter").wait_for(timeout=3000)
        return True
    return False


def _fill(visitor, label: str, text: str) -> None:
    field = visitor.page.get_by_role("textbox", name=re.compile(re.escape(label)))
    field.fill(text)
    field.press("Enter")


def _view(visitor, name: str) -> None:
    """Select a view of the results; a click while the page updates is lost."""
    view = visitor.page.get_by_role("radio", name=name, exact=True)
    wait_for(lambda: view.click() or view.get_attribute("aria-checked") == "true", 20, f"the view {name}", pause=1)


def _point(visitor) -> str:
    """The settings of the selected point."""
    return visitor.page.locator(".st-key-results-point [data-testid=stMarkdown]").first.inner_text()


def _select_mark(visitor, *texts: str) -> None:
    """Click the mark of a chart whose description contains all texts; another point is selected then."""
    before = _point(visitor)
    conditions = "".join(f'[aria-label*="{text}"]' for text in texts)
    mark = visitor.page.locator(f"{_MARKS}{conditions}").first
    mark.wait_for()
    mark.click(force=True)
    wait_for(lambda: _point(visitor) != before, 20, "another point")


def test_wrong_values_are_explained_and_corrected(visitor, server):
    visitor.page.goto(f"{server.url}?source=Explore&tool=Sweep")
    visitor.page.get_by_text("Measure every combination").wait_for()
    _fill(visitor, "Keypoint confidence", "0.2, 7")
    visitor.page.get_by_text("expected a number from 0 to 1, got 7").wait_for()
    assert not visitor.page.get_by_role("button", name="Start the sweep").count()
    _fill(visitor, "Keypoint confidence", "0.2, 0.7")
    visitor.page.get_by_role("button", name="Start the sweep").wait_for()


def test_a_cell_of_the_heat_map_can_be_selected(results):
    _view(results, "Heat map")
    _select_mark(results, "Keypoint confidence: 0.6", "Minimum cutoff (Hz): 0.5")
    assert "keypoint confidence 0.6" in _point(results) and "minimum cutoff (Hz) 0.5" in _point(results)
    for label, parameter in (("Horizontal", "Smooth"), ("Vertical", "Minimum cutoff (Hz)")):
        results.choose(results.page.get_by_role("combobox", name=label), parameter)
        results.page.locator(_MARKS).first.wait_for()


def test_a_row_of_the_table_can_be_selected_and_applied(results, server):
    _view(results, "Table")
    table = results.page.get_by_test_id("stDataFrame").first
    table.wait_for()
    before = _point(results)
    box = table.bounding_box()
    for row in (3, 12, 7):
        table.click(position={"x": 16, "y": 36 + 35 * row + 17 if 36 + 35 * row < box["height"] else 100})
        results.page.wait_for_timeout(1500)
        if _point(results) != before:
            break
    assert _point(results) != before
    images = results.page.locator(".st-key-results-point img")
    wait_for(lambda: images.count() == 4, 30, "the frames of the point")
    results.page.locator(".st-key-results-point").get_by_text("Error of each joint").wait_for(timeout=60_000)
    results.page.get_by_role("button", name="Apply").click()
    results.page.get_by_role("button", name="In use").wait_for()
    assert not server.errors()


def test_a_point_of_the_pareto_chart_can_be_selected(results):
    _view(results, "Pareto chart")
    results.page.locator(f"{_MARKS}[aria-label*='present settings']").first.wait_for(state="attached")
    results.page.locator(f"{_MARKS}[aria-label*='Pareto front']").first.wait_for(state="attached")
    _select_mark(results, "keypoint confidence 0.8", "minimum cutoff (Hz) 0.5", "smooth on")
    assert "keypoint confidence 0.8" in _point(results)


def test_parallel_coordinates_show_every_parameter(results):
    _view(results, "Parallel coordinates")
    chart = results.page.locator("[data-testid=stVegaLiteChart] svg").first
    wait_for(lambda: (box := chart.bounding_box()) and box["height"] > 200, 20, "the chart")
    axes = ("Keypoint conf", "Minimum cut", "Smooth", "Accuracy")
    wait_for(lambda: all(name in " ".join(chart.locator("text").all_text_contents()) for name in axes), 20, "the axes")
    results.choose(results.page.get_by_role("combobox", name="Measure"), "PCK")
    results.page.get_by_text("Visible keypoints found within").wait_for()


def test_the_results_can_be_downloaded(results, tmp_path):
    results.page.locator(".st-key-results-point").get_by_text("Error of each joint").wait_for(timeout=60_000)
    contents = {}
    for label in ("CSV", "Parquet", "JSON", "Report"):
        with results.page.expect_download() as download:
            results.page.locator(".st-key-results-downloads").get_by_role("button", name=label).click()
        contents[label] = download.value.path().read_bytes()
    assert contents["CSV"].decode().count("\n") == 33
    assert contents["Parquet"].startswith(b"PAR1")
    assert json.loads(contents["JSON"])["points"] == 32
    report = tmp_path / "report.html"
    report.write_bytes(contents["Report"])
    _check_report(results, report.as_uri())


def _check_report(visitor, url: str) -> None:
    """The report is complete without a network, and it loads nothing else."""
    page, requests = visitor.context.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    visitor.context.set_offline(True)
    try:
        page.goto(url)
        page.get_by_role("heading", name="Sweep").first.wait_for()
        assert page.locator("svg").count() >= 2
        assert page.locator("tbody tr").count() >= 16
        assert requests == [url]
    finally:
        visitor.context.set_offline(False)
        page.close()


def test_the_sweep_can_be_saved_for_the_command_line(results):
    results.page.get_by_role("button", name="Save").first.click()
    results.page.get_by_text("python -m pose_demo sweep SPEC.toml").wait_for()
    with results.page.expect_download() as download:
        results.page.get_by_role("button", name="Save as SPEC.toml").click()
    text = download.value.path().read_text()
    assert tomllib.loads(text)["sweep"]["confidence"] == [0.2, 0.4, 0.6, 0.8]
    assert SweepSpec.from_toml(text).count == 16
    results.page.keyboard.press("Escape")


def test_a_stopped_sweep_keeps_what_is_done(visitor, server):
    needs("movenet-lightning")
    visitor.page.goto(f"{server.url}?source=Explore&tool=Sweep")
    visitor.page.get_by_role("button", name="Solo", exact=True).click()
    visitor.page.get_by_role("checkbox", name="sample solo").wait_for(state="attached")
    _vary(visitor, "Keypoint confidence", "Speed coefficient (beta)")
    _fill(visitor, "Keypoint confidence", "0 to 1 step 0.02")
    _fill(visitor, "Speed coefficient", "1 to 100 step 1")
    visitor.page.get_by_text("5,100 points").wait_for(timeout=60_000)
    visitor.page.get_by_role("button", name="Start the sweep").click()
    visitor.page.get_by_text(": points").wait_for(timeout=_JOB_MS)
    visitor.page.get_by_role("button", name="Stop").click()
    visitor.page.get_by_text("The sweep is not complete").wait_for(timeout=120_000)
    assert re.search(r"[\d,]+ of 5,100 points", visitor.page.locator("[data-testid=stMain]").inner_text())
    assert not server.errors()


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_nothing_is_clipped(chromium, server, viewport):
    with visiting(chromium, server.url, viewport=viewport, path="?source=Explore&tool=Sweep") as visitor:
        button = visitor.page.get_by_role("button", name="Start the sweep")
        button.wait_for()
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport[0]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
