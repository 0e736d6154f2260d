"""One thread that lets the sessions of pages that are gone release what they hold."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from pose_demo.live import memory
from pose_demo.live.prometheus import PAGES

log = logging.getLogger(__name__)

_INTERVAL_S = 3.0
_ROUNDS = 10  # of the watch from one collection of memory to the next: Python alone waits until there is much garbage
_COLLECTIONS = 3  # of memory after a release: Streamlit deletes what it has of a page a little later, when it is busy


class Releasable(Protocol):
    """A session."""

    closed: bool

    def release(self) -> bool:
        """Release what is not needed any more; returns whether there was something."""
        ...


class Watch:
    """Calls `release` of each session every few seconds until it is closed. Without sessions there is no thread."""

    def __init__(self, interval_s: float = _INTERVAL_S) -> None:
        self._interval_s = interval_s
        self._lock = threading.Lock()
        self._sessions: list[Releasable] = []
        self._thread: threading.Thread | None = None

    def add(self, session: Releasable) -> None:
        """Watch a session."""
        with self._lock:
            self._sessions.append(session)
            PAGES.set(len(self._sessions))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sessions", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        wait, collections, rounds = threading.Event().wait, 0, 0
        while sessions := self._open_sessions():
            if sum(_release(session) for session in sessions):  # each of them
                collections = _COLLECTIONS
            del sessions
            wait(self._interval_s)
            rounds += 1
            if collections or rounds % _ROUNDS == 0:
                memory.release()
                collections = max(0, collections - 1)
        for _ in range(collections):
            wait(self._interval_s)
            memory.release()

    def _open_sessions(self) -> list[Releasable]:
        """The sessions that are not closed; without any the thread ends."""
        with self._lock:
            self._sessions = [session for session in self._sessions if not session.closed]
            PAGES.set(len(self._sessions))
            if not self._sessions:
                self._thread = None
            return self._sessions.copy()


def _release(session: Releasable) -> bool:
    try:
        return session.release()
    except Exception:
        log.exception("a session could not be released completely")
        return True
