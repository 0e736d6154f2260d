"""The only place where two threads meet: the page's script hands in plans, the video thread hands out results."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np

from pose_demo.io.recorder import Recording
from pose_demo.io.video import to_image
from pose_demo.live.governor import Governor, same_task
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image

log = logging.getLogger(__name__)

_WINDOW = 2.0  # seconds over which the processed frames per second are counted


@dataclass(frozen=True)
class Status:
    """The truth about a live stream at one moment.

    Attributes:
        frames: processed since the stream began.
        fps: frames processed per second, over the last two seconds.
        age_ms: how much later than the quickest frame so far the last one was done; the way through network and queue.
        result: the last frame's result; None before the first.
        silent_s: seconds since the last frame was processed; None before the first.
        error: why the last frame is shown unprocessed; empty when all is well.
        size: (width, height) of the last frame as it arrived.
        lowered: what costs less than the viewer chose, to hold the frame rate, in words.
        short: the frame rate is not held although everything that may be lowered is.
    """

    frames: int
    fps: float
    age_ms: float
    result: Result | None
    silent_s: float | None
    error: str
    size: tuple[int, int] = (0, 0)
    lowered: tuple[str, ...] = ()
    short: bool = False


class Meter:
    """Counts processed frames and their age by a clock that is handed in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._done: deque[tuple[float, float]] = deque()  # when each frame began, and when it was done
        self._began = 0.0
        self._quickest = float("inf")
        self.frames = 0
        self.age_ms = 0.0

    def arrived(self, timestamp: float) -> None:
        """Note that a frame stamped ``timestamp`` is here."""
        self._began = self._clock()
        self._quickest = min(self._quickest, self._began - timestamp)

    def finished(self, timestamp: float) -> None:
        """Note that a frame is done. Its age counts from the moment it could have arrived at best."""
        now = self._clock()
        self.frames += 1
        self.age_ms = max(0.0, now - timestamp - self._quickest) * 1000
        self._done.append((self._began, now))
        while self._done[0][1] < now - _WINDOW:
            self._done.popleft()

    @property
    def fps(self) -> float:
        """Frames per second over the last two seconds; 0 when nothing came."""
        now = self._clock()
        recent = [done for _, done in self._done.copy() if done >= now - _WINDOW]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) / max(recent[-1] - recent[0], 1e-6)

    @property
    def busy(self) -> float:
        """Share of the last two seconds, in [0, 1], that went into processing frames."""
        if not self._done:
            return 0.0
        elapsed = self._done[-1][1] - self._done[0][0]
        return sum(done - began for began, done in self._done) / elapsed if elapsed > 0 else 0.0

    @property
    def silent_s(self) -> float | None:
        """Seconds since the last finished frame; None before the first."""
        return self._clock() - self._done[-1][1] if self._done else None


class Live:
    """A live stream. `use` and `status` are called by the page, `callback` by the video thread.

    Attributes:
        recording: takes every processed frame while the page lets it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._busy = threading.Lock()  # held while a frame is processed
        self._plan: Plan | None = None
        self.recording: Recording | None = None
        self._restart()

    def _restart(self) -> None:
        self._pipeline = Pipeline()
        self._meter = Meter(self._clock)
        self._governor = Governor()
        self._result: Result | None = None
        self._size, self._error = (0, 0), ""

    def steps_for(self, settings: Settings) -> int:
        """How many steps of `pose_demo.live.governor.steps` what was chosen should take now."""
        plan, governor = self._plan, self._governor
        return governor.wanted if plan and plan.chosen and same_task(plan.chosen, settings) else 0

    @property
    def plan(self) -> Plan | None:
        """The plan that serves frames now."""
        return self._plan

    def use(self, plan: Plan) -> None:
        """Serve the next frame with ``plan``; a model it replaces is closed once its last frame is done."""
        old, self._plan = self._plan, plan
        if old and old.chosen and plan.chosen and not same_task(old.chosen, plan.chosen):
            self._governor = Governor()
        retired = old.not_in(plan) if old else ()
        if retired:
            with self._busy:
                for loaded in retired:
                    loaded.estimator.close()

    def close(self) -> None:
        """End the stream: its model is closed, frames that still come are passed through."""
        old, self._plan = self._plan, None
        if old:
            with self._busy:
                old.close()

    def restart(self) -> None:
        """A new connection begins: forget counts, tracks and errors of the last one."""
        with self._busy:
            if self.recording:  # what comes now is another stream
                self.recording.end()
            self._restart()
            if self._plan:
                self._plan.reset()

    def status(self) -> Status:
        """What the page shows."""
        meter, plan = self._meter, self._plan
        return Status(
            meter.frames,
            meter.fps,
            meter.age_ms,
            self._result,
            meter.silent_s,
            self._error,
            self._size,
            plan.lowered if plan else (),
            self._governor.short,
        )

    def callback(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Process one camera frame. Never loads, never raises: when something fails the raw frame goes back."""
        try:
            result = self.feed(Frame(to_image(frame), float(frame.time or 0.0)))
            return frame if result is None else _reply(result.image, frame)
        except Exception as error:  # a callback that raises would end the stream for good
            self._report(error)
            return frame

    def feed(self, frame: Frame) -> Result | None:
        """Process one frame and remember what came of it; None when there is no plan yet or it failed."""
        with self._busy:
            plan = self._plan
            if plan is None:
                return None
            self._meter.arrived(frame.timestamp)
            try:
                result = self._pipeline.process(frame, plan, self._note())
            except Exception as error:
                self._report(error)
                return None
            self._meter.finished(frame.timestamp)
            self._result, self._size, self._error = result, frame.size, ""
            self._govern(plan)
            if self.recording:
                self.recording.add(result)
            return result

    def _govern(self, plan: Plan) -> None:
        meter, hold = self._meter, plan.settings.hold
        self._governor.observe(self._clock(), hold, plan.taken, plan.reserve, meter.fps, meter.busy)

    def _note(self) -> str:
        return f"{self._meter.fps:.1f} fps  {self._meter.age_ms:.0f} ms"

    def _report(self, error: Exception) -> None:
        text = f"{type(error).__name__}: {error}"
        if text != self._error:  # thirty times a second the same line would bury the log
            log.exception("a frame could not be processed; the raw frame is shown")
        self._error = text


def _reply(image: Image, asked: av.VideoFrame) -> av.VideoFrame:
    reply = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="rgb24")  # no copy is made
    reply.pts, reply.time_base = asked.pts, asked.time_base
    return reply
