"""The state of a stream in a few words."""

from __future__ import annotations

import pytest
from fakes import result_of
from known_poses import standing

from pose_demo.live.status import StreamStatus
from pose_demo.settings import Settings
from pose_demo.ui.panels.status import headline

LOWERED = ("network input at 50 % of its size",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("green", "smooth · 16 fps · no delay")),
        ({"latency_ms": 140.0}, ("green", "smooth · 16 fps · 0.1 s behind")),
        ({"latency_ms": 300.0}, ("orange", "delayed · 16 fps · 0.3 s behind")),
        ({"lowered": LOWERED}, ("green", "simplified · 16 fps · no delay")),
        ({"fps": 5.0}, ("orange", "slow · 5 fps · no delay")),
        ({"fps": 4.0, "overloaded": True}, ("red", "too slow · 4 fps · no delay")),
        ({"idle_s": 4.2}, ("red", "no frame for 4 s")),
        ({"result": None}, ("gray", "waiting for the camera")),
        ({"result": None, "received": 9}, ("gray", "no frame is processed")),
    ],
)
def test_the_headline_says_how_the_stream_is(given, expected):
    usual = {"frames": 9, "fps": 16.0, "latency_ms": 20.0, "result": result_of(standing()), "idle_s": 0.0, "error": ""}
    assert headline(StreamStatus(**{**usual, **given}), Settings()) == expected
