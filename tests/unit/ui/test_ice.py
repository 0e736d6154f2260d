"""The page's address, and the values of the host."""

from __future__ import annotations

import pytest

from pose_demo.ui.webrtc import ice


@pytest.mark.parametrize(
    ("url", "loopback", "camera"),
    [
        ("http://localhost:8501/", True, True),
        ("http://127.0.0.1:8501", True, True),
        ("http://[::1]:8501", True, True),
        ("https://example.org", False, True),
        ("http://192.168.0.7:8501", False, False),
        ("http://localhost.example.org", False, False),
        (None, False, False),
    ],
)
def test_where_browsers_allow_the_camera(url, loopback, camera):
    assert (ice.is_loopback(url), ice.may_use_camera(url)) == (loopback, camera)


def test_the_environment_comes_before_the_secrets(monkeypatch):
    monkeypatch.setattr(ice.st, "secrets", {"TURN_URLS": "turn:secrets", "TURN_SECRET": "hush", "OTHER": "x"})
    monkeypatch.setenv("TURN_URLS", " turn:environment\n")
    monkeypatch.setenv("POSE_DEMO_STUN", "")
    assert ice._values() == {"TURN_URLS": "turn:environment", "TURN_SECRET": "hush", "POSE_DEMO_STUN": ""}


def test_no_secrets_file_is_needed(monkeypatch):
    monkeypatch.delenv("TURN_URLS", raising=False)
    assert "TURN_URLS" not in ice._values()
