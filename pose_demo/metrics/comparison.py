"""Summaries of two pipelines, A and B, that process the same frames."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from pose_demo.metrics.agreement import WINDOW, Floats, Jitter, RunningMedian, disagreement
from pose_demo.types import Pose


@dataclass(frozen=True)
class SideFrame:
    """What one side made of a frame.

    Attributes:
        poses: unmirrored, with track ids; None for a model without keypoints.
        confidence: a keypoint with a lower score is not detected.
        milliseconds: processing time.
    """

    poses: tuple[Pose, ...] | None
    confidence: float
    milliseconds: float


@dataclass(frozen=True)
class SideSummary:
    """Measures of one side.

    Attributes:
        ms: median processing time of a frame.
        jitter: in % of the body size (see `Jitter`); None without three consecutive detections.
    """

    ms: float
    jitter: float | None

    @property
    def fps(self) -> float:
        """Frames per second that this side would reach alone."""
        return 1000 / self.ms if self.ms else 0.0


@dataclass(frozen=True, eq=False)
class ComparisonSummary:
    """Measures of both sides.

    Attributes:
        a, b: of each side.
        joints: ``(17,)`` median disagreement per COCO-17 joint in % of the torso length; NaN where unknown.
        disagreement: median over the frames in % of the torso length; None where unknown.
        frames: number of frames since the last change of the settings.
    """

    a: SideSummary
    b: SideSummary
    joints: Floats
    disagreement: float | None
    frames: int


@dataclass(frozen=True, eq=False)
class FrameDisagreement:
    """The disagreement about one frame, as a whole (None without persons) and per joint; see `disagreement`."""

    total: float | None
    joints: Floats | None = None


class _Side:
    def __init__(self, window: int) -> None:
        self.ms: deque[float] = deque(maxlen=window)
        self.jitter = Jitter(window)

    def add(self, frame: SideFrame) -> None:
        self.ms.append(frame.milliseconds)
        self.jitter.update(frame.poses or (), frame.confidence)

    @property
    def summary(self) -> SideSummary:
        return SideSummary(median(self.ms.copy()), self.jitter.value)


class ComparisonMeter:
    """Measures both sides over the last frames. One thread calls `add`, another may read `summary`."""

    def __init__(self, window: int = WINDOW) -> None:
        self._a, self._b = _Side(window), _Side(window)
        self._joints = RunningMedian(window)
        self._totals: deque[float] = deque(maxlen=window)
        self._frames = 0

    def add(self, a: SideFrame, b: SideFrame) -> FrameDisagreement:
        """Process one frame; returns its disagreement, which is unknown if a model has no keypoints."""
        self._a.add(a)
        self._b.add(b)
        self._frames += 1
        if a.poses is None or b.poses is None:
            return FrameDisagreement(None)
        total, joints = disagreement(a.poses, b.poses, a.confidence, b.confidence)
        self._joints.add(joints)
        if total is not None:
            self._totals.append(total)
        return FrameDisagreement(total, joints)

    @property
    def summary(self) -> ComparisonSummary | None:
        """The current measures; None before the first frame."""
        if not self._frames:
            return None
        totals = self._totals.copy()
        return ComparisonSummary(
            self._a.summary, self._b.summary, self._joints.value, median(totals) if totals else None, self._frames
        )
