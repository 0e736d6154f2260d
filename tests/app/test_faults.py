"""What the page says when the live stream fails, on a page whose camera is played by the test."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo.estimators import MODELS
from pose_demo.live.stream import LiveStream
from pose_demo.settings import Settings
from pose_demo.ui import session as sessions
from pose_demo.ui.webrtc import stream
from pose_demo.weights import WEIGHTS, MissingWeights, path

HIDING = {"effects": [{"name": "skeleton-only"}]}
APP = str(Path(__file__).parents[2] / "app.py")


class Webcam:
    """A page whose connection is established whenever the test says so."""

    def __init__(self, monkeypatch):
        self.started = False
        monkeypatch.setattr(stream, "stream", lambda *_, **options: stream.Connection(*3 * [self.started]))
        self.page = AppTest.from_file(APP, default_timeout=60).run()

    @property
    def session(self):
        return self.page.session_state["session"]

    def start(self):
        self.started = True
        self.page.run()

    def send(self, seconds_after_start=0.0):
        """Let the camera send a frame; returns the image that comes back."""
        frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), 200, np.uint8), format="rgb24")
        output = self.session.stream.callback(frame)
        self.session.attempt.started_at -= seconds_after_start
        self.page.run()
        return output.to_ndarray(format="rgb24")

    def texts(self):
        assert not self.page.exception
        elements = (*self.page.error, *self.page.warning, *self.page.info, *self.page.caption, *self.page.markdown)
        return " ".join(element.value for element in elements)


@pytest.fixture
def webcam(monkeypatch) -> Webcam:
    needs("movenet-lightning")
    return Webcam(monkeypatch)


def test_without_a_model_it_is_named_and_neither_camera_nor_firewall_is_blamed(monkeypatch, tmp_path):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    webcam = Webcam(monkeypatch)
    webcam.start()
    webcam.send(seconds_after_start=60)
    texts = webcam.texts()
    assert f"{MODELS[Settings().model].title} is not available" in texts and "administrator" in texts
    assert "no frame is processed" in texts and "firewall" not in texts and "camera sends" not in texts


def test_without_frames_the_page_explains_it_after_some_seconds(webcam):
    webcam.start()
    assert "camera sends no frames" not in webcam.texts()
    webcam.session.attempt.started_at -= 60
    webcam.page.run()
    assert "camera sends no frames" in webcam.texts()


@pytest.mark.parametrize("hides", [False, True])
def test_an_error_of_a_model_is_named_and_the_stream_recovers(webcam, monkeypatch, hides):
    webcam.page.pills(key="effects").set_value(["skeleton-only"] if hides else []).run()
    webcam.start()
    estimator = type(webcam.session.stream.plan.pose.estimator)
    with monkeypatch.context() as patch:
        patch.setattr(estimator, "estimate", lambda *_: 1 / 0)
        assert (np.median(webcam.send(60)) < 50) == hides
    texts = webcam.texts()
    assert "ZeroDivisionError" in texts and "firewall" not in texts
    assert ("Frames are hidden" in texts) == hides and ("shown unprocessed" in texts) != hides
    webcam.send()
    assert "ZeroDivisionError" not in webcam.texts() and webcam.session.stream.status().frames == 1


@pytest.mark.parametrize("hides", [False, True])
def test_a_model_that_cannot_be_loaded_is_named_and_the_page_goes_on(webcam, monkeypatch, hides):
    webcam.start()
    webcam.page.pills(key="effects").set_value(["skeleton-only"] if hides else []).run()

    def fail(*_):
        raise RuntimeError("no memory for /srv/models/net.tflite")

    monkeypatch.setattr("pose_demo.estimators.load", fail)
    needs("movenet-thunder")
    webcam.page.selectbox(key="model").set_value("movenet-thunder").run()
    assert "MoveNet Thunder could not be loaded** (RuntimeError: no memory for net.tflite)" in webcam.texts()
    assert "Frame rate" in webcam.texts()  # the rest of the page is there
    assert (np.median(webcam.send()) < 50) == hides


@pytest.mark.parametrize("hides", [False, True])
def test_a_side_of_a_comparison_whose_model_is_missing_hides_what_its_settings_hide(webcam, monkeypatch, hides):
    webcam.start()
    comparison = webcam.session.comparison
    comparison.start(Settings())
    webcam.page.run()

    def fail(settings):
        if settings.effects:
            raise MissingWeights(WEIGHTS["movenet-thunder"], "advice")

    monkeypatch.setattr("pose_demo.ui.models.fetch_missing", fail)
    monkeypatch.setattr("pose_demo.estimators.load", lambda *_: fail(Settings.from_dict(HIDING)))
    effects = HIDING if hides else {"effects": [{"name": "trails"}]}
    comparison.start(Settings.from_dict({"model": "movenet-thunder", **effects}))
    webcam.page.run()
    assert "MoveNet Thunder is not available" in webcam.texts()
    image = webcam.send()
    assert image[:, :140].mean() > 150 and (image[20:200, 180:].mean() < 60) == hides


def _page_of_a_stream():
    from pose_demo.settings import Settings
    from pose_demo.ui.models import request_stream
    from pose_demo.ui.session import current

    request_stream(current(), Settings(), live=True)


def test_a_model_file_that_is_damaged_while_the_stream_runs_is_named_and_the_stream_goes_on(monkeypatch, tmp_path):
    needs("movenet-lightning")
    file = tmp_path / WEIGHTS["movenet-lightning"].file
    file.write_bytes(path("movenet-lightning").read_bytes())
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    page = AppTest.from_function(_page_of_a_stream, default_timeout=60).run()
    assert not page.error
    file.write_bytes(b"damaged")
    page.run()
    assert not page.exception and "MoveNet Lightning is not available" in page.error[0].value
    stream = page.session_state["session"].stream
    stream.callback(av.VideoFrame.from_ndarray(np.full((240, 320, 3), 200, np.uint8), format="rgb24"))
    assert stream.status().frames == 1 and not stream.status().error


def test_another_source_and_back_starts_anew_and_blames_nobody(webcam):
    webcam.start()
    webcam.send(seconds_after_start=60)
    webcam.page.segmented_control(key="source").set_value("Photo").run()
    webcam.started = False
    webcam.page.segmented_control(key="source").set_value("Webcam").run()
    texts = webcam.texts()
    assert webcam.page.get("video") and "firewall" not in texts and "camera sends" not in texts


def test_a_connection_that_is_lost_on_the_server_is_announced(webcam, monkeypatch):
    webcam.start()
    webcam.send()
    monkeypatch.setattr("pose_demo.ui.webrtc.camera.Camera.is_lost", property(lambda _: webcam.started))
    monkeypatch.setattr("pose_demo.ui.webrtc.camera.Camera.stop", lambda _: setattr(webcam, "started", False))
    webcam.page.run()
    assert webcam.started  # the browser may have ended it, and its message be on the way
    monkeypatch.setattr(LiveStream, "silent_s", 4.0)
    webcam.page.run()
    assert not webcam.started and "connection to the camera was lost" in webcam.texts()


def test_a_session_that_was_closed_is_replaced_and_the_page_says_why(webcam):
    webcam.start()
    webcam.send()
    closed = webcam.session
    closed.close()
    webcam.started = False
    webcam.page.run()
    assert webcam.session is not closed and "disconnected for about two minutes" in webcam.texts()
    webcam.start()
    assert "disconnected" not in webcam.texts() and webcam.send().mean() > 100


@pytest.mark.parametrize(
    ("protocols", "old"), [(None, False), ("streamlit, token", False), ("streamlit, token, last-session", True)]
)
def test_a_page_that_the_server_does_not_know_any_more_is_told(webcam, monkeypatch, protocols, old):
    headers = {"Sec-Websocket-Protocol": protocols} if protocols else {}
    monkeypatch.setattr(sessions.st, "context", SimpleNamespace(headers=headers, url="http://localhost", locale="en"))
    del webcam.page.session_state["session"]
    webcam.page.run()
    assert ("server was restarted" in webcam.texts()) == old


def test_a_model_for_which_there_is_no_memory_is_refused_and_the_stream_goes_on(webcam, monkeypatch):
    needs("movenet-thunder")
    monkeypatch.setattr("pose_demo.live.memory.limit_mb", lambda: 100.0)
    webcam.start()
    webcam.page.selectbox(key="model").select("movenet-thunder").run()
    texts = webcam.texts()
    assert "MoveNet Thunder is not available" in texts and "too little memory" in texts
    assert webcam.session.stream.plan.settings.model == "movenet-lightning"
    assert webcam.send().max() > 0 and webcam.session.stream.status().frames == 1
    monkeypatch.setattr("pose_demo.live.memory.limit_mb", lambda: None)
    webcam.page.run()
    assert webcam.session.stream.plan.settings.model == "movenet-thunder" and "too little" not in webcam.texts()
