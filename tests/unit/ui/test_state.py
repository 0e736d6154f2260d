"""The settings in the session state."""

from types import SimpleNamespace

import pytest

from pose_demo.ui import state


@pytest.fixture
def entries(monkeypatch):
    entries = {}
    monkeypatch.setattr(state, "st", SimpleNamespace(session_state=entries))
    state.initialize()
    return entries


@pytest.mark.parametrize(
    ("key", "chosen", "label"),
    [
        ("detector", "movenet-multipose", "Auto: everybody in photos, one person in video"),
        ("smooth.plot", "left_wrist", "Left wrist"),
        ("effects.trails.keypoints", ["left_wrist"], ["Left wrist", "nose"]),
    ],
)
def test_a_label_that_arrives_when_the_language_has_changed_is_no_value(entries, key, chosen, label):
    entries[key] = chosen
    state.initialize()
    entries[key] = label
    state.initialize()
    assert entries[key] == chosen
    state.current_settings()


def _full_run(entries, from_browser):
    entries.update(from_browser)
    state.begin_run()
    state.initialize()


def test_a_request_survives_a_run_with_the_old_value_that_interrupts_the_one_that_shows_it(entries):
    entries["source"] = "Webcam"
    state.request("source", "Photo")
    _full_run(entries, {})
    assert entries["source"] == "Photo"
    _full_run(entries, {"source": "Webcam"})
    assert entries["source"] == "Photo"
    state.end_run()
    _full_run(entries, {"source": "Webcam"})  # it was on the way when that run came to its end
    assert entries["source"] == "Photo"
    entries[state._SHOWN_AT] -= 2
    state.end_run()  # the visitor does other things meanwhile
    _full_run(entries, {"source": "Webcam"})
    assert entries["source"] == "Webcam"


def test_what_the_visitor_chooses_after_a_request_is_kept(entries):
    state.request("confidence", 0.5)
    _full_run(entries, {})
    _full_run(entries, {"confidence": 0.7})
    assert entries["confidence"] == 0.7
