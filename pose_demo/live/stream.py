"""A live stream, the state of which several threads share.

The page's script thread requests settings, the video thread processes frames, and a background thread prepares another
plan when the governor, or the number of active streams, requires one.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import av

from pose_demo.dance.matcher import DanceState
from pose_demo.dance.playback import Playback
from pose_demo.estimators import is_ready
from pose_demo.estimators.interpreter_pool import set_pool_size
from pose_demo.io.recorder import Recorder
from pose_demo.live import cpu, prometheus
from pose_demo.live.buffer import LiveBuffer
from pose_demo.live.degradation import degradation_levels, describe_changes, same_workload
from pose_demo.live.delay import DriftingDelay
from pose_demo.live.governor import Governor
from pose_demo.live.memory import trim_heap
from pose_demo.live.meter import Meter
from pose_demo.live.request import Companion, Request, hides, reason, usable_plan
from pose_demo.live.status import StreamStatus
from pose_demo.live.take_picture_recorder import TakePictureRecorder
from pose_demo.live.video_frames import CameraFrames, placeholder_frame, video_frame
from pose_demo.messages import message
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan, Uploads, prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame

log = logging.getLogger(__name__)

_ACTIVE_S = 5.0  # seconds since its last frame during which a stream counts as active
_CHECK_INTERVAL_S = 1.0  # between two checks whether another plan is required

_streams: weakref.WeakSet[LiveStream] = weakref.WeakSet()
_streams_lock = threading.Lock()


@dataclass(frozen=True)
class _PlanParameters:
    """What a plan depends on besides the request."""

    level: int
    threads: int
    pool_size: int


class LiveStream:
    """A live stream. The page calls `request` and `status`, the video thread `callback`.

    Attributes:
        recorder: receives every displayed frame while it is set.
        companion: processes each frame as well, and returns the displayed result.
        playback: where the music of a take was at the last frame, which may be old; None without any.
        words: what is written in place of a frame, in the viewer's language, by the English text.
        drift: seconds by which the delay of a dance is now longer than in the plan (see `pose_demo.live.delay`).
        buffer: the last seconds of the stream.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, counted: bool = True) -> None:
        """Create a stream; with ``counted`` it is one of the `active_streams` while it processes frames."""
        self._clock, self._counted = clock, counted
        self._frame_lock = threading.Lock()  # held while a frame is processed
        self._prepare_lock = threading.Lock()  # held while a plan is prepared
        self._request: Request | None = None
        self._plan: Plan | None = None
        self._parameters = _PlanParameters(0, 1, 1)
        self._last_check = float("-inf")
        self.recorder: Recorder | None = None
        self.companion: Companion | None = None
        self.words: Mapping[str, str] = {}
        self._reset()
        if counted:
            with _streams_lock:
                _streams.add(self)

    def _reset(self) -> None:
        self._pipeline = Pipeline()
        self._meter, self._frames = Meter(self._clock), CameraFrames()
        self._governor, self._take_pictures = Governor(), TakePictureRecorder()
        self._result: Result | None = None
        self._size, self._error, self.buffer = (0, 0), "", LiveBuffer()
        self.drift, self._delay = 0.0, DriftingDelay()
        self.playback: Playback | None = None

    # ---- plans

    @property
    def plan(self) -> Plan | None:
        """The active plan."""
        return self._plan

    def request(self, settings: Settings, uploads: Uploads | None = None, *, live: bool, local: bool = False) -> None:
        """Process frames with these settings from now on. It may load models; the active plan is used until then.

        Args:
            settings: what the user chose; a degradation level may lower their cost.
            uploads: what the user provided.
            live: the frames come from a camera that faces the user (`auto` mirror applies).
            local: the browser runs on this machine.

        Raises:
            pose_demo.weights.MissingWeights: a model's files are missing; the message says what to do. After this or
                another error, frames are hidden if these settings hide something; else the active plan stays in use.
        """
        with self._prepare_lock:
            refused = self._request is not None and self._request.refused
            request = self._request = Request(settings, uploads or Uploads(), live, local, refused)
            try:
                self._prepare(request, self._required_parameters(request))
            except Exception:
                self._request = replace(request, refused=True)
                raise

    def await_files(self, settings: Settings) -> None:
        """Hide frames until the next `request` if these settings, whose files are fetched first, hide something."""
        with self._prepare_lock:
            self._request = Request(settings, Uploads(), live=False, local=False, fetching=True)

    def _prepare(self, request: Request, parameters: _PlanParameters) -> None:
        set_pool_size(parameters.pool_size)
        levels = (request.settings, *degradation_levels(request.settings, is_ready))
        level = min(parameters.level, len(levels) - 1)
        plan = prepare(
            levels[level], self._plan, uploads=request.uploads, live=request.live, threads=parameters.threads
        )
        self._parameters = parameters
        self.set_plan(
            replace(plan, requested_settings=request.settings, level=level, levels_left=len(levels) - 1 - level)
        )
        self._request = replace(request, refused=False)

    def _required_parameters(self, request: Request) -> _PlanParameters:
        streams, cores = active_streams(), cpu.cores()
        threads = cpu.threads_per_network(streams, cores, request.local)
        return _PlanParameters(self._target_level(request.settings), threads, cpu.pool_size(streams, cores))

    def _target_level(self, settings: Settings) -> int:
        """The governor's level, unless it was chosen for another workload."""
        plan = self._plan
        applies = plan and plan.requested_settings and same_workload(plan.requested_settings, settings)
        return self._governor.target_level if applies else 0

    def set_plan(self, plan: Plan) -> None:
        """Process the next frame with ``plan``; a model it no longer uses is closed after its last frame."""
        old, self._plan = self._plan, plan
        if (
            old
            and old.requested_settings
            and plan.requested_settings
            and not same_workload(old.requested_settings, plan.requested_settings)
        ):
            self._governor = Governor()
        if old and not old.shares_model(plan):
            with self._frame_lock:
                old.close()
            del old  # the memory is free only without this reference
            trim_heap()

    def _adapt(self) -> None:
        """Start preparing another plan in the background if one is required; called after each frame."""
        now, request = self._clock(), self._request
        if request is None or now - self._last_check < _CHECK_INTERVAL_S or self._prepare_lock.locked():
            return
        self._last_check = now
        if self._required_parameters(request) != self._parameters:
            threading.Thread(target=self._prepare_again, name="adapt", daemon=True).start()

    def _prepare_again(self) -> None:
        with self._prepare_lock:
            if self._request is None:  # closed meanwhile
                return
            parameters = self._required_parameters(self._request)
            try:
                self._prepare(self._request, parameters)
            except Exception:
                log.exception("another plan could not be prepared; the active plan is kept")
                self._parameters = parameters  # not tried again until something changes

    # ---- life cycle

    def close(self) -> None:
        """End the stream: its models are closed, no image is kept, further frames are hidden."""
        with self._prepare_lock:
            self._request = None
            old, self._plan = self._plan, None
        self.restart()
        if old:
            with self._frame_lock:
                old.close()

    def restart(self) -> None:
        """Start a new connection: clear the measurements, tracks and errors of the last one."""
        with self._frame_lock:
            if self.recorder:  # the next frames belong to another stream
                self.recorder.end()
            self._reset()
            if plan := self._plan:
                plan.reset()

    def end_take(self) -> DanceState | None:
        """End the take of a dance, as no frame follows; the last state, with what was danced. None without a dance."""
        with self._frame_lock:
            state = self._result.dance if self._result else None
            return state and self._take_pictures.end_take(replace(state, finished=self._pipeline.end_take()))

    def status(self) -> StreamStatus:
        """The current measurements."""
        meter, plan = self._meter, self._plan
        return StreamStatus(
            frames=meter.frames,
            fps=meter.fps,
            latency_ms=meter.latency_ms,
            result=self._result,
            idle_s=meter.idle_s,
            error=self._error,
            received=meter.received,
            hidden=self.hides,
            size=self._size,
            lowered=describe_changes(plan.requested_settings or plan.settings, plan.settings) if plan else (),
            overloaded=self._governor.overloaded,
        )

    @property
    def silent_s(self) -> float | None:
        """Seconds since the last camera frame, processed or not; None before the first."""
        return self._meter.silent_s

    @property
    def is_active(self) -> bool:
        """Whether a frame was processed in the last seconds."""
        idle_s = self._meter.idle_s
        return idle_s is not None and idle_s < _ACTIVE_S

    # ---- frames

    @property
    def hides(self) -> bool:
        """Whether a frame that cannot be processed must not be shown (see `pose_demo.live.request.hides`)."""
        companion = self.companion
        return hides(self._plan, self._request) or (companion is not None and companion.hides)

    def callback(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Process one camera frame. It never loads and never raises.

        A frame that cannot be processed is returned as it is while the settings hide nothing. Otherwise a dark picture
        with the reason is returned (see `hides`).
        """
        self._meter.frame_received()
        try:
            result = self.process_frame(self._frames.convert(frame))
            if result is not None:
                return video_frame(result.image, frame)
        except Exception as error:  # a callback that raises would end the stream permanently
            self._report(error)
        return placeholder_frame(frame, reason(self._plan, self._request, self.words)) if self.hides else frame

    def process_frame(self, frame: Frame) -> Result | None:
        """Process one frame and update the status; None without a plan or after an error."""
        with self._frame_lock:
            plan = usable_plan(self._plan, self._request)
            if plan is None:
                self._result = None
                return None
            plan = self._delay.applied(plan, self.drift, frame.timestamp)
            result = self._process(frame, plan)
            companion = self.companion  # read once: the page may remove it at any time
            if companion:
                result = companion(frame, plan, result)
                self._meter.frame_displayed(frame.timestamp)
            if result is None:
                self._result = None if self.hides else self._result
                return None
            if self._counted:  # the second stream of a comparison has the same frames
                result = self._take_pictures.update(result, plan)
                self.buffer.add(result)
            self._result, self._size = result, frame.size
            self.playback = Playback.of(plan.dance.music if plan.dance else None, result.dance, self._clock())
            if self.recorder:
                self.recorder.add(result)
        self._adapt()
        return result

    def _process(self, frame: Frame, plan: Plan) -> Result | None:
        """The result of a frame; None after an error. The governor measures this part only, not the companion."""
        self._meter.frame_started(frame.timestamp)
        try:
            result = self._pipeline.process(frame, plan, self._note())
        except Exception as error:
            self._report(error)
            return None
        prometheus.FRAME_SECONDS.observe(self._meter.frame_finished(frame.timestamp))
        self._error = ""
        self._update_governor(plan)
        return result

    def _update_governor(self, plan: Plan) -> None:
        meter, options = self._meter, plan.settings.frame_rate
        self._governor.update(self._clock(), options, plan.level, plan.levels_left, meter.fps, meter.busy)

    def _note(self) -> str:
        return f"{self._meter.fps:.1f} fps  {self._meter.latency_ms:.0f} ms"

    def _report(self, error: Exception) -> None:
        prometheus.FRAME_ERRORS.inc()
        text = message("{kind}: {error}", kind=type(error).__name__, error=error)
        if text != self._error:  # the same line thirty times a second would flood the log
            log.exception("a frame could not be processed")
        self._error = text


def active_streams() -> int:
    """Number of streams of this process that process frames."""
    with _streams_lock:
        return sum(stream.is_active for stream in _streams)
