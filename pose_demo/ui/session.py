"""Server-side objects of one browser tab, closed when the tab is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

import streamlit as st

from pose_demo.explore.calibration.labels import LiveLabels
from pose_demo.explore.calibration.score_job import ScoreJob
from pose_demo.explore.footage.store import ClipPreview, FootageStore
from pose_demo.explore.jobs.job import ExploreJobs
from pose_demo.io.recorder import Recorder
from pose_demo.live.comparison import LiveComparison
from pose_demo.live.hint_thread import HintThread
from pose_demo.live.stream import LiveStream
from pose_demo.live.turn.check import BackgroundCheck
from pose_demo.matching.reference import Reference
from pose_demo.offline.comparison import ComparisonJob
from pose_demo.offline.job import VideoJobs
from pose_demo.offline.workbench import Workbench
from pose_demo.plan import Plan, Uploads
from pose_demo.types import InputError
from pose_demo.ui.webrtc.peer import PeerState

_RELEASE_DELAY_S = 130.0  # without a connection; Streamlit keeps the state of a lost connection for 120 s
_MIN_ATTEMPT_S = 3.0  # a connection that ends later than this without a frame has failed


class _Closable(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=_Closable)


class ClosingHolder(Generic[T]):
    """Holds one object and closes it when it is replaced."""

    def __init__(self) -> None:
        self.value: T | None = None

    def replace(self, value: T | None) -> None:
        """Hold another object, or none."""
        previous, self.value = self.value, value
        if previous:
            previous.close()

    def close(self) -> None:
        """Close the object."""
        self.replace(None)


class StillPlan:
    """The plan for still images; its models stay loaded from one image to the next."""

    def __init__(self) -> None:
        self.plan: Plan | None = None

    def set_plan(self, plan: Plan) -> None:
        """Use ``plan`` from now on, and close the models it does not need."""
        previous, self.plan = self.plan, plan
        for loaded in previous.models_not_in(plan) if previous else ():
            loaded.estimator.close()

    def close(self) -> None:
        """Close the models."""
        if self.plan:
            self.plan.close()


@dataclass(eq=False)
class ConnectionAttempt:
    """The state of the webcam connection, as seen in the last script run.

    Attributes:
        started_at: time of START on the monotonic clock; None while disconnected.
        failed: the last connection ended without a frame.
        peer: the last state of ICE; None before the browser's offer.
        check: of the TURN relay, when no video comes.
    """

    started_at: float | None = None
    failed: bool = False
    peer: PeerState | None = None
    check: BackgroundCheck = field(default_factory=BackgroundCheck)

    @property
    def elapsed_s(self) -> float:
        """Seconds since START; 0 while disconnected."""
        return 0.0 if self.started_at is None else time.monotonic() - self.started_at

    def start(self) -> None:
        """Note that START was pressed."""
        self.started_at, self.failed, self.peer = time.monotonic(), False, None
        self.check.reset()

    def observe(self, peer: PeerState | None) -> None:
        """Note the state of ICE; nothing is known once the connection has ended."""
        self.peer = peer or self.peer

    def end(self, frames: int) -> None:
        """Note the end of a connection that delivered this number of frames."""
        self.failed = not frames and self.elapsed_s > _MIN_ATTEMPT_S
        self.started_at = None


@dataclass(eq=False)
class UploadStore:
    """The user's uploads, and what was wrong with the files.

    Attributes:
        current: the uploads in use.
        capture_at: when the live image becomes the reference pose, on the monotonic clock; None without a countdown.
    """

    current: Uploads = field(default_factory=Uploads)
    capture_at: float | None = None
    _file_ids: dict[str, object] = field(default_factory=dict)
    _problems: dict[str, str] = field(default_factory=dict)

    def read_once(self, kind: str, file_id: object, read: Callable[[], None]) -> str:
        """Call ``read`` if the file is new; returns what is wrong with the file, or an empty string.

        Args:
            kind: what the file is for.
            file_id: identifies the file and how it is read.
            read: sets the upload; may raise `InputError`.
        """
        if self._file_ids.get(kind) != file_id:
            self._file_ids[kind], self._problems[kind] = file_id, ""
            try:
                read()
            except InputError as error:
                self._problems[kind] = str(error)
        return self._problems[kind]

    def set_reference(self, reference: Reference) -> None:
        """Use another reference pose."""
        self.current = replace(self.current, reference=reference)

    def remove_image(self, effect: str) -> None:
        """Remove the image of an effect."""
        images = {name: image for name, image in self.current.images.items() if name != effect}
        self.current = replace(self.current, images=images)
        self._file_ids.pop(effect, None)


class Recordings:
    """The recording and the snapshot of the live stream.

    Attributes:
        recorder: the current or last recording.
        snapshot: a PNG file; empty before the first.
    """

    def __init__(self, stream: LiveStream) -> None:
        self._stream = stream
        self._holder: ClosingHolder[Recorder] = ClosingHolder()
        self.snapshot = b""

    @property
    def recorder(self) -> Recorder | None:
        """The current or last recording."""
        return self._holder.value

    def start(self, recorder: Recorder) -> None:
        """Record the stream from now on, and delete the previous recording."""
        self._stream.recorder = recorder
        self._holder.replace(recorder)

    def stop(self) -> None:
        """End the recording, and wait until its files are complete."""
        self._stream.recorder = None
        if self.recorder:
            self.recorder.finish()

    def close(self) -> None:
        """End the recording, and delete its files."""
        self._stream.recorder = None
        self._holder.close()


class Session:
    """All server-side objects of one browser tab.

    Attributes:
        started_at: time of the first script run on the monotonic clock.
        source: name of the source in the last script run.
        closed: the session cannot be used any more.
    """

    def __init__(self) -> None:
        self.stream = LiveStream()
        self.comparison = LiveComparison(self.stream)
        self.connection = ConnectionAttempt()
        self.still = StillPlan()
        self.uploads = UploadStore()
        self.hints = HintThread()
        self.recordings = Recordings(self.stream)
        self.workbench: ClosingHolder[Workbench] = ClosingHolder()
        self.jobs = VideoJobs()
        self.comparison_job: ClosingHolder[ComparisonJob] = ClosingHolder()
        self.footage = FootageStore()
        self.explore = ExploreJobs()
        self.preview: ClosingHolder[ClipPreview] = ClosingHolder()
        self.scores: ClosingHolder[ScoreJob] = ClosingHolder()
        self.labels = LiveLabels()
        self.started_at = time.monotonic()
        self.source = ""
        self.closed = False
        self._release_timer: threading.Timer | None = None

    def set_source(self, source: str) -> None:
        """Note the source of the frames; another source starts another stream."""
        if source != self.source:
            self.source, self.uploads.capture_at = source, None
            self.stream.restart()

    def schedule_release(self) -> None:
        """Close the session after a delay: a lost connection may be restored within seconds."""
        self.cancel_release()
        self._release_timer = threading.Timer(_RELEASE_DELAY_S, self.close)
        self._release_timer.daemon = True
        self._release_timer.start()

    def cancel_release(self) -> None:
        """Keep the session: its tab is connected."""
        if self._release_timer:
            self._release_timer.cancel()

    def close(self) -> None:
        """Close everything, even if some of it fails."""
        self.closed = True
        with ExitStack() as stack:
            stack.callback(self.stream.buffer.clear)
            for part in (
                self.hints,
                self.still,
                self.workbench,
                self.jobs,
                self.comparison_job,
                self.scores,
                self.preview,
                self.footage,
                self.explore,
                self.recordings,
                self.comparison,
                self.stream,
            ):
                stack.callback(part.close)


@st.cache_resource(scope="session", on_release=Session.schedule_release, show_spinner=False)
def _connected(_session: Session) -> Session:
    """Let Streamlit call `Session.schedule_release` when the connection is lost."""
    return _session


def current() -> Session:
    """The session of this tab; it survives a short loss of the connection."""
    session: Session | None = st.session_state.get("session")
    if session is None or session.closed:
        session = st.session_state["session"] = Session()
    session.cancel_release()
    _connected(session)
    return session
