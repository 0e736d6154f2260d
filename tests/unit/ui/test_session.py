"""What a visitor owns on the server, and when it is given back."""

from __future__ import annotations

import contextlib
import time

from fakes import Scripted, plan_of

from pose_demo.io.recorder import Recording
from pose_demo.offline.job import VideoJob
from pose_demo.settings import Settings
from pose_demo.ui import session as sessions
from pose_demo.ui.session import Session


def _full_session() -> tuple[Session, Scripted, Scripted]:
    session, live, still = Session(), Scripted(), Scripted()
    session.live.use(plan_of(live))
    session.use_still(plan_of(still))
    session.record(Recording(limit=60))
    session.replace_job(VideoJob("sample", "the dancer", Settings()))
    return session, live, still


def test_closed_it_gives_everything_back():
    session, live, still = _full_session()
    folders = session.recording.video.parent, session.job.video.parent
    session.close()
    assert (live.closes, still.closes) == (1, 1)
    assert not any(folder.exists() for folder in folders)
    assert session.closed


def test_one_part_that_fails_does_not_keep_the_others(monkeypatch):
    session, live, still = _full_session()
    monkeypatch.setattr(live, "close", lambda: 1 / 0)
    with contextlib.suppress(ZeroDivisionError):
        session.close()
    assert still.closes == 1 and session.recording is None and session.job is None


def test_a_short_loss_of_the_connection_closes_nothing_and_a_long_one_does(monkeypatch):
    monkeypatch.setattr(sessions, "_GRACE", 0.2)
    session, live, _ = _full_session()
    session.leave()
    session.stay()
    time.sleep(0.4)
    assert not session.closed and live.closes == 0
    session.leave()
    end = time.monotonic() + 10
    while not session.closed and time.monotonic() < end:
        time.sleep(0.05)
    assert session.closed


def test_another_source_is_another_stream():
    session = Session()
    session.comes_from("Webcam")
    session.record(Recording(limit=60))
    session.comes_from("Webcam")
    assert session.recording.running
    session.comes_from("Sample dancer")
    assert not session.recording.running
    session.close()
