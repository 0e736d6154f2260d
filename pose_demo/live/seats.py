"""Seats: how many live streams one process carries, who has a seat, and who waits for one.

A visitor who only looks at the page takes no seat; turning the camera on does. A seat is a lease: frames and the open
page renew it, so that the seat of a closed tab is free after `LEASE_S`. A seat that becomes free is offered to the
first in the queue.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum

LEASE_S = 10.0  # without a frame and without the page; a hidden tab that streams is not slowed down by browsers
OFFER_S = 30.0  # to turn the camera on
NOTICE_S = 60.0  # between the announcement and the end of a stream that nobody needs
NO_FRAMES_S = 120.0  # a stream without frames is ended after this time
_FORGET_S = 75.0  # without a sign of the page; browsers slow down hidden tabs to one sign a minute


class State(Enum):
    """What a visitor has."""

    VISITING = "no seat, and not in the queue"
    WAITING = "a place in the queue"
    OFFERED = "a free seat, reserved until the camera is turned on"
    MISSED = "an offer that was not used"
    SEATED = "a seat"
    ENDED = "a stream that was ended because nobody needed it; the camera has to be turned on again"


class Idle(Enum):
    """Why nobody needs a stream."""

    NO_FRAMES = "no frames"
    NO_PERSON = "no person"


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a visitor may do now.

    Attributes:
        state: what the visitor has.
        may_play: the camera may be turned on, or the stream may go on.
        seats: the number of seats.
        position: in the queue, from 1; 0 outside.
        seconds_left: to turn the camera on, or until the idle stream ends; None when neither is limited.
        idle: why the stream ends soon, or has ended; None otherwise.
    """

    state: State
    may_play: bool
    seats: int
    position: int = 0
    seconds_left: float | None = None
    idle: Idle | None = None


@dataclass(eq=False)
class _Visitor:
    """Times are seconds of the clock."""

    seen: float
    state: State = State.VISITING
    number: int = 0  # of the place in the queue, increasing
    offered_at: float = 0.0
    frame_at: float = 0.0
    needed_at: float = 0.0
    idle: Idle | None = None


class Seats:
    """The seats of one process. All methods may be called from any thread; visitors are any hashable objects."""

    def __init__(self, limit: int, idle_s: float = 600.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Create ``limit`` seats.

        Args:
            limit: streams at the same time, at least 1.
            idle_s: a stream that nobody needed for so long is ended; 0 for never.
            clock: seconds, monotonic.
        """
        self.limit = limit
        self._idle_s, self._clock = idle_s, clock
        self._lock = threading.Lock()
        self._visitors: dict[Hashable, _Visitor] = {}
        self._numbers = itertools.count(1)

    # ---- the page

    def admission(self, visitor: Hashable) -> Admission:
        """What this visitor may do; who arrives while all seats are taken is queued.

        Pages that stream or wait call it every second.
        """
        with self._lock:
            return self._admission(self._arrive(visitor))

    def start(self, visitor: Hashable) -> Admission:
        """Take a seat for a stream that starts or goes on, or a place in the queue if there is none.

        A stream that was ended gets no seat before `stop`.
        """
        with self._lock:
            entry = self._arrive(visitor)
            if entry.state is State.OFFERED or (entry.state not in (State.SEATED, State.ENDED) and self._free() > 0):
                entry.state, entry.frame_at, entry.needed_at, entry.idle = State.SEATED, entry.seen, entry.seen, None
            elif entry.state in (State.VISITING, State.MISSED):
                self._enqueue(entry)
            return self._admission(entry)

    def stop(self, visitor: Hashable) -> Admission:
        """Give the seat back; an ended stream may be started again."""
        with self._lock:
            entry = self._arrive(visitor)
            if entry.state in (State.SEATED, State.ENDED):
                entry.state = State.VISITING
                self._update(entry.seen)
            return self._admission(entry)

    def enqueue(self, visitor: Hashable) -> None:
        """Take the last place in the queue, or a free seat's offer."""
        with self._lock:
            entry = self._arrive(visitor)
            if entry.state in (State.VISITING, State.MISSED):
                self._enqueue(entry)
                self._update(entry.seen)

    def stay(self, visitor: Hashable) -> None:
        """Keep a stream that would end because it is idle."""
        with self._lock:
            entry = self._arrive(visitor)
            entry.frame_at = entry.needed_at = entry.seen

    def leave(self, visitor: Hashable) -> None:
        """Give everything back: the page is closed, or shows another source."""
        with self._lock:
            self._visitors.pop(visitor, None)
            self._update(self._clock())

    # ---- the video thread

    def renew(self, visitor: Hashable) -> bool:
        """Renew the lease for a frame; False without a seat: the frame must not be processed."""
        with self._lock:
            entry, now = self._visitors.get(visitor), self._clock()
            if entry is None:
                return False
            self._expire(entry, now)
            if entry.state in (State.SEATED, State.ENDED):  # not forgotten while the browser still sends
                entry.seen = entry.frame_at = now
            return entry.state is State.SEATED

    def needed(self, visitor: Hashable) -> None:
        """Note that a stream is of use: it shows a person, or is recorded."""
        with self._lock:
            if entry := self._visitors.get(visitor):
                entry.needed_at = self._clock()

    # ---- everybody

    @property
    def taken(self) -> int:
        """Seats in use."""
        with self._lock:
            self._update(self._clock())
            return self._count(State.SEATED)

    @property
    def waiting(self) -> int:
        """Visitors in the queue."""
        with self._lock:
            self._update(self._clock())
            return self._count(State.WAITING)

    # ---- with the lock held

    def _arrive(self, visitor: Hashable) -> _Visitor:
        """The entry of a visitor, who was seen now."""
        now = self._clock()
        self._update(now)
        entry = self._visitors.get(visitor)
        if entry is None:
            entry = self._visitors[visitor] = _Visitor(now)
            if self._free() <= 0:
                self._enqueue(entry)
        entry.seen = now
        self._update(now)  # a seat may be offered to somebody who was away
        return entry

    def _update(self, now: float) -> None:
        """End leases and offers that have expired, and offer the free seats."""
        for visitor, entry in tuple(self._visitors.items()):
            self._expire(entry, now)
            if entry.state is not State.SEATED and now - entry.seen > _FORGET_S:
                del self._visitors[visitor]
        present = [entry for entry in self._queue() if now - entry.seen <= LEASE_S]  # others keep their place
        for entry in present[: max(0, self._free())]:
            entry.state, entry.offered_at = State.OFFERED, now

    def _expire(self, entry: _Visitor, now: float) -> None:
        if entry.state is State.OFFERED and now - entry.offered_at > OFFER_S:
            entry.state = State.MISSED
        elif entry.state is State.SEATED and now - entry.seen > LEASE_S:
            entry.state = State.VISITING
        elif entry.state is State.SEATED and now >= self._end(entry)[0]:
            entry.state, entry.idle = State.ENDED, self._end(entry)[1]

    def _end(self, entry: _Visitor) -> tuple[float, Idle]:
        """When a stream ends if nothing changes, and why."""
        no_person = entry.needed_at + self._idle_s if self._idle_s else float("inf")
        no_frames = entry.frame_at + NO_FRAMES_S
        return (no_person, Idle.NO_PERSON) if no_person <= no_frames else (no_frames, Idle.NO_FRAMES)

    def _enqueue(self, entry: _Visitor) -> None:
        entry.state, entry.number = State.WAITING, next(self._numbers)

    def _queue(self) -> list[_Visitor]:
        waiting = (entry for entry in self._visitors.values() if entry.state is State.WAITING)
        return sorted(waiting, key=lambda entry: entry.number)

    def _count(self, *states: State) -> int:
        return sum(entry.state in states for entry in self._visitors.values())

    def _free(self) -> int:
        return self.limit - self._count(State.SEATED, State.OFFERED)

    def _admission(self, entry: _Visitor) -> Admission:
        position, seconds_left, idle, state = 0, None, entry.idle, entry.state
        if state is State.WAITING:
            position = 1 + self._queue().index(entry)
        elif state is State.OFFERED:
            seconds_left = max(0.0, entry.offered_at + OFFER_S - entry.seen)
        elif state is State.SEATED:
            end, why = self._end(entry)
            if end - entry.seen <= NOTICE_S:
                seconds_left, idle = end - entry.seen, why
        free = state in (State.VISITING, State.MISSED) and self._free() > 0
        may_play = free or state in (State.OFFERED, State.SEATED)
        return Admission(
            state=state,
            may_play=may_play,
            seats=self.limit,
            position=position,
            seconds_left=seconds_left,
            idle=idle,
        )
