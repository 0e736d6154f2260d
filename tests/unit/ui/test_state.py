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
