"""The objects of a session, and when they are closed."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

import pytest
from fakes import FakeEstimator, plan_of

from pose_demo.io.recorder import Recorder
from pose_demo.io.seek import SeekableSample
from pose_demo.offline.job import VideoJob
from pose_demo.offline.workbench import Workbench
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui import session as sessions
from pose_demo.ui.session import ClosingHolder, ConnectionAttempt, Session, StillPlan, UploadStore
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


def test_everything_else_is_closed_when_one_part_fails(monkeypatch):
    session, live, still = _full_session()
    monkeypatch.setattr(live, "close", lambda: 1 / 0)
    with contextlib.suppress(ZeroDivisionError):
        session.close()
    assert still.closes == 1 and session.recordings.recorder is None and session.jobs.current is None


def test_a_session_survives_a_short_loss_of_the_connection_only(monkeypatch):
    monkeypatch.setattr(sessions, "_RELEASE_DELAY_S", 0.2)
    session, live, _ = _full_session()
    session.schedule_release()
    session.cancel_release()
    time.sleep(0.4)
    assert not session.closed and live.closes == 0
    session.schedule_release()
    end = time.monotonic() + 10
    while not session.closed and time.monotonic() < end:
        time.sleep(0.05)
    assert session.closed


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


def test_still_images_keep_the_models_that_both_plans_use():
    kept, dropped, still = FakeEstimator(), FakeEstimator(), StillPlan()
    first = plan_of(kept)
    still.set_plan(replace(first, mask=plan_of(dropped).pose))
    still.set_plan(first)
    assert (kept.closes, dropped.closes) == (0, 1)


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


def test_closing_a_session_closes_both_models_of_a_comparison():
    session, other = Session(), FakeEstimator()
    session.comparison.start(Settings())
    session.comparison._b.set_plan(plan_of(other))
    session.close()
    assert other.closes == 1 and session.stream.companion is None
