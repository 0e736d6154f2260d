"""When the video of the webcam has sound."""

from types import SimpleNamespace

import pytest

from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.ui.sources import webcam


@pytest.mark.parametrize(
    ("settings", "calibration", "is_kiosk", "audible"),
    [
        ({}, False, False, False),
        ({"dance.reference": "disco"}, False, False, True),
        ({"dance.reference": "disco", "dance.sound": False}, False, False, False),
        ({}, True, False, True),
        ({"dance.reference": "disco"}, True, True, False),
    ],
)
def test_a_dance_has_sound_but_not_where_nobody_presses_a_button(monkeypatch, settings, calibration, is_kiosk, audible):
    monkeypatch.setattr(webcam.share, "is_kiosk", lambda: is_kiosk)
    session = SimpleNamespace(uploads=SimpleNamespace(current=Uploads(calibration=calibration)))
    assert webcam._is_audible(session, Settings.from_dict(settings)) is audible
