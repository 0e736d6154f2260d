"""The tool Tune in a browser: the path of a newcomer, and every control."""

from __future__ import annotations

import os
import re
import time

import pytest
from browser import visiting, wait_for

from models import needs
from pose_demo import sample
from pose_demo.io.video_writer import VideoWriter
from pose_demo.live import cpu

_JOB_MS = 240_000  # the machine may be loaded


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A video of the dancer, of 5 s."""
    path = tmp_path_factory.mktemp("clip") / "dance.mp4"
    with VideoWriter(path, sample.FPS) as writer:
        for index in range(round(5 * sample.FPS)):
            writer.write(sample.frame(index).image, index / sample.FPS)
    return path


@pytest.fixture
def explore(visitor):
    needs("movenet-lightning")
    visitor.source("Explore")
    visitor.page.get_by_text("Find the best settings for this footage").wait_for()
    return visitor


def _upload(visitor, path) -> None:
    visitor.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(str(path))
    visitor.page.get_by_role("checkbox", name=path.name).wait_for(state="attached")


def choose_models(visitor, *titles: str) -> None:
    """Choose the models to try."""
    box = visitor.page.get_by_role("combobox", name="Models to try")
    group = visitor.page.locator("[data-testid=stMultiSelect]").filter(has_text="Models to try")
    group.get_by_role("button", name="Clear all").click()
    for title in titles:
        visitor.choose(box, title)
        group.get_by_text(title).first.wait_for()
    box.press("Escape")


def test_a_newcomer_tunes_a_clip_and_applies_the_result(explore, clip, server):
    needs("blazepose-lite")
    busy = max(1.0, os.getloadavg()[0] / cpu.cores())  # other work on this machine takes its share
    start = time.monotonic()
    explore.page.reload()
    explore.page.locator(".pd-title").wait_for()
    _upload(explore, clip)
    choose_models(explore, "MoveNet Lightning", "MediaPipe Pose lite")
    explore.page.get_by_role("button", name="Find the best settings").click()
    use = explore.page.get_by_role("button", name="Use this").first
    use.wait_for(timeout=_JOB_MS)
    use.click()
    explore.page.get_by_role("button", name="In use").wait_for()
    seconds = time.monotonic() - start
    print(f"a newcomer's path: {seconds:.1f} s; load {busy:.1f}")
    assert seconds < 90 * busy
    assert not server.errors()


def test_the_size_is_shown_before_the_start_and_the_short_list_at_the_end(explore, server):
    explore.page.get_by_role("button", name="Solo", exact=True).click()
    explore.page.get_by_role("checkbox", name="sample solo").wait_for(state="attached")
    choose_models(explore, "MoveNet Lightning")
    field = explore.page.get_by_role("spinbutton", name="Frame rate to reach")
    field.fill("2")
    field.press("Enter")
    explore.page.get_by_text("200 trials · 1 inference run · about").wait_for(timeout=60_000)
    explore.page.get_by_text("measured against true keypoints").wait_for()
    explore.page.get_by_role("button", name="Find the best settings").click()
    explore.page.get_by_text(re.compile(r"\d+ % · .* left")).wait_for(timeout=90_000)
    card = explore.page.locator(".st-key-candidate-0")
    card.wait_for(timeout=_JOB_MS)
    for label in ("Accuracy", "ms (median)", "fps", "Jitter"):
        card.get_by_text(label).first.wait_for()
    images = card.locator("img")
    widths = "images => images.map(image => image.naturalWidth)"
    wait_for(
        lambda: images.count() == 2 and min(images.evaluate_all(widths)) > 400,
        20,
        "the example frames, loaded and large",
    )
    charts = explore.page.locator("[data-testid=stVegaLiteChart]").locator("canvas, svg")
    wait_for(lambda: charts.count() >= 2, 30, "the charts")
    box = explore.page.get_by_role("combobox", name="Candidate")
    explore.choose(box, "1. MoveNet Lightning")
    assert not server.errors()


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_nothing_is_clipped(chromium, server, viewport):
    with visiting(chromium, server.url, viewport=viewport, path="?source=Explore&tool=Tune") as visitor:
        button = visitor.page.get_by_role("button", name="Find the best settings")
        button.wait_for()
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport[0]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
