"""The video workbench: upload, play, step, seek on the timeline, threshold, reference, processing and results."""

from __future__ import annotations

import os
import re
import time
from fractions import Fraction

import av
import numpy as np
import pytest
from browser import visiting, wait_for
from playwright.sync_api import Locator

from pose_demo import sample
from pose_demo.io.video import VideoReader

SECONDS = 3


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> bytes:
    """Three seconds of the sample, without a person in the last one, and with a gap of a third of a second."""
    path = tmp_path_factory.mktemp("clip") / "dance.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.time_base, stream.codec_context.max_b_frames = Fraction(1, 30), 2
        for index in [index for index in range(30 * SECONDS) if not 40 < index < 50]:
            scene = "solo" if index < 60 else "empty"
            image = sample.frame(index, size=(320, 240), scene=scene).image
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture
def bench(visitor):
    """The workbench with the sample."""
    visitor.source("Video file")
    _wait_for_frame(visitor, 1, 300)
    return visitor


def _upload(visitor, data: bytes, name: str = "dance.mp4") -> None:
    file = {"name": name, "mimeType": "video/mp4", "buffer": data}
    visitor.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(file)


def _frame(visitor) -> tuple[int, int]:
    """The number of the current frame, and of all frames."""
    found = re.fullmatch(r"(\d+) of (\d+)", visitor.figures().get("Frame", ""))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _wait_for_frame(visitor, number: int, count: int, seconds: float = 15) -> None:
    wait_for(lambda: _frame(visitor) == (number, count), seconds, f"frame {number} of {count}")


def _press(visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).first.click()


def _track(visitor) -> dict[str, float]:
    track = visitor.page.locator(".timeline .track")
    track.scroll_into_view_if_needed()
    return track.bounding_box()


def _click_timeline(visitor, fraction: float) -> None:
    box = _track(visitor)
    visitor.page.mouse.click(box["x"] + fraction * box["width"], box["y"] + 10)


def _curve(visitor, label: str) -> str:
    """The SVG path of a curve."""
    row = visitor.page.locator(".timeline .row", has_text=label)
    return row.locator("path").get_attribute("d") or ""


def _image(visitor) -> str:
    return visitor.page.locator("img[alt='processed image']").get_attribute("src")


def _match_the_star(visitor, url: str) -> None:
    visitor.page.goto(f"{url}?source=Video+file&match.reference=star")
    visitor.page.get_by_role("slider", name="Threshold", exact=True).wait_for()
    visitor.open_section("Match")


def test_an_upload_is_on_the_stage_at_once_and_can_be_stepped(bench, clip, server):
    start = time.monotonic()
    _upload(bench, clip)
    _wait_for_frame(bench, 1, 81)
    assert time.monotonic() - start < 5
    _press(bench, "Next")
    _wait_for_frame(bench, 2, 81)
    _press(bench, "Next")
    _wait_for_frame(bench, 3, 81)
    _press(bench, "Back")
    _wait_for_frame(bench, 2, 81)
    assert bench.figures()["Time"] == "0.03 s" and bench.figures()["Persons"] == "1"
    assert not server.errors()


def test_a_video_plays_and_pauses(bench):
    _press(bench, "Play")
    wait_for(lambda: _frame(bench)[0] > 10, 15, "the tenth frame")
    wait_for(lambda: bench.page.get_by_role("button", name="Pause").count(), 5, "the pause button")
    _press(bench, "Pause")
    bench.page.get_by_role("button", name="Play", exact=True).wait_for()
    time.sleep(0.5)
    paused = _frame(bench)
    time.sleep(1)
    assert _frame(bench) == paused
    assert len(_curve(bench, "Persons").split("L")) == paused[0]  # every frame up to there was processed


def test_the_timeline_goes_there_marks_spans_without_a_person_and_playback_pauses_at_its_end(bench, clip):
    _upload(bench, clip)
    _wait_for_frame(bench, 1, 81)
    _click_and_drag(bench)
    assert not bench.page.locator(".timeline .bands .empty").count()
    _click_timeline(bench, 0.9)
    wait_for(lambda: bench.page.locator(".timeline .bands .empty").count(), 10, "a marked span")
    assert bench.page.get_by_text("no person").is_visible()
    wait_for(lambda: _frame(bench)[0] > 65, 10, "the end")
    _press(bench, "Play")
    _wait_for_frame(bench, 81, 81, 20)
    bench.page.get_by_role("button", name="Play", exact=True).wait_for()


def _click_and_drag(bench) -> None:
    _click_timeline(bench, 0.5)
    wait_for(lambda: bench.figures().get("Time") == "1.33 s", 10, "the frame that is shown at 1.5 s")
    box, mouse = _track(bench), bench.page.mouse
    mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 10)
    mouse.down()
    for fraction in (0.4, 0.3, 0.2):
        mouse.move(box["x"] + fraction * box["width"], box["y"] + 10)
    mouse.up()
    wait_for(lambda: bench.figures().get("Time") in ("0.57 s", "0.60 s"), 10, "0.6 s")


def test_the_position_can_be_changed_by_keys(bench):
    position = bench.page.get_by_role("slider", name="Position", exact=True)
    position.focus()
    for key, frame in (("ArrowRight", 2), ("End", 300), ("ArrowLeft", 299), ("Home", 1), ("PageUp", 31)):
        position.press(key)
        _wait_for_frame(bench, frame, 300)
    assert position.get_attribute("aria-valuetext") == "1 s"


def test_a_change_of_settings_is_seen_within_a_second(bench):
    _click_timeline(bench, 0.5)
    wait_for(lambda: _frame(bench)[0] > 100, 10, "the middle")
    bench.open_section("Drawing")
    assert min(_seconds_of_a_change(bench, label) for label in ("Keypoint names", "Skeleton", "Scores")) < 1
    assert _curve(bench, "Persons")  # the values do not depend on drawing


def _seconds_of_a_change(visitor, toggle: str) -> float:
    before, start = _image(visitor), time.monotonic()
    visitor.toggle(toggle)
    wait_for(lambda: _image(visitor) != before, 10, "another image", pause=0.02)
    return time.monotonic() - start


def test_values_of_other_settings_are_not_shown(bench):
    _press(bench, "Next")
    _wait_for_frame(bench, 2, 300)
    wait_for(lambda: "L" in _curve(bench, "Mean score"), 5, "two values")
    bench.choose_model("MoveNet Thunder")
    wait_for(lambda: "L" not in _curve(bench, "Mean score"), 15, "one value of the other model")
    bench.choose_model("MoveNet Lightning")
    wait_for(lambda: "L" in _curve(bench, "Mean score"), 15, "the values of the first model")


def test_the_threshold_can_be_dragged(bench, server):
    _match_the_star(bench, server.url)
    threshold = bench.page.get_by_role("slider", name="Threshold", exact=True)
    threshold.scroll_into_view_if_needed()
    assert threshold.get_attribute("aria-valuenow") == "0.80"
    box, mouse = threshold.bounding_box(), bench.page.mouse
    x, y = box["x"] + box["width"] - 20, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y + 5)
    mouse.move(x, y + 15)
    mouse.up()
    sidebar = bench.page.get_by_test_id("stSidebar").get_by_role("slider", name="Similarity threshold")
    wait_for(lambda: 0.4 < float(sidebar.input_value()) < 0.6, 10, "the setting in the sidebar")
    threshold.press("ArrowUp")
    value = threshold.get_attribute("aria-valuenow")
    wait_for(lambda: f"{float(sidebar.input_value()):.2f}" == value, 10, "one step more")
    assert bench.page.get_by_text(f"needs {100 * float(value):.0f} %").is_visible()


def test_the_current_frame_becomes_the_reference(bench):
    _click_timeline(bench, 0.15)
    wait_for(lambda: _frame(bench)[0] > 40, 10, "1.5 s")
    _press(bench, "Use as reference")
    bench.page.get_by_role("slider", name="Threshold", exact=True).wait_for()
    similarity = bench.page.get_by_test_id("stMetricValue")
    wait_for(lambda: similarity.count() and _percent(similarity) >= 98, 15, "the same pose")
    _click_timeline(bench, 0.5)
    wait_for(lambda: _percent(similarity) < 98, 10, "another similarity")


def _percent(metric: Locator) -> int:
    return int(metric.inner_text().removesuffix(" %"))


def test_a_video_is_processed_and_its_results_are_used(bench, clip, tmp_path, server):
    _upload(bench, clip)
    _wait_for_frame(bench, 1, 81)
    _press(bench, "Process all")
    row = bench.page.locator("[class*=st-key-result-]").first
    row.get_by_text("81 frames · 51 with a person").wait_for(timeout=30_000)
    wait_for(lambda: len(_curve(bench, "Persons").split("L")) == 81, 10, "the values of all frames")
    playing = "v => v.readyState >= 2 && v.duration > 0"
    wait_for(lambda: row.locator("video").evaluate(playing), 10, "the result to play")
    with bench.page.expect_download() as download:
        row.get_by_role("button", name="MP4").click()
    saved = tmp_path / "pose.mp4"
    download.value.save_as(saved)
    with VideoReader(saved) as reader:
        times = [frame.timestamp for frame in reader]
    assert len(times) == 81 and np.diff(times).max() == pytest.approx(1 / 3, abs=0.01)
    for name in ("CSV", "JSON"):
        with bench.page.expect_download() as download:
            row.get_by_role("button", name=name).click()
        assert download.value.path().stat().st_size > 1000
    row.get_by_role("button", name="Hide").click()
    wait_for(lambda: not row.locator("video").count(), 5, "the video to be hidden")
    bench.open_section("Drawing")
    bench.toggle("Skeleton")
    row.get_by_text("Made with other settings: Skeleton on instead of off.").wait_for()
    row.get_by_role("button", name="Remove").click()
    wait_for(lambda: not bench.page.get_by_text("Results", exact=True).count(), 10, "the result to be removed")
    assert not server.errors()


def test_processing_can_be_stopped_and_keeps_the_frames_so_far(bench):
    _press(bench, "Process all")
    bench.page.get_by_text("sample: frame").wait_for()
    _press(bench, "Stop")
    row = bench.page.locator("[class*=st-key-result-]").first
    text = row.get_by_text(" with a person")
    text.wait_for()
    assert 0 < int(re.search(r"(\d+) frames", text.inner_text())[1]) < 300
    bench.page.get_by_role("button", name="Play", exact=True).wait_for()


def test_an_invalid_video_is_reported_and_the_page_goes_on(bench, clip, server):
    problem = bench.page.get_by_text("not a video this program can read")
    for name, data in (("empty", b""), ("noise", os.urandom(5000)), ("truncated", clip[: len(clip) // 2])):
        _upload(bench, data, f"{name}.mp4")
        problem.wait_for()
        _wait_for_frame(bench, 1, 300)
        _upload(bench, clip)
        _wait_for_frame(bench, 1, 81)
        assert not problem.count() and not server.errors(), name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_workbench_fits_the_screen(chromium, server, viewport, scheme):
    with visiting(chromium, server.url, viewport=viewport, path="?source=Video+file&match.reference=star") as visitor:
        visitor.page.emulate_media(color_scheme=scheme)
        _wait_for_frame(visitor, 1, 300)
        box = visitor.page.locator(".timeline").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport[0]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
        play = visitor.page.get_by_role("button", name="Play", exact=True).bounding_box()
        assert play["y"] + play["height"] <= viewport[1]
        color = "it => getComputedStyle(it.querySelector('.playhead')).backgroundColor.match(/\\d+/g).map(Number)"
        assert (max(visitor.page.locator(".timeline").evaluate(color)[:3]) > 128) == (scheme == "dark")
