"""The topic Dance without a browser: built-in dances, the visitor's own, their options, and what goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo import sample
from pose_demo.dance import library
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher
from pose_demo.io.recorder import Recorder
from pose_demo.pipeline import Result
from pose_demo.types import Estimate, Frame
from pose_demo.ui.panels import teacher as panel

APP = str(Path(__file__).parents[2] / "app.py")
_SIZE = (640, 480)


def _reference(name: str, seconds: int = 10, dancers: int = 1) -> DanceReference:
    times = np.arange(5 * seconds + 1) / 5
    poses = [sample.ground_truth(round(30 * time), scene="duo")[:dancers] for time in times]
    sequences = (PoseSequence.from_poses(times, (frame[part] for frame in poses), _SIZE) for part in range(dancers))
    return DanceReference(name, tuple(sequences))


@pytest.fixture
def page(monkeypatch) -> AppTest:
    """The page with choreographies that are drawn quickly; duet is for two."""
    needs("movenet-lightning")
    monkeypatch.setattr(library, "_teachers", {})
    monkeypatch.setattr(
        library, "drawn", lambda dance, progress: Teacher(_reference(dance.name, 10, 1 + (dance.name == "duet")))
    )
    panel._drawing.clear()
    yield AppTest.from_file(APP, default_timeout=60).run()
    panel._drawing.clear()


def _session(page: AppTest):
    return page.session_state["session"]


def _choose(page: AppTest, dance: str) -> AppTest:
    page.segmented_control(key="dance.reference").set_value(dance).run()
    if dance in library.NAMES:
        panel._drawing(dance)._thread.join(30)
        page.run()
    assert not page.exception
    return page


def _upload(page: AppTest, name: str, data: bytes) -> AppTest:
    page.file_uploader(key="teacher-file").set_value((name, data, "application/json")).run()
    if job := _session(page).teacher_job.value:
        job._thread.join(30)
    page.run()
    assert not page.exception
    return page


def _own(page: AppTest, **sizes: int) -> AppTest:
    return _upload(_choose(page, "own"), "mine.json", _reference("Mine", **sizes).to_json().encode())


def _plan(page: AppTest):
    return _session(page).stream.plan.dance


def _address(page: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in page.query_params.items()}


def _buttons(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def test_without_a_dance_nothing_else_is_shown(page):
    assert page.segmented_control(key="dance.reference").value == "none" and _plan(page) is None
    assert not [it for it in page.slider if it.key and it.key.startswith("dance")]


def test_a_built_in_dance_is_drawn_in_the_background_and_then_followed(page):
    with library._drawing:
        page.segmented_control(key="dance.reference").set_value("disco").run()
        assert not page.exception and _plan(page) is None and _address(page)["dance.reference"] == "disco"
        assert [it.proto.text for it in page.get("progress")] == ["Drawing the dance: Disco"]
    _choose(page, "disco")
    assert not page.get("progress") and _plan(page).teacher.reference.name == "disco"
    assert _buttons(page)[0] == "Save this dance"


def test_a_dance_that_could_not_be_drawn_is_drawn_in_the_next_run(page, monkeypatch):
    results = [OSError("no memory"), Teacher(_reference("disco"))]
    monkeypatch.setattr(library, "drawn", Mock(side_effect=results))
    assert "no memory" in _choose(page, "disco").error[0].value
    assert not _choose(page, "disco").error and _plan(page).teacher.reference.name == "disco"


def test_options_are_settings_of_the_stream(page):
    _choose(page, "disco")
    page.segmented_control(key="dance.layout").set_value("ghost")
    page.slider(key="dance.speed").set_value(0.7)
    page.slider(key="dance.count_in").set_value(5)
    page.toggle(key="dance.mirror").set_value(False)
    page.toggle(key="dance.loop").set_value(True).run()
    options = _plan(page).options
    assert (options.layout, options.speed, options.count_in, options.mirror, options.loop) == (
        *("ghost", 0.7, 5, False, True),
    )
    assert _address(page)["dance.speed"] == "0.7" and _address(page)["dance.layout"] == "ghost"


def test_the_passage_ends_with_the_dance_and_another_dance_begins_with_all_of_it(page):
    _choose(page, "disco")
    slider = page.slider(key="dance-passage")
    assert (slider.min, slider.max, slider.value) == (0, 10, (0, 10))
    slider.set_value((2.0, 6.5)).run()
    assert (_plan(page).schedule.start, _plan(page).schedule.end) == (2, 6.5)
    assert _address(page)["dance.start"] == "2" and _address(page)["dance.end"] == "6.5"
    assert _buttons(page)[0] == "Save this passage"
    page.slider(key="dance-passage").set_value((2.0, 10.0)).run()
    assert "dance.end" not in _address(page) and _plan(page).options.start == 2
    _choose(page, "jumps")
    assert "dance.start" not in _address(page) and page.slider(key="dance-passage").value == (0, 10)


def test_the_dancer_can_be_chosen_of_a_dance_for_two_only(page):
    _choose(page, "duet")
    assert page.slider(key="dance.dancer").max == 2
    page.slider(key="dance.dancer").set_value(2).run()
    assert _plan(page).followed == 1
    _choose(page, "disco")
    assert not [it for it in page.slider if it.key == "dance.dancer"] and _plan(page).followed == 0


def test_a_link_to_a_passage_and_to_a_dancer_that_is_not_there():
    needs("movenet-lightning")
    page = AppTest.from_file(APP, default_timeout=60)
    page.query_params.update({"dance.reference": "own", "dance.start": "4", "dance.end": "8", "dance.dancer": "5"})
    page.run()
    _upload(page, "us.json", _reference("Us", dancers=2).to_json().encode())
    assert page.slider(key="dance-passage").value == (4, 8) and page.slider(key="dance.dancer").value == 2
    assert _plan(page).schedule.start == 4


def test_a_dance_of_ones_own_is_missing_until_it_is_read(page):
    page.segmented_control(key="source").set_value("Sample dancer").run()
    _choose(page, "own")
    (text,) = [it.value for it in page.info]
    assert text.startswith("There is no dance of yours yet.") and _plan(page) is None
    _own(page)
    assert not page.info and _plan(page).teacher.reference.name == "Mine"
    assert [it.value for it in page.caption if it.value == "Dance in use: Mine"]
    assert _session(page).teacher_job.value is None


class _Files:
    """What a download button was given."""

    def __init__(self, monkeypatch) -> None:
        self.data = None
        monkeypatch.setattr(panel.st, "download_button", lambda label, data, *args, **options: self._keep(label, data))

    def _keep(self, label: str, data: object) -> None:
        self.data = data if label.startswith("Save this passage") else self.data

    @property
    def made(self) -> str:
        return self.data() if callable(self.data) else self.data


@pytest.mark.parametrize("small_frames", [1800, 20])
def test_a_saved_passage_is_a_dance_again_and_a_large_one_is_made_on_click(page, monkeypatch, small_frames):
    monkeypatch.setattr(panel, "_SMALL_FRAMES", small_frames)
    files = _Files(monkeypatch)
    _own(page)
    page.slider(key="dance-passage").set_value((3.0, 7.0)).run()
    assert callable(files.data) == (small_frames == 20)  # it has 21 frames
    _upload(page, "passage.json", files.made.encode())
    assert _plan(page).schedule.start == 3 and _plan(page).schedule.end == 7
    assert page.slider(key="dance-passage").value == (3, 7) and "dance.start" not in _address(page)


def test_a_bad_file_is_told_and_the_dance_before_remains(page):
    _own(page)
    before = _plan(page).teacher
    _upload(page, "notes.json", b"{}")
    (text,) = [it.value for it in page.error]
    assert "expected also format" in text and _plan(page).teacher is before
    _upload(page, "big.json", b"{" + bytes(25_000_000))
    assert "at most 25 MB" in page.error[0].value and _plan(page).teacher is before
    page.run()
    assert "at most 25 MB" in page.error[0].value


def test_what_may_surprise_in_a_dance_is_told(page):
    frames = [
        {
            "frame": index,
            "timestamp": index / 10,
            "persons": [
                {"person": number, "keypoints": {"nose": [100 * number, 50, 0.9], "left_hip": [100 * number, 99, 0.9]}}
                for number in (1, 2)
            ],
        }
        for index in range(20)
    ]
    data = {"format": "pose_demo.keypoints/1", "width": 640, "height": 480, "frames": frames}
    _upload(_choose(page, "own"), "us.json", json.dumps(data).encode())
    assert [it.value for it in page.caption if "us.json: 2 persons dance" in it.value]


def test_reading_can_be_cancelled_and_ends_with_the_session(page, monkeypatch):
    monkeypatch.setattr("pose_demo.offline.dance.teacher_job.temporary_folder", folders := _Folders())
    _choose(page, "own")
    with panel.teacher_job._reading:
        page.file_uploader(key="teacher-file").set_value(("a.json", b"{}", "application/json")).run()
        first = _session(page).teacher_job.value
        assert page.get("progress") and folders.exist == [True]
        page.button(key="teacher-cancel").click().run()
        assert _session(page).teacher_job.value is None and folders.exist == [False]
        page.run()
        assert not page.exception and not page.error and not page.get("progress")  # the file is not read again
        page.file_uploader(key="teacher-file").set_value(("b.json", b"{}", "application/json")).run()
        second = _session(page).teacher_job.value
        _session(page).close()
        assert folders.exist == [False, False]
        for job in (first, second):
            job._thread.join(30)
            assert not job.running


class _Folders:
    def __init__(self) -> None:
        from pose_demo.io.temporary import temporary_folder

        self._make, self._made = temporary_folder, []

    def __call__(self, purpose: str):
        self._made.append(self._make(purpose))
        return self._made[-1]

    @property
    def exist(self) -> list[bool]:
        return [Path(folder.name).exists() for folder in self._made]


def test_the_last_recording_becomes_the_dance(page):
    page.segmented_control(key="source").set_value("Sample dancer").run()
    _choose(page, "own")
    (button,) = [it for it in page.button if it.label == "Use my last recording"]
    assert button.disabled
    recorder = Recorder(10)
    for index in range(12):
        poses, frame = sample.ground_truth(index), Frame(np.zeros((48, 64, 3), np.uint8), index / 10)
        poses = tuple(replace(pose, xy=pose.xy / 10, track_id=1) for pose in poses)
        result = Result(image=frame.image, estimate=Estimate(), timestamp=frame.timestamp, stage_ms={}, model="")
        while recorder._queue.full():
            pass
        recorder.add(replace(result, source=frame, raw_poses=poses))
    _session(page).recordings.start(recorder)
    recorder.finish()
    page.run()
    (button,) = [it for it in page.button if it.label == "Use my last recording"]
    button.click().run()
    if job := _session(page).teacher_job.value:
        job._thread.join(30)
        page.run()
    assert not page.exception and not page.error
    assert _plan(page).teacher.reference.name == "My recording" and _plan(page).teacher.pictures
