"""The objects of a session, and when they are closed."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import Mock

import av
import numpy as np
import pytest
from dance_streams import BEGAN, COUNT_IN, DISCO, SIZE, pose, steady
from dance_streams import plan as dance_plan
from fakes import FakeEstimator, plan_of
from streamlit.testing.v1 import AppTest

from pose_demo.dance import live_measurement
from pose_demo.dance.takes import STOPPED_EARLY
from pose_demo.io.recorder import Recorder
from pose_demo.io.seek import SeekableSample
from pose_demo.live import prometheus
from pose_demo.live.capacity import shared_seats
from pose_demo.live.stream import LiveStream
from pose_demo.offline.job import VideoJob
from pose_demo.offline.workbench import Workbench
from pose_demo.plan import Uploads
from pose_demo.sample import Performance
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame, InputError
from pose_demo.ui import session as sessions
from pose_demo.ui.holders import ClosingHolder, StillPlan
from pose_demo.ui.panels import dance, toolbar
from pose_demo.ui.session import Session
from pose_demo.ui.upload_store import UploadStore
from pose_demo.ui.webrtc.attempt import ConnectionAttempt
from pose_demo.ui.webrtc.peer import PeerState


def _full_session() -> tuple[Session, FakeEstimator, FakeEstimator]:
    session, live, still = Session(), FakeEstimator(), FakeEstimator()
    session.stream.set_plan(plan_of(live))
    session.still.set_plan(plan_of(still))
    session.recordings.start(Recorder(limit=60))
    session.jobs.start(VideoJob("sample", "sample", Settings()))
    session.workbench.replace(Workbench(SeekableSample()))
    return session, live, still


def test_closing_a_session_closes_everything():
    session, live, still = _full_session()
    folders = session.recordings.recorder.video.parent, session.jobs.current.video.parent
    session.close()
    assert (live.closes, still.closes) == (1, 1) and session.workbench.value is None
    assert not any(folder.exists() for folder in folders)
    assert session.closed
    assert session.hints.poll(lambda: None) is None and session.hints._thread is None


def test_a_take_is_over_with_its_stream():
    session = Session()
    for end_stream in (
        session.begin_stream,
        session.end_stream,
        lambda: session.set_source(f"another {session.takes.number}"),
    ):
        dance.begin_take(session)
        assert session.uploads.current.take == session.takes.number and session.takes.is_running
        end_stream()
        assert session.uploads.current.take == 0 and not session.takes.is_running
    dance.begin_take(session)
    dance.end_take(session)
    assert (session.uploads.current.take, session.takes.number, session.takes.is_running) == (0, 4, False)


@pytest.mark.parametrize(("seconds", "is_kept"), [(5.0, True), (2.5, False)])
def test_what_was_danced_until_the_camera_was_turned_off_is_kept_if_it_is_enough(seconds, is_kept, monkeypatch):
    monkeypatch.setattr(live_measurement, "INTERVAL", float("inf"))  # they have their own tests
    session, estimator = Session(), FakeEstimator()
    dance.begin_take(session)
    session.stream.set_plan(replace(plan_of(estimator), dance=dance_plan(take=1)))
    for timestamp in steady(10, COUNT_IN + seconds):
        time = float(timestamp) - BEGAN - COUNT_IN
        estimator.result = Estimate((pose(Performance(choreography=DISCO, delay=0.15), time),))
        session.stream.process_frame(Frame(np.zeros((SIZE[1], SIZE[0], 3), np.uint8), float(timestamp)))
    session.end_stream()
    assert not session.takes.is_running and session.takes.note == ("" if is_kept else STOPPED_EARLY)
    ends = [take.finished.end for take in session.takes.kept]
    assert ends == ([pytest.approx(seconds - 0.1)] if is_kept else [])
    session.end_stream()
    assert len(session.takes.kept) == is_kept
    for take in session.takes.kept:
        assert take.comparison.timing_ms == pytest.approx(150, abs=15) and take.pictures


def test_nothing_is_compared_when_a_session_closes():
    session = Session()
    session.attempt.start()
    session.stream.end_take = Mock()
    session.close()
    session.stream.end_take.assert_not_called()


def test_the_toolbar_has_a_button_for_a_dance_with_a_teacher():
    session = Session()

    def dancing(reference):
        return toolbar.toolbar(session, Settings.from_dict({"dance.reference": reference})).dancing

    assert [dancing(name) for name in ("none", "own", "disco")] == [None, None, False]
    toolbar.actions(session, Settings())["dance"]("start")
    assert dancing("disco") is True
    toolbar.actions(session, Settings())["dance"]("stop")
    session.uploads.current = Uploads(teacher=Mock())
    assert dancing("own") is False


def test_everything_else_is_closed_when_one_part_fails(monkeypatch):
    session, live, still = _full_session()
    monkeypatch.setattr(live, "close", lambda: 1 / 0)
    with contextlib.suppress(ZeroDivisionError):
        session.close()
    assert still.closes == 1 and session.recordings.recorder is None and session.jobs.current is None


class Page:
    """The page of a session: its websocket, its camera, and the clock."""

    def __init__(self, monkeypatch):
        self.connected, self.now, self.silent_s = True, 1000.0, 0.0
        self.forget = Mock()
        self.session = Session(lambda: self.connected, lambda: self.now, self.forget)
        monkeypatch.setattr(LiveStream, "silent_s", property(lambda _: self.silent_s))
        state = SimpleNamespace(playing=True, signalling=False)
        self.context = SimpleNamespace(_worker_creation_lock=threading.Lock(), state=state)
        self.stopped = []
        monkeypatch.setattr("pose_demo.ui.webrtc.camera._reset_context", self.stopped.append)
        self.start()

    def start(self):
        """Turn the camera on."""
        self.session.camera.attach(self.context)
        self.session.attempt.start()

    def wait(self, seconds):
        """Let time pass, with the calls of the thread that watches the sessions."""
        for _ in range(round(seconds)):
            self.now += 1
            if not self.session.closed:
                self.session.release()

    @property
    def camera_is_on(self):
        return self.session.attempt.started_at is not None and not self.stopped


@pytest.fixture
def page(monkeypatch):
    page = Page(monkeypatch)
    yield page
    page.session.close()


def test_nothing_is_released_while_the_page_is_connected(page):
    page.silent_s = 500
    page.wait(500)
    assert page.camera_is_on and not page.session.closed


def test_a_camera_that_sends_survives_a_lost_websocket_of_almost_two_minutes(page):
    for _ in range(3):
        page.connected = False
        page.wait(110)
        page.connected = True
        page.wait(5)
    assert page.camera_is_on and not page.session.closed and not page.session.attempt.stopped_because


@pytest.mark.parametrize("silent_s", [None, 5.0])
def test_the_camera_of_a_closed_tab_is_released_within_half_a_minute_and_the_rest_later(page, silent_s):
    page.connected, page.silent_s = False, silent_s
    page.wait(14)
    assert page.camera_is_on
    page.wait(6)
    assert page.stopped == [page.context] and not page.session.closed
    assert "its camera sent nothing" in page.session.attempt.stopped_because
    assert not page.forget.called
    page.wait(100)
    assert page.session.closed and page.forget.call_count == 1


def test_a_page_that_was_away_for_too_long_is_closed_with_its_camera_and_told_why(page):
    page.connected = False
    page.wait(140)
    assert page.session.closed and page.stopped == [page.context]
    assert "about two minutes" in page.session.attempt.stopped_because


def test_the_models_of_a_page_that_is_gone_are_closed_before_the_rest(page):
    live, still = FakeEstimator(), FakeEstimator()
    page.session.stream.set_plan(plan_of(live))
    page.session.still.set_plan(plan_of(still))
    page.connected, page.silent_s = False, None
    page.wait(14)
    assert not live.closes and not page.session.models_released
    page.wait(2)
    assert live.closes == still.closes == 1 and page.session.models_released and not page.session.closed


def test_the_models_of_a_camera_that_sends_are_kept(page):
    page.session.stream.set_plan(plan_of(live := FakeEstimator()))
    page.connected = False
    page.wait(100)
    assert not live.closes and not page.session.models_released


def test_a_page_without_a_camera_is_told_nothing(page):
    page.session.stop_camera()
    page.connected = False
    page.wait(140)
    assert page.session.closed and not page.session.attempt.stopped_because


def test_start_forgets_why_the_last_connection_was_ended(page):
    page.session.stop_camera("gone")
    assert page.session.attempt.stopped_because == "gone"
    page.start()
    assert not page.session.attempt.stopped_because


def test_another_source_ends_the_connection_and_blames_nobody(page):
    page.session.set_source("Webcam")
    page.stopped.clear()
    page.start()
    key = page.session.camera.key
    page.session.attempt.started_at -= 60
    page.session.set_source("Webcam")
    assert page.camera_is_on and page.session.camera.key == key
    page.session.set_source("Photo")
    assert page.stopped == [page.context] and page.session.camera.key != key
    assert not page.session.attempt.failed and page.session.attempt.started_at is None


def test_a_closed_session_keeps_no_image(page):
    session = page.session
    session.stream.set_plan(plan_of(FakeEstimator()))
    session.stream.callback(av.VideoFrame.from_ndarray(np.full((48, 64, 3), 200, np.uint8), format="rgb24"))
    session.uploads.current, session.recordings.snapshot = Uploads(background=np.zeros((9, 9, 3), np.uint8)), b"png"
    session.score_card.png = b"png"
    buffer = session.stream.buffer
    assert session.stream.status().result and buffer.bytes
    session.close()
    assert session.stream.status().result is None and not session.stream.buffer.bytes
    assert session.uploads.current.background is None and not session.recordings.snapshot
    assert not session.score_card.png


def test_frames_that_come_after_the_session_was_closed_are_hidden(page):
    page.session.close()
    frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 200, np.uint8), format="rgb24")
    assert page.session.stream.callback(frame).to_ndarray(format="rgb24").max() < 60


def test_another_source_ends_the_recording_and_the_countdown():
    session = Session()
    session.set_source("Webcam")
    session.recordings.start(Recorder(limit=60))
    session.uploads.capture_at = 1.0
    session.set_source("Webcam")
    assert session.recordings.recorder.running and session.uploads.capture_at
    session.set_source("Sample dancer")
    assert not session.recordings.recorder.running and session.uploads.capture_at is None
    session.close()


def test_the_recorder_receives_frames_until_it_is_stopped():
    session = Session()
    recorder = Recorder(limit=60)
    session.recordings.start(recorder)
    assert session.stream.recorder is recorder
    session.recordings.stop()
    assert session.stream.recorder is None and session.recordings.recorder is recorder and not recorder.running
    session.close()


def test_a_slot_closes_the_object_that_is_replaced():
    first, second = FakeEstimator(), FakeEstimator()
    holder: ClosingHolder[FakeEstimator] = ClosingHolder()
    holder.replace(first)
    holder.replace(second)
    assert (first.closes, second.closes, holder.value) == (1, 0, second)
    holder.close()
    assert (first.closes, second.closes, holder.value) == (1, 1, None)


def test_still_images_keep_the_model_that_both_plans_use():
    kept, other, still = FakeEstimator(), FakeEstimator(), StillPlan()
    still.set_plan(plan_of(kept))
    still.set_plan(plan_of(kept, confidence=0.7))
    assert kept.closes == 0
    still.set_plan(plan_of(other))
    assert (kept.closes, other.closes) == (1, 0)


@pytest.mark.parametrize(("seconds", "frames", "failed"), [(5, 0, True), (5, 3, False), (1, 0, False)])
def test_a_connection_that_ends_late_without_a_frame_has_failed(monkeypatch, seconds, frames, failed):
    now = [100.0]
    monkeypatch.setattr(sessions.time, "monotonic", lambda: now[0])
    attempt = ConnectionAttempt()
    attempt.start()
    now[0] += seconds
    attempt.end(frames)
    assert attempt.failed == failed and attempt.started_at is None and attempt.elapsed_s == 0


def test_the_state_of_ice_is_kept_until_the_next_start():
    attempt, state = ConnectionAttempt(), PeerState("checking", frozenset({"host"}), frozenset())
    attempt.start()
    attempt.observe(state)
    attempt.observe(None)  # the connection has ended
    attempt.check.result = ()
    assert attempt.peer is state
    attempt.start()
    assert attempt.peer is None and attempt.check.result is None


def test_an_upload_is_read_once_and_its_problem_is_kept():
    store, reads = UploadStore(), []

    def read() -> None:
        reads.append(1)
        raise InputError("damaged")

    assert [store.read_once("background", "file 1", read) for _ in range(2)] == ["damaged", "damaged"]
    assert store.read_once("background", "file 2", lambda: None) == "" and reads == [1]


def test_a_removed_image_can_be_uploaded_again():
    store, reads = UploadStore(Uploads(images={"glasses": None, "hat": None})), []
    store.read_once("glasses", "file", lambda: reads.append(1))
    store.remove_image("glasses")
    assert list(store.current.images) == ["hat"]
    store.read_once("glasses", "file", lambda: reads.append(2))
    assert reads == [1, 2]


def test_closing_a_session_gives_its_seat_back():
    session, taken = Session(), shared_seats().taken
    assert session.seat.admit(True).may_play and shared_seats().taken == taken + 1
    session.close()
    assert shared_seats().taken == taken


def test_closing_a_session_closes_both_models_of_a_comparison():
    session, other = Session(), FakeEstimator()
    session.comparison.start(Settings())
    session.comparison._b.set_plan(plan_of(other))
    session.close()
    assert other.closes == 1 and session.stream.companion is None


def test_a_stream_has_one_line_at_its_start_and_one_at_its_end(caplog):
    caplog.set_level("INFO", "pose_demo.ui.session")
    session = Session()
    session.begin_stream()
    session.stream.set_plan(plan_of(FakeEstimator(), model="movenet-thunder"))
    for _ in range(3):
        session.stream.callback(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24"))
    session.end_stream()
    session.begin_stream()
    session.stop_camera("The page was away. Turn it on.")
    session.close()
    lines = [record.getMessage().removeprefix(f"session {session.number}: ") for record in caplog.records]
    starts = [line.split(";")[0] for line in lines]
    assert starts[0] == starts[2] == "stream started"
    assert starts[1] == "stream ended after 0 s: stopped" and "3 frames received, 3 processed" in lines[1]
    assert lines[1].endswith("movenet-thunder")
    assert starts[3] == "stream ended after 0 s: The page was away" and starts[4] == "closed after 0 s"


def test_what_follows_a_stream_that_the_server_ends_is_not_recorded():
    session = Session()
    session.begin_stream()
    session.recordings.start(recorder := Recorder(limit=60))
    session.stop_camera("The connection was lost.")
    assert session.stream.status().received == 0 and not recorder.running
    session.close()


def test_a_file_that_cannot_be_used_is_counted():
    counted = prometheus.registry.get_sample_value
    before = counted("pose_demo_refusals_total", {"reason": "file"}) or 0
    UploadStore().read_once("reference", 1, Mock(side_effect=InputError("it is not a photo")))
    assert counted("pose_demo_refusals_total", {"reason": "file"}) == before + 1


def _page_that_is_back():
    import streamlit as st

    from pose_demo.ui.panels import status
    from pose_demo.ui.session import Session

    session = st.session_state.setdefault("tab", Session())
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    session.models_released = st.session_state["runs"] == 1
    status.panel(session)


def test_a_page_that_is_back_is_drawn_again_to_load_its_models():
    page = AppTest.from_function(_page_that_is_back).run()
    assert not page.exception and page.session_state["runs"] == 2
