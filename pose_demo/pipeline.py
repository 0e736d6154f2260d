"""One frame in, one picture and its findings out: the same straight line for every source."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from pose_demo import effects, overlay
from pose_demo.background import Compositor
from pose_demo.effects import Scene
from pose_demo.matching.matcher import Judge, Judgement
from pose_demo.plan import Plan
from pose_demo.tracking.keypoint_history import Trace, traced
from pose_demo.tracking.smoothing import Smoother
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Estimate, Frame, Image, Pose, check_image


@dataclass(frozen=True)
class Result:
    """What became of one frame.

    Attributes:
        image: the finished picture, RGB.
        estimate: persons and boxes in that picture's pixels.
        timestamp: the frame's time in seconds.
        stages: milliseconds spent in each stage, in their order.
        model: the registered name of the model that looked.
        judgements: how each person of the estimate matches; empty without a reference.
        mirrored: the picture is flipped left to right.
        source: the frame as it came in.
        joint: the last seconds of the keypoint that is watched, unmirrored; None when none is.
    """

    image: Image
    estimate: Estimate
    timestamp: float
    stages: dict[str, float]
    model: str
    judgements: tuple[Judgement, ...] = ()
    mirrored: bool = False
    source: Frame | None = None
    joint: Trace | None = None

    @property
    def persons(self) -> int:
        """How many people were found, by their keypoints or by their boxes."""
        return len(self.estimate.poses) or sum(box.label == "person" for box in self.estimate.boxes)

    @property
    def milliseconds(self) -> float:
        """Time spent on the whole frame."""
        return sum(self.stages.values())


@dataclass
class _Stopwatch:
    stages: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = (now - self._last) * 1000
        self._last = now


class Pipeline:
    """What one stream remembers from frame to frame."""

    def __init__(self) -> None:
        self._last_timestamp = float("-inf")
        self._forget()

    def _forget(self) -> None:
        self._size: tuple[int, int] | None = None
        self._tracker, self._smoother = Tracker(), Smoother()
        self._judge = Judge()
        self._path: Trace | None = None
        self._compositor = Compositor()
        self._memory: dict[str, object] = {}

    def process(self, frame: Frame, plan: Plan, note: str = "") -> Result:
        """Take one frame through every stage.

        Args:
            frame: an RGB picture and its time; the picture is not changed.
            plan: what to do with it.
            note: a line for the corner of the picture, shown when the settings ask for it.

        Raises:
            InputError: the frame is not an RGB picture.
        """
        check_image(frame.image)
        watch, settings = _Stopwatch(), plan.settings
        self._start_over_if_time_went_back(frame, plan)
        self._keep_track_in_another_size(frame.size)
        estimate = plan.pose.estimator.estimate(frame, settings)
        estimate = replace(estimate, poses=self._followed(estimate.poses, frame, plan))
        watch.lap("pose")
        if plan.mask:
            estimate = replace(estimate, mask=plan.mask.estimator.estimate(frame, settings).mask)
            watch.lap("mask")
        judgements = self._judgements(estimate, frame, plan)
        if plan.reference:
            watch.lap("match")
        # Mirroring happens here, once, to pixels and coordinates together; models and matching saw the frame as it is.
        shown, estimate, judgements = (
            _mirrored(frame, estimate, judgements) if plan.mirrored else (frame, estimate, judgements)
        )
        canvas = self._compositor.apply(shown.image, estimate.mask, settings.background, plan.assets.background)
        if settings.background.behind != "none":
            watch.lap("background")
        if settings.effects:
            scene = Scene(shown, estimate.poses, settings.confidence, estimate.mask, self._memory, plan.assets.images)
            canvas = effects.apply_all(settings.effects, canvas, scene)
            watch.lap("effects")
        elif canvas is frame.image:
            canvas = canvas.copy()
        overlay.draw(canvas, estimate, settings, judgements)
        if settings.readout and note:
            overlay.draw_note(canvas, note, settings.thickness)
        watch.lap("draw")
        return Result(
            canvas,
            estimate,
            frame.timestamp,
            watch.stages,
            plan.pose.model,
            judgements,
            plan.mirrored,
            frame,
            self._path,
        )

    def _followed(self, poses: tuple[Pose, ...], frame: Frame, plan: Plan) -> tuple[Pose, ...]:
        """The same people with their numbers, and calmer."""
        raw = calm = self._tracker.update(poses, frame.timestamp)
        smooth = plan.settings.smooth
        if plan.smoothed_by == "filter":
            calm = self._smoother.update(raw, frame.timestamp, smooth.cutoff, smooth.beta)
        self._path = traced(self._path, raw, calm, frame, plan)
        return calm

    def _judgements(self, estimate: Estimate, frame: Frame, plan: Plan) -> tuple[Judgement, ...]:
        if plan.reference is None:
            return ()
        settings = plan.settings
        return self._judge.judge(plan.reference, estimate.poses, settings.match, settings.confidence, frame.timestamp)

    def _start_over_if_time_went_back(self, frame: Frame, plan: Plan) -> None:
        if frame.timestamp < self._last_timestamp:
            plan.reset()
            self._forget()
        self._last_timestamp = frame.timestamp

    def _keep_track_in_another_size(self, size: tuple[int, int]) -> None:
        """A camera may change its size in mid-stream; the people in front of it stay the same."""
        if self._size not in (None, size):
            self._tracker.rescale(np.divide(size, self._size, dtype=np.float32))
            self._smoother = Smoother()
        self._size = size


def _mirrored(
    frame: Frame, estimate: Estimate, judgements: tuple[Judgement, ...]
) -> tuple[Frame, Estimate, tuple[Judgement, ...]]:
    width = frame.size[0]
    flipped = Frame(np.asarray(cv2.flip(frame.image, 1), np.uint8), frame.timestamp)
    return flipped, estimate.mirrored(width), tuple(judgement.mirrored(width) for judgement in judgements)
