"""The Explore page: footage, and the calibration of the match threshold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo import sample
from pose_demo.explore.footage.annotations import write_annotations
from pose_demo.explore.footage.clip import Span
from pose_demo.explore.footage.store import MAX_ITEMS
from pose_demo.io.recorder import Recorder
from pose_demo.io.video_writer import VideoWriter
from pose_demo.types import Frame
from pose_demo.ui.panels import recorder

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def page() -> AppTest:
    return _open()


def _open(**parameters: str) -> AppTest:
    page = AppTest.from_file(APP, default_timeout=60)
    for name, value in ({"source": "Explore", "tool": "Calibrate"} | parameters).items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def video(tmp_path) -> bytes:
    path = tmp_path / "video.mp4"
    with VideoWriter(path, 10) as writer:
        for index in range(15):
            writer.write(np.full((48, 64, 3), 10 * index, np.uint8), index / 10)
    return path.read_bytes()


def _record(page: AppTest) -> None:
    """What the toolbar does with the options of the page; `AppTest` has no components."""
    with pytest.MonkeyPatch.context() as patch:
        names = ("record-length", "record-camera")
        patch.setattr(st, "session_state", {name: page.session_state[name] for name in names})
        recorder.record(page.session_state["session"], "start")


def _store(page: AppTest):
    return page.session_state["session"].footage


def _add(page: AppTest, *scenes: str) -> AppTest:
    for scene in scenes:
        page.button(key=f"footage-scene-{scene}").click().run()
    assert not page.exception
    return page


def _uploader(page: AppTest, label: str):
    return next(uploader for uploader in page.file_uploader if uploader.label.startswith(label))


def _upload(page: AppTest, label: str, *files: tuple[str, bytes]) -> AppTest:
    uploader = _uploader(page, label)
    values = [(name, data, "application/octet-stream") for name, data in files]
    uploader.set_value(values if uploader.accept_multiple_files else values[0]).run()
    assert not page.exception
    return page


def _texts(page: AppTest) -> str:
    elements = (*page.info, *page.caption, *page.error, *page.warning, *page.toast)
    return "\n".join(element.value for element in elements)


# ---- footage


def test_the_page_says_what_to_do_without_footage(page):
    assert "upload a video" in _texts(page)


def test_the_link_keeps_the_source_and_the_tool(page):
    assert (page.query_params["source"], page.query_params["tool"]) == ("Explore", "Calibrate")
    page.segmented_control(key="source").set_value("Photo").run()
    assert "tool" not in page.query_params


def test_an_unknown_tool_in_the_link_is_left_out():
    assert _open(tool="nonsense").session_state["tool"] != "nonsense"


def test_scenes_of_the_sample_are_added_and_selected(page):
    _add(page, "solo", "duo", "solo")
    assert [item.name for item in _store(page).selected] == ["sample solo", "sample duo", "sample solo (2)"]
    assert _texts(page).count("10.0 s · 640 × 480 · true keypoints") == 3


def test_uploads_are_added_and_the_uploader_is_emptied(page, video):
    _upload(page, "Add videos", ("a.mp4", video), ("b.mp4", video))
    assert [item.name for item in _store(page).items] == ["a.mp4", "b.mp4"]
    assert "1.5 s · 64 × 48 · consensus keypoints of the heaviest ready models" in _texts(page)
    assert not _uploader(page, "Add videos").value
    page.run()
    assert len(_store(page).items) == 2


def test_an_unreadable_upload_is_reported_and_the_others_are_added(page, video):
    _upload(page, "Add videos", ("broken.mp4", b"nothing" * 99), ("good.mp4", video))
    (text,) = [error.value for error in page.error]
    assert "broken.mp4: not a video" in text and "/" not in text
    assert [item.name for item in _store(page).items] == ["good.mp4"]


def test_too_many_clips_are_reported(page):
    _add(page, *["empty"] * (MAX_ITEMS + 1))
    assert "at most 10 clips" in page.error[0].value and len(_store(page).items) == MAX_ITEMS


def test_footage_can_be_removed_and_left_out(page):
    _add(page, "solo", "duo")
    page.checkbox(key="footage-use-sample solo").uncheck().run()
    assert [item.name for item in _store(page).selected] == ["sample duo"]
    page.button(key="footage-remove-sample duo").click().run()
    assert [item.name for item in _store(page).items] == ["sample solo"]


def test_a_part_can_be_chosen(page):
    _add(page, "solo")
    page.slider(key="footage-part-sample solo").set_range(2.0, 3.5).run()
    assert (_store(page).items[0].start, _store(page).items[0].end) == (2.0, 3.5)
    assert "2 to 3.5 s" in _texts(page)


def test_true_keypoints_are_read_refused_and_removed(page, video, tmp_path):
    path = tmp_path / "keypoints.json"
    _upload(page, "Add videos", ("a.mp4", video))
    write_annotations(path, [()] * 15, (640, 480))
    _upload(page, "True keypoints", ("other.json", path.read_bytes()))
    assert "other.json: expected images of 64 x 48 pixels" in page.error[0].value
    write_annotations(path, [()] * 15, (64, 48))
    _upload(page, "True keypoints", ("keypoints.json", path.read_bytes()))
    assert not page.error and "64 × 48 · true keypoints" in _texts(page)
    page.button(key="footage-forget-a.mp4").click().run()
    assert "consensus keypoints" in _texts(page)


def test_the_last_seconds_of_a_live_stream_become_footage():
    needs("movenet-lightning")
    page = _open(source="Sample dancer")
    keep = next(button for button in page.button if button.label == "Keep the last 20 s")
    keep.click().run()
    assert [item.name for item in _store(page).items] == ["live video"]
    assert "in **Explore** now" in _texts(page)


def test_keeping_without_a_live_stream_is_reported(monkeypatch):
    page = _open(source="Sample dancer")
    page.session_state["session"].stream.buffer.clear()
    monkeypatch.setattr("pose_demo.live.buffer.LiveBuffer.frames", lambda self: iter(()))
    next(button for button in page.button if button.label == "Keep the last 20 s").click().run()
    assert "start the video first" in _texts(page) and not _store(page).items


def test_the_camera_image_of_a_recording_becomes_footage():
    needs("movenet-lightning")
    page = _open(source="Sample dancer")
    page.toggle(key="record-camera").set_value(True).run()
    session = page.session_state["session"]
    _record(page)
    recording: Recorder = session.recordings.recorder
    assert recording.camera_video is not None and recording.limit == 10
    for index in range(3):
        session.stream.process_frame(Frame(sample.frame(index).image, 1e6 + index / 10))
    session.recordings.stop()
    page.run()
    page.segmented_control(key="source").set_value("Explore").run()
    page.button(key="footage-recording").click().run()
    assert [item.name for item in _store(page).items] == ["recording"]


def test_recordings_have_no_camera_image_by_default():
    page = _open(source="Sample dancer")
    _record(page)
    assert page.session_state["session"].recordings.recorder.camera_video is None


# ---- calibrate


def test_calibrate_says_how_to_choose_a_reference(page):
    _add(page, "solo")
    assert "under **Match**" in _texts(page)
    page.segmented_control(key="match.reference").set_value("own").run()
    assert "under **Match**" in _texts(page)


def test_calibrate_requires_selected_footage():
    page = _add(_open(**{"match.reference": "star"}), "solo")
    page.checkbox(key="footage-use-sample solo").uncheck().run()
    assert "Add or select a clip" in _texts(page)


@pytest.fixture
def calibration() -> AppTest:
    """A clip of one second, marked as match in the first half and no match in the second."""
    needs("movenet-lightning")
    page = _add(_open(**{"match.reference": "star"}), "solo")
    _store(page).set_part("sample solo", 0.0, 1.0)
    page.run()
    for start, end, label in ((0.0, 0.5, True), (0.5, 1.0, False)):
        page.slider(key="calibrate-span").set_range(start, end).run()
        page.button(key=f"calibrate-mark-{label}").click().run()
    return page


def _compute(page: AppTest) -> AppTest:
    page.button(key="calibrate-start").click().run()
    for _ in range(60):
        if not page.session_state["session"].scores.value.running:
            break
        page.run()
    page.run()
    assert not page.exception
    return page


def test_spans_are_marked_and_removed(calibration):
    assert _store(calibration).items[0].clip.spans == (Span(0.0, 0.5, True), Span(0.5, 1.0, False))
    calibration.button(key="calibrate-span-sample solo-0").click().run()
    assert _store(calibration).items[0].clip.spans == (Span(0.5, 1.0, False),)


def test_the_number_of_frames_is_displayed_before_they_are_processed(calibration):
    assert "1 clip, 30 frames: about" in _texts(calibration)


def test_the_best_threshold_is_displayed_and_can_be_used(calibration):
    _compute(calibration)
    labels = {metric.label: metric.value for metric in calibration.metric}
    threshold = float(labels["Best threshold"])
    assert "of 15 frames of no match (95 % interval" in _texts(calibration)
    assert len(calibration.get("vega_lite_chart")) == 1
    calibration.button(key="calibrate-use").click().run()
    assert calibration.slider(key="match.similarity").value == threshold
    assert "This is the threshold in use" in _texts(calibration)


def test_scores_of_other_settings_are_not_shown(calibration):
    _compute(calibration)
    calibration.slider(key="match.similarity").set_value(0.5).run()
    assert calibration.metric
    calibration.segmented_control(key="match.rule").set_value("every-limb").run()
    assert not calibration.metric and "of other settings" in _texts(calibration)


def test_stop_keeps_the_scores_so_far(calibration):
    _store(calibration).set_part("sample solo", 0.0, 9.0)
    calibration.button(key="calibrate-start").click().run()
    calibration.button(key="calibrate-stop").click().run()
    job = calibration.session_state["session"].scores.value
    assert not job.running and job.done
    calibration.run()
    assert "1 clip, 270 frames" in _texts(calibration)


def test_one_label_alone_is_not_enough(calibration):
    calibration.button(key="calibrate-span-sample solo-1").click().run()
    _compute(calibration)
    assert "none of no match; mark some" in _texts(calibration)


def test_the_threshold_can_be_calibrated_live():
    needs("movenet-lightning")
    page = _open(source="Sample dancer", **{"match.reference": "star"})
    session = page.session_state["session"]
    for label in (True, False):
        session.labels.hold(label, session.stream.buffer.scores)
        page.run()
    session.labels.hold(None, session.stream.buffer.scores)
    page.run()
    assert "frames of match" in _texts(page) and not page.exception
    assert "Best threshold" in {metric.label for metric in page.metric}
    page.segmented_control(key="match.reference").set_value("t-pose").run()
    assert "Best threshold" not in {metric.label for metric in page.metric}


def test_a_requested_setting_is_applied_once():
    page = _open(**{"match.reference": "star"})
    before = page.session_state["match.similarity"]
    page.session_state["requested-values"] = {"match.similarity": (0.5, before)}
    page.run()
    assert page.slider(key="match.similarity").value == 0.5
    page.slider(key="match.similarity").set_value(0.7).run()
    assert page.slider(key="match.similarity").value == 0.7
