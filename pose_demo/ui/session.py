"""Server-side objects of one browser tab, closed when the tab is gone."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pose_demo.dance.takes import Takes
from pose_demo.explore.calibration.labels import LiveLabels
from pose_demo.explore.calibration.score_job import ScoreJob
from pose_demo.explore.footage.store import ClipPreview, FootageStore
from pose_demo.explore.jobs.job import ExploreJobs
from pose_demo.live import prometheus
from pose_demo.live.capacity import shared_seats
from pose_demo.live.comparison import LiveComparison
from pose_demo.live.delay import StreamDelay
from pose_demo.live.hint_thread import HintThread
from pose_demo.live.kiosk import Kiosk
from pose_demo.live.seat import Seat
from pose_demo.live.stream import LiveStream
from pose_demo.matching.held_advice import HeldAdvice
from pose_demo.messages import message
from pose_demo.offline.comparison import ComparisonJob
from pose_demo.offline.dance.teacher_job import TeacherJob
from pose_demo.offline.job import VideoJobs
from pose_demo.offline.workbench import Workbench
from pose_demo.ui.holders import ClosingHolder, Recordings, ScoreCardHolder, StillPlan
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.upload_store import UploadStore
from pose_demo.ui.watch import Watch
from pose_demo.ui.webrtc.attempt import ConnectionAttempt
from pose_demo.ui.webrtc.camera import Camera

log = logging.getLogger(__name__)

_numbers = itertools.count(1)

# Without the page. Streamlit keeps its state and its uploads for 120 s, but deletes them only when another page comes.
_RELEASE_DELAY_S = 115.0
_CAMERA_DELAY_S, _SILENT_S = 15.0, 5.0  # without the page, and without a frame from its camera
_AWAY = message("The page was disconnected for about two minutes, so the camera was turned off. Turn it on to go on.")
_LEFT = message("The camera was turned off when you chose another source.")
_SILENT = message("The page was disconnected and its camera sent nothing, so it was turned off. Turn it on to go on.")
_FORGOTTEN = message(
    "The page was disconnected for about two minutes, or the server was restarted: the camera is off, and what was "
    "uploaded or recorded is gone. Turn the camera on to go on."
)


class Session:
    """All server-side objects of one browser tab.

    Attributes:
        number: of the session in the log.
        started_at: time of the first script run on the monotonic clock.
        source: name of the source in the last script run.
        dialog: name of the dialog that the page shows; empty without one.
        closed: the session cannot be used any more.
        models_released: the models were closed meanwhile; a run of the whole page loads them again.
    """

    def __init__(
        self,
        is_connected: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        """Create a session.

        Args:
            is_connected: whether the page's websocket is open.
            clock: seconds, monotonic.
            forget: lets Streamlit delete the page's state and uploads.
        """
        self._forget = forget
        self.number = next(_numbers)
        self._is_connected, self._clock = is_connected, clock
        self._gone_at: float | None = None
        self.stream = LiveStream()
        self.seat = Seat(self.stream, shared_seats(), time.monotonic)
        self.comparison = LiveComparison(self.stream)
        self.camera = Camera()
        self.attempt = ConnectionAttempt()
        self.still = StillPlan()
        self.uploads = UploadStore()
        self.delay = StreamDelay()
        self.hints = HintThread()
        self.recordings = Recordings(self.stream)
        self.score_card = ScoreCardHolder()
        self.workbench: ClosingHolder[Workbench] = ClosingHolder()
        self.jobs = VideoJobs()
        self.teacher_job: ClosingHolder[TeacherJob] = ClosingHolder()
        self.comparison_job: ClosingHolder[ComparisonJob] = ClosingHolder()
        self.footage = FootageStore()
        self.explore = ExploreJobs()
        self.preview: ClosingHolder[ClipPreview] = ClosingHolder()
        self.scores: ClosingHolder[ScoreJob] = ClosingHolder()
        self.labels = LiveLabels()
        self.takes = Takes()
        self.advice = HeldAdvice()
        self.kiosk = Kiosk(len(PRESETS))
        self.started_at = time.monotonic()
        self.source = self.dialog = ""
        self.closed = self.models_released = False

    def set_words(self, words: Mapping[str, str]) -> None:
        """Write words in the image in the visitor's language (see `pose_demo.plan.Uploads`)."""
        self.stream.words = words
        if words != self.uploads.current.words:
            self.uploads.current = replace(self.uploads.current, words=words)

    def set_source(self, source: str) -> None:
        """Note the source of the frames; another source starts another stream, and ends the camera's connection."""
        if source != self.source:
            self.source, self.dialog, self.uploads.capture_at = source, "", None
            self.stop_camera(_LEFT, why="another source")
            self._restart_stream()
            self.seat.close()

    def show_dialog(self, dialog: str) -> None:
        """Let the page show this dialog, or none if it is empty; used as a callback."""
        self.dialog = dialog

    def begin_stream(self) -> None:
        """Note that the camera was turned on; the measurements begin anew."""
        self.attempt.start()
        self._restart_stream()
        self.uploads.capture_at = None
        log.info("session %d: stream started", self.number)

    def end_stream(self) -> None:
        """Note that the connection has ended, by the visitor or without the server's doing."""
        received = self.stream.status().received
        self._log_end("stopped" if received else "no frame came")
        self.attempt.end(received)
        self._restart_stream()

    def stop_camera(self, reason: str = "", *, why: str = "") -> None:
        """End the camera's connection; the page then offers to turn the camera on, and shows the reason.

        Args:
            reason: for the page; may be empty.
            why: for the log; by default the first sentence of the reason.
        """
        was_connected = self.attempt.started_at is not None
        if was_connected:
            self._log_end(why or reason.split(". ")[0])
        self.attempt.stop(reason)
        self.camera.stop()
        if was_connected:
            self._restart_stream()  # what follows is not part of a recording

    def _restart_stream(self) -> None:
        """Begin anew: a take of the last stream ends, and is kept like one that is stopped."""
        self.takes.end(None if self.closed else self.stream.end_take())
        self.uploads.current = replace(self.uploads.current, take=0)
        self.delay.reconnect()
        self.stream.restart()

    def _log_end(self, reason: str) -> None:
        status, seconds, plan = self.stream.status(), self.attempt.elapsed_s, self.stream.plan
        prometheus.STREAM_SECONDS.inc(seconds)
        log.info(
            "session %d: stream ended after %.0f s: %s; %d frames received, %d processed, %.1f per second; %s",
            self.number,
            seconds,
            reason,
            status.received,
            status.frames,
            status.frames / max(seconds, 1e-3),
            plan.settings.model if plan else "no model",
        )

    def release(self) -> bool:
        """Release what a page that is gone does not need; called every few seconds, by a thread of all sessions.

        Returns whether memory was released.

        A page is gone while its websocket is closed: the tab was closed, or the network or a proxy has a pause.

        * While its camera sends, everything goes on: the page may come back within seconds.
        * After 15 s without the page, and 5 s without a frame, the camera's connection ends: its tab was closed or
          sleeps. With the pauses between two calls that is within 30 s. The models are closed as well.
        * After 115 s everything is closed, also a camera that still sends, and Streamlit forgets the page.
        """
        if self._is_connected():
            self._gone_at = None
            return False
        now = self._clock()
        self._gone_at = now if self._gone_at is None else self._gone_at
        gone_s, silent_s = now - self._gone_at, self.stream.silent_s
        if gone_s >= _RELEASE_DELAY_S:
            self.close()
            self._forget()
            return True
        if gone_s < _CAMERA_DELAY_S or self.models_released or (silent_s is not None and silent_s < _SILENT_S):
            return False
        self.stop_camera(_SILENT)
        self.still.close()
        self.stream.close()
        self.models_released = True
        return True

    def close(self) -> None:
        """Close everything, even if some of it fails.

        No image is left in the session, which Streamlit may keep.
        """
        self.closed = True
        self.uploads, self.recordings.snapshot, self.score_card = UploadStore(), b"", ScoreCardHolder()
        with ExitStack() as stack:
            for part in (
                self.seat,
                self.hints,
                self.still,
                self.workbench,
                self.jobs,
                self.teacher_job,
                self.comparison_job,
                self.scores,
                self.preview,
                self.takes,
                self.footage,
                self.explore,
                self.recordings,
                self.comparison,
                self.stream,
            ):
                stack.callback(part.close)
            stack.callback(self.stop_camera, _AWAY)  # called first
        log.info("session %d: closed after %.0f s", self.number, time.monotonic() - self.started_at)


_watch = Watch()


def current() -> Session:
    """The session of this tab; it survives a short loss of the connection."""
    session: Session | None = st.session_state.get("session")
    if session is None or session.closed:
        previous, session = session, _new_session()
        session.attempt.stopped_because = (
            previous.attempt.stopped_because if previous else _FORGOTTEN if _page_is_old() else ""
        )
        st.session_state["session"] = session
    session.models_released = False  # this run of the page loads them
    return session


def _new_session() -> Session:
    """A session that is released when the page of this script run is gone."""
    context, server = get_script_run_ctx(), runtime.get_instance() if runtime.exists() else None
    if context is None or type(server) is not runtime.Runtime:  # a test without a server, or with a mock of it
        return Session()
    page = context.session_id
    # Streamlit's only way to end a page on any thread; there is no user information here.
    forget = partial(server.clear_user_info_for_session, page)
    session = Session(partial(server.is_active_session, page), forget=forget)
    _watch.add(session)
    log.info("session %d: opened", session.number)
    return session


def _page_is_old() -> bool:
    """Whether the page had a session before, which this server does not know (any more).

    Streamlit's page sends the id of its last session as the third protocol of the websocket.
    """
    protocols = str(st.context.headers.get("Sec-Websocket-Protocol") or "").split(",")
    return len(protocols) > 2
