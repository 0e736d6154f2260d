"""Two settings, A and B, on the frames of a live stream. Their images are joined at a divider: A left, B right.

A is the stream's own plan, and B is processed by a second stream after it, on the same thread. Each adapts to the
machine as if it ran alone: the governor measures the processing time of its own side only, so B lowers the frame rate,
but not the quality of A.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import cv2
import numpy as np

from pose_demo import overlay
from pose_demo.estimators import MODELS
from pose_demo.imaging import as_uint8
from pose_demo.live.placeholder import NOT_PROCESSED, placeholder
from pose_demo.live.status import StreamStatus
from pose_demo.live.stream import LiveStream
from pose_demo.metrics.comparison import ComparisonMeter, ComparisonSummary, SideFrame
from pose_demo.pipeline import Result
from pose_demo.plan import Plan, Uploads
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image

log = logging.getLogger(__name__)

_MAX_GAP_S = 1.0  # between two frames; after a longer one the measures start again
_LINE_COLOR, _EDGE_COLOR = (255, 255, 255), (40, 40, 40)
_LABEL_WIDTH = 1.8  # of the names of the sides, relative to the other labels


class LiveComparison:
    """Compares a stream with a second setting. The page calls all methods; the video thread calls the object itself.

    Attributes:
        settings: B; None while nothing is compared.
        divider: position of the divider in [0, 1] of the width.
        images: the images of A and B for the last frame. A side that failed shows the other's image, or a placeholder
            if its settings hide something else than the other's.
    """

    def __init__(self, stream: LiveStream) -> None:
        self._a, self._b = stream, LiveStream(counted=False)
        self.settings: Settings | None = None
        self.divider = 0.5
        self._reset()

    def _reset(self) -> None:
        self._meter, self._plans = ComparisonMeter(), (self._a.plan, self._b.plan)
        self._timestamp = float("inf")
        self.images: tuple[Image, Image] | None = None

    @property
    def active(self) -> bool:
        """Whether two settings are compared."""
        return self.settings is not None

    def start(self, settings: Settings) -> None:
        """Compare with B = ``settings``, once `request` has prepared them; until then B counts as failed."""
        self.settings = settings
        self._a.companion = self

    def request(self, uploads: Uploads, *, live: bool, local: bool = False) -> None:
        """Prepare B on the page's thread; see `LiveStream.request`. It does nothing while nothing is compared."""
        if self.settings:
            self._b.request(self.settings, uploads, live=live, local=local)

    def await_files(self) -> None:
        """See `LiveStream.await_files`."""
        if self.settings:
            self._b.await_files(self.settings)

    def stop(self) -> None:
        """Show A alone, and close the models of B after their last frame."""
        self._a.companion, self.settings = None, None
        self._b.close()
        self._reset()

    close = stop

    @property
    def plan(self) -> Plan | None:
        """The active plan of B."""
        return self._b.plan

    @property
    def status(self) -> StreamStatus:
        """The measurements of B alone."""
        return self._b.status()

    @property
    def summary(self) -> ComparisonSummary | None:
        """The measures of both sides over the last frames; None before the first frame."""
        return self._meter.summary

    @property
    def hides(self) -> bool:
        """Whether B hides something, so that a frame that was not processed must not be shown."""
        settings = self.settings
        return settings is not None and settings.hides

    def __call__(self, frame: Frame, plan: Plan, result: Result | None) -> Result | None:
        """The displayed result: that of A, with the image of B right of the divider; None if both failed."""
        try:
            plan_b, b = self._b.plan, self._b.process_frame(frame)
            shown = result or b
            if shown is None:
                self.images = None
                return None
            if result and b and plan_b:
                self._measure(frame, (plan, result), (plan_b, b))
            a_settings, b_settings = plan.requested_settings or plan.settings, self.settings or plan.settings
            left = _side_image(result, a_settings, b, b_settings)
            right = _side_image(b, b_settings, result, a_settings)
            return self._joined(shown, left, _resized(right, left))
        except Exception:
            log.exception("two settings could not be compared")
            self.images = None
            return None if self.hides else result

    def _joined(self, result: Result, left: Image, right: Image) -> Result:
        self.images = left, right
        return result if left is right else replace(result, image=join(left, right, self.divider))

    def _measure(self, frame: Frame, a: tuple[Plan, Result], b: tuple[Plan, Result]) -> None:
        """Add a frame to the measures, which start again with another plan or another connection."""
        plans = a[0], b[0]
        if plans != self._plans or not 0 <= frame.timestamp - self._timestamp <= _MAX_GAP_S:
            self._meter, self._plans = ComparisonMeter(), plans
        self._timestamp = frame.timestamp
        self._meter.add(_side(*a), _side(*b))


def _side(plan: Plan, result: Result) -> SideFrame:
    has_keypoints = MODELS[plan.pose.model].skeleton is not None
    poses = result.unmirrored_poses if has_keypoints else None
    return SideFrame(poses, plan.settings.confidence, result.milliseconds)


def _side_image(side: Result | None, settings: Settings, other: Result | None, others: Settings) -> Image:
    """The image of one side. If it failed, the other side's, unless that would show what its own settings hide."""
    if side:
        return side.image
    assert other
    hides_the_same = (settings.background, settings.effects) == (others.background, others.effects)
    if not settings.hides or hides_the_same:
        return other.image
    height, width = other.image.shape[:2]
    return placeholder((width, height), NOT_PROCESSED)


def _resized(image: Image, like: Image) -> Image:
    """An effect may change the size of one side."""
    height, width = like.shape[:2]
    return image if image.shape == like.shape else as_uint8(cv2.resize(image, (width, height)))


def join(left: Image, right: Image, divider: float) -> Image:
    """A new image: ``left`` up to the divider, ``right`` from there on, with a line and the labels A and B.

    Args:
        left, right: RGB images of the same size.
        divider: in [0, 1] of the width.
    """
    height, width = left.shape[:2]
    x = round(min(1.0, max(0.0, divider)) * width)
    image = np.concatenate((left[:, :x], right[:, x:]), axis=1)
    line = max(1, round(width / 480))
    cv2.line(image, (x, 0), (x, height), _EDGE_COLOR, line + 2)
    cv2.line(image, (x, 0), (x, height), _LINE_COLOR, line)
    thickness = _LABEL_WIDTH * overlay.line_width(image)
    if x > 0:
        overlay.draw_label(image, "A", (0, height), thickness, _LINE_COLOR)
    if x < width:
        overlay.draw_label(image, "B", (width, height), thickness, _LINE_COLOR)
    return image
