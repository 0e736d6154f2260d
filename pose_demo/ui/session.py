"""What one visitor's browser tab owns on the server, given back when the tab is gone."""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import ExitStack
from dataclasses import dataclass, field

import streamlit as st

from pose_demo.io.recorder import Recording
from pose_demo.live.stream import Live
from pose_demo.offline.job import VideoJob
from pose_demo.plan import Assets, Plan

_GRACE = 130.0  # seconds after which a lost connection is taken for a closed tab; Streamlit keeps its state for 120


_STREAMING = 5.0  # seconds since the last frame after which a stream is not counted any more
_sessions: weakref.WeakSet[Session] = weakref.WeakSet()
_counting = threading.Lock()


@dataclass(eq=False)
class Session:
    """Models, streams and files of one visitor."""

    live: Live = field(default_factory=Live)
    still_plan: Plan | None = None
    assets: Assets = field(default_factory=Assets)
    job: VideoJob | None = None
    began: float = field(default_factory=time.monotonic)
    wanted_since: float | None = None  # when START was pressed
    in_vain: bool = False  # the last connection ended without a picture
    recording: Recording | None = None
    snapshot: bytes = b""  # a PNG
    capture_at: float | None = None  # when the live picture becomes the reference
    read: dict[str, object] = field(default_factory=dict)  # which upload each asset was read from
    problems: dict[str, str] = field(default_factory=dict)  # what was wrong with it
    source: str = ""  # where the pictures came from in the last run
    closed: bool = False
    _goodbye: threading.Timer | None = None

    def use_still(self, plan: Plan) -> None:
        """Keep the model for photos, closing the one it replaces."""
        old, self.still_plan = self.still_plan, plan
        for loaded in old.not_in(plan) if old else ():
            loaded.estimator.close()

    def replace_job(self, job: VideoJob | None) -> None:
        """Keep the video being processed, closing the one before."""
        old, self.job = self.job, job
        if old:
            old.close()

    def comes_from(self, source: str) -> None:
        """Note where the pictures come from; another source is another stream."""
        if source != self.source:
            self.source, self.capture_at = source, None
            self.live.restart()

    def record(self, recording: Recording | None) -> None:
        """Record the live stream from now on, deleting the recording before."""
        old, self.recording = self.recording, recording
        self.live.recording = recording
        if old:
            old.close()

    def leave(self) -> None:
        """The browser's connection is gone. It may come back within moments, so nothing is closed at once."""
        self.stay()
        self._goodbye = threading.Timer(_GRACE, self.close)
        self._goodbye.daemon = True
        self._goodbye.start()

    def stay(self) -> None:
        """The browser is there."""
        if self._goodbye:
            self._goodbye.cancel()

    def close(self) -> None:
        """Give everything back, whatever of it fails."""
        self.closed = True
        with ExitStack() as rest:
            if self.still_plan:
                rest.callback(self.still_plan.close)
            rest.callback(self.replace_job, None)
            rest.callback(self.record, None)
            rest.callback(self.live.close)


@st.cache_resource(scope="session", on_release=Session.leave, show_spinner=False)
def _leased(_session: Session) -> Session:
    """Streamlit calls `Session.leave` when the connection is gone."""
    return _session


def current() -> Session:
    """This visitor's session: it outlives a short loss of the connection and is closed when the tab stays away."""
    session = st.session_state.get("session")
    if session is None or session.closed:
        session = st.session_state["session"] = Session()
        with _counting:
            _sessions.add(session)
    session.stay()
    _leased(session)
    return session


def viewers() -> int:
    """How many streams of this process run now."""
    with _counting:
        silences = [session.live.status().silent_s for session in _sessions]
    return sum(silence is not None and silence < _STREAMING for silence in silences)
