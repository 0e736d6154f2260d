"""One frame in, one picture and its findings out: the same straight line for every source."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from pose_demo import overlay
from pose_demo.plan import Plan
from pose_demo.types import Estimate, Frame, Image, check_image


@dataclass(frozen=True)
class Result:
    """What became of one frame.

    Attributes:
        image: the finished picture, RGB.
        estimate: persons and boxes in that picture's pixels.
        timestamp: the frame's time in seconds.
        stages: milliseconds spent in each stage, in their order.
        model: the registered name of the model that looked.
    """

    image: Image
    estimate: Estimate
    timestamp: float
    stages: dict[str, float]
    model: str

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
        watch = _Stopwatch()
        self._start_over_if_time_went_back(frame, plan)
        estimate = plan.estimator.estimate(frame, plan.settings)
        watch.lap("pose")
        canvas, estimate = _canvas(frame, estimate, plan)
        overlay.draw(canvas, estimate, plan.settings)
        if plan.settings.readout and note:
            overlay.draw_note(canvas, note, plan.settings.thickness)
        watch.lap("draw")
        return Result(canvas, estimate, frame.timestamp, watch.stages, plan.model)

    def _start_over_if_time_went_back(self, frame: Frame, plan: Plan) -> None:
        if frame.timestamp < self._last_timestamp:
            plan.estimator.reset()
        self._last_timestamp = frame.timestamp


def _canvas(frame: Frame, estimate: Estimate, plan: Plan) -> tuple[Image, Estimate]:
    """A picture to draw on. Mirroring happens here, once, to pixels and coordinates together."""
    if not plan.mirrored:
        return frame.image.copy(), estimate
    return np.ascontiguousarray(frame.image[:, ::-1]), estimate.mirrored(frame.size[0])
