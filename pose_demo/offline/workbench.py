"""A video to play, step and seek with settings that change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from pose_demo.io.seek import SeekableFrames, end_time, index_at
from pose_demo.messages import message
from pose_demo.offline.curves import Curves, CurveStore
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan, Uploads
from pose_demo.settings import Settings
from pose_demo.types import InputError

log = logging.getLogger(__name__)

RUN_UP_FRAMES = 10  # processed before a frame that does not follow the previous one, for tracking and smoothing
_RUN_UP_S = 0.3  # with slow models there are fewer


class Workbench:
    """A video, the position in it, and the plan by which its frames are processed.

    Attributes:
        frames: the frames of the video.
        source: the content of the video file, or "sample".
        index: the current frame.
        playing: `advance` moves on.
        error: why the current frame could not be processed; empty otherwise.
    """

    def __init__(
        self, frames: SeekableFrames, source: bytes | str = "sample", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.frames, self.source = frames, source
        self.index, self.playing, self.error = 0, False, ""
        self._clock = clock
        self._lock = threading.Lock()  # another thread closes the workbench when the browser tab is gone
        self._closed = False
        self._plan: Plan | None = None
        self._pipeline = Pipeline()
        self._last: tuple[int, Result] | None = None  # index and result of the frame processed last
        self._play_start = self._due_start = (0.0, 0.0)  # times on the clock and in the video
        self._curves = CurveStore(len(frames.timestamps))

    # ---- position

    @property
    def timestamps(self) -> tuple[float, ...]:
        """Seconds of all frames."""
        return self.frames.timestamps

    @property
    def position(self) -> float:
        """Seconds of the current frame."""
        return self.timestamps[self.index]

    @property
    def duration(self) -> float:
        """Seconds of the video."""
        return end_time(self.timestamps)

    def seek(self, seconds: float) -> None:
        """Go to the frame that is shown at a time."""
        self.index = index_at(self.timestamps, seconds)
        self._start_clock()

    def step(self, frames: int) -> None:
        """Pause, and move by a number of frames."""
        self.playing = False
        self.index = min(max(0, self.index + frames), len(self.timestamps) - 1)

    def toggle(self) -> None:
        """Play or pause; at the end of the video it plays from the start."""
        self.playing = not self.playing
        if self.playing and self.index == len(self.timestamps) - 1:
            self.index = 0
        self._start_clock()

    def advance(self, seconds: float) -> None:
        """Process the frames that are due, for about ``seconds``; no frame is skipped, so that it may take longer."""
        end = self._clock() + seconds
        while self.playing and self._is_due():
            if self.index + 1 == len(self.timestamps):
                self.playing = False
                return
            self.index += 1
            self.playing = self.result() is not None
            if self._clock() >= end:
                self._due_start = (self._clock(), self.position)
                return

    @property
    def speed(self) -> float:
        """Speed of the playback relative to real time; 1 in its first second and while it is paused."""
        start, position = self._play_start
        elapsed = self._clock() - start
        return (self.position - position) / elapsed if self.playing and elapsed > 1 else 1.0

    def _start_clock(self) -> None:
        self._play_start = self._due_start = (self._clock(), self.position)

    def _is_due(self) -> bool:
        start, position = self._due_start
        following = self.timestamps[self.index + 1] if self.index + 1 < len(self.timestamps) else self.duration
        return following <= position + self._clock() - start

    # ---- processing

    @property
    def plan(self) -> Plan | None:
        """How the frames are processed; None before the first `use`."""
        return self._plan

    def use(self, plan: Plan) -> None:
        """Process the frames with ``plan`` from now on, and close the previous model if it does not need it."""
        with self._lock:
            previous, self._plan = self._plan, plan
            if self._closed:
                plan.close()
            if previous is None or not _gives_same_images(previous, plan):
                self._last, self.error = None, ""
            if previous and not previous.shares_model(plan):
                previous.close()

    def result(self) -> Result | None:
        """The result of the current frame; None if that fails, with the reason in `error`."""
        with self._lock:
            if self._plan is None or self._closed:
                return None
            if self._last is None or self._last[0] != self.index:
                self._process(self._plan)
            return self._last[1] if self._last else None

    def _process(self, plan: Plan) -> None:
        try:
            if self._last is None or self.index != self._last[0] + 1:
                self._run_up(self.index, plan)
            result = self._pipeline.process(self.frames.frame(self.index), plan)
        except InputError as error:
            self.error, self._last = str(error), None
        except Exception as error:  # shown on the page, whatever it is
            log.exception("a frame could not be processed")
            self.error = message("{type}: {error}; try another model", type=type(error).__name__, error=str(error))
            self._last = None
        else:
            self.error, self._last = "", (self.index, result)
            self.curves(plan.settings, plan.uploads).record_result(self.index, result)

    def _run_up(self, index: int, plan: Plan) -> None:
        """Start a stream with some of the frames before ``index``."""
        self._pipeline = Pipeline()
        plan.reset()
        end = self._clock() + _RUN_UP_S
        number = max(0, index - min(RUN_UP_FRAMES, self.frames.capacity - 1))
        while number < index:
            start = self._clock()
            self._pipeline.process(self.frames.frame(number), plan)
            now = self._clock()
            affordable = (end - now) / max(now - start, 1e-6)
            number = max(number + 1, index - int(min(max(affordable, 1), RUN_UP_FRAMES)))

    @property
    def shown(self) -> tuple[Result, Settings] | None:
        """The result that was processed last and its settings; it processes nothing."""
        last, plan = self._last, self._plan
        return (last[1], plan.settings) if last and plan and not self._closed else None

    # ---- values

    def curves(self, settings: Settings, uploads: Uploads) -> Curves:
        """The values for these settings."""
        return self._curves.get(settings, uploads)

    def close(self) -> None:
        """Close the video and the models; waits for the frame that another thread is processing."""
        with self._lock:
            self._closed, self.playing = True, False
            if self._plan:
                self._plan.close()
            self.frames.close()


def _gives_same_images(plan: Plan, other: Plan) -> bool:
    return plan.shares_model(other) and plan.settings == other.settings and plan.uploads is other.uploads
