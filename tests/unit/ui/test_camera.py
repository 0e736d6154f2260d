"""The connection of a page's camera: it ends at any time, and what follows begins anew."""

from __future__ import annotations

import threading
import time
import weakref
from types import SimpleNamespace

import pytest
from streamlit_webrtc.component import WebRtcStreamerContext, WebRtcStreamerState

from pose_demo.ui.webrtc.camera import Camera


class FakeWorker:
    """A connection in some state."""

    def __init__(self, state="connected"):
        self.pc, self.stops = SimpleNamespace(connectionState=state), 0

    def stop(self):
        self.stops += 1


def started(worker=None, playing=True):
    context = WebRtcStreamerContext(worker, WebRtcStreamerState(playing=playing, signalling=False))
    context._sdp_answer_json, context._is_sdp_answer_sent = "answer", True
    return context


def test_a_stopped_connection_is_ended_and_the_next_widget_knows_nothing_of_it():
    camera, worker = Camera(), FakeWorker()
    context, key = started(worker), camera.key
    camera.attach(context)
    camera.stop()
    camera.stop()
    assert worker.stops == 1 and camera.key != key
    assert not context.state.playing and context._sdp_answer_json is None and context._get_worker() is None


def test_a_camera_is_on_from_the_click_until_the_connection_has_ended():
    camera = Camera()
    camera.attach(started(playing=False))
    assert not camera.is_on
    camera.turn_on(7)
    assert camera.is_on and camera.request == 7 and not camera.is_connected
    camera.attach(started())
    camera.turn_off()
    assert camera.is_on and not camera.has_ended  # the browser still sends
    camera.attach(started(playing=False))
    assert not camera.is_on


def test_a_connection_that_the_browser_ends_is_told_from_one_that_is_being_made():
    camera = Camera()
    camera.turn_on(1)
    camera.attach(started(playing=False))
    assert not camera.has_ended
    camera.attach(started())
    camera.attach(started(playing=False))
    assert camera.has_ended
    camera.turn_on(2)
    assert not camera.has_ended
    camera.stop()
    assert not camera.is_on and not camera.wanted


def test_pages_have_different_keys():
    assert len({Camera().key for _ in range(100)}) == 100


def test_a_connection_that_is_being_made_is_ended_as_well():
    camera, worker, context = Camera(), FakeWorker(), started()
    camera.attach(context)
    with context._worker_creation_lock:
        stopping = threading.Thread(target=camera.stop)
        stopping.start()
        time.sleep(0.05)  # it waits for the lock
        context._set_worker(worker)
    stopping.join(5)
    assert worker.stops == 1


@pytest.mark.parametrize(("state", "lost"), [("new", False), ("connected", False), ("closed", True), ("failed", True)])
def test_a_connection_is_lost_when_it_has_ended_on_the_server_only(state, lost):
    camera, worker = Camera(), FakeWorker(state)
    assert not camera.is_lost
    camera.attach(started(worker))
    assert camera.is_lost == lost
    camera.attach(started(worker, playing=False))
    assert not camera.is_lost


def test_a_connection_is_lost_when_its_worker_is_gone():
    camera, worker = Camera(), FakeWorker()
    camera.attach(started(worker))
    gone = weakref.ref(worker)
    del worker
    assert gone() is None and camera.is_lost
