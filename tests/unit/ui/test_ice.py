"""The page's address, and the values of the host."""

from __future__ import annotations

import pytest
from streamlit_webrtc import component

from pose_demo.live.turn.check import RelayCheck
from pose_demo.live.turn.configuration import IceServers
from pose_demo.live.turn.servers import IceServer, parse_url
from pose_demo.ui.webrtc import ice, stream


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


def test_no_secrets_file_is_needed(monkeypatch):
    monkeypatch.delenv("TURN_URLS", raising=False)
    assert "TURN_URLS" not in ice._values()


def test_the_server_uses_a_relay_that_works(monkeypatch):
    servers = IceServers((IceServer(("turn:a", "turn:b"), "u", "p"),))
    monkeypatch.setattr(ice, "latest", lambda: servers)
    found = ice.server_configuration((RelayCheck(parse_url("turn:b"), "works"),))
    assert found == {"iceServers": [{"urls": ["turn:b", "turn:a"], "username": "u", "credential": "p"}]}


def test_streamlit_webrtc_does_not_keep_credentials():
    configuration = {"iceServers": [{"urls": ["turn:a"], "username": "u", "credential": "p"}]}
    assert stream and component.enhance_frontend_rtc_configuration(configuration) is configuration
