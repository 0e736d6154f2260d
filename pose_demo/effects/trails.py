"""Motion trails of keypoints."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext, visible_keypoint
from pose_demo.geometry import clip_box
from pose_demo.imaging import as_uint8, blend
from pose_demo.types import Box, Image, Mask

_KEYPOINTS = tuple(
    "nose left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist "
    "left_hip right_hip left_knee right_knee left_ankle right_ankle".split()
)
_COLORS = ((64, 224, 255), (255, 110, 199), (255, 209, 71), (126, 255, 128), (170, 140, 255), (255, 146, 84))
_SHIFT = 3  # fractional bits of the coordinates for OpenCV: an eighth of a pixel

TrackKeypoint = tuple[int, str]  # track id and name of the keypoint
FixedPoint = tuple[int, int]  # in eighths of a pixel
Sample = tuple[float, FixedPoint | None]  # timestamp and position, None if the keypoint was not visible


@dataclass
class _TrailHistory:
    """The recent samples of each person's keypoints, in order of time."""

    size: tuple[int, int]
    now: float
    samples: dict[TrackKeypoint, deque[Sample]] = field(default_factory=dict)

    def add(self, key: TrackKeypoint, point: FixedPoint | None) -> None:
        samples = self.samples.setdefault(key, deque())
        if samples and samples[-1][0] == self.now:
            samples.pop()
        samples.append((self.now, point))

    def discard_older_than(self, timestamp: float) -> None:
        for key, samples in list(self.samples.items()):
            while samples and samples[0][0] <= timestamp:
                samples.popleft()
            if not samples:
                del self.samples[key]


@dataclass(frozen=True)
class Trails(Effect):
    """Draw a fading, tapering line along the recent path of each selected keypoint, per track id."""

    title: ClassVar[str] = "Trails"
    needs_keypoints: ClassVar[bool] = True

    keypoints: tuple[str, ...] = fields.choices(
        ("left_wrist", "right_wrist", "left_ankle", "right_ankle"),
        _KEYPOINTS,
        "Keypoints",
        "Keypoints that leave a trail.",
    )
    seconds: float = fields.number(
        0.8, 0.1, 3.0, "Length", "Seconds of motion that stay visible; longer trails take more time to draw.", step=0.1
    )
    thickness: int = fields.integer(
        10, 1, 40, "Thickness", "Width of the line at the keypoint, in pixels; it tapers towards its end."
    )

    @property
    def hides(self) -> bool:
        return False

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        history = _get_history(context)
        self._update(history, context)
        if any(len(samples) > 1 for samples in history.samples.values()):
            self._draw(canvas, history)
        return canvas

    def _update(self, history: _TrailHistory, context: EffectContext) -> None:
        for index, pose in enumerate(context.poses):
            track_id = -1 - index if pose.track_id is None else pose.track_id
            for name in self.keypoints:
                xy = visible_keypoint(pose, name, context.confidence)
                history.add((track_id, name), None if xy is None else _fixed_point(xy))
        history.discard_older_than(history.now - self.seconds)

    def _draw(self, canvas: Image, history: _TrailHistory) -> None:
        layer, alpha = np.zeros_like(canvas), np.zeros(canvas.shape[:2], np.uint8)
        for (track_id, name), samples in history.samples.items():
            color = _COLORS[(_KEYPOINTS.index(name) + max(track_id, 0)) % len(_COLORS)]
            for opacity, start, end in self._segments(samples, history.now):
                width = max(1, round(self.thickness * opacity))
                # The color is drawn wider than the alpha, so that blurred edges still have the line's color.
                cv2.line(layer, start, end, color, width + 4, cv2.LINE_8, _SHIFT)
                cv2.line(alpha, start, end, 255 * opacity, width, cv2.LINE_8, _SHIFT)
        _blend_layer(canvas, layer, alpha)

    def _segments(self, samples: deque[Sample], now: float) -> Iterator[tuple[float, FixedPoint, FixedPoint]]:
        """The segments of a line, oldest first: opacity in (0, 1], start and end."""
        for (_, start), (timestamp, end) in pairwise(samples):
            if start and end and start != end:
                yield 1 - (now - timestamp) / self.seconds, start, end


def _get_history(context: EffectContext) -> _TrailHistory:
    """The stream's history at this frame's time; a new one if the timestamp decreased or the frame size changed."""
    history, now = context.state.get("trails"), context.frame.timestamp
    if not isinstance(history, _TrailHistory) or history.size != context.frame.size or now < history.now:
        history = context.state["trails"] = _TrailHistory(context.frame.size, now)
    history.now = now
    return history


def _fixed_point(point: npt.NDArray[np.float64]) -> FixedPoint:
    # Points far outside the frame are clipped to what OpenCV's 32-bit coordinates can hold.
    x, y = np.clip((point - 0.5) * 2**_SHIFT, -1e6, 1e6)
    return round(float(x)), round(float(y))


def _blend_layer(canvas: Image, layer: Image, alpha: Mask) -> None:
    x, y, width, height = cv2.boundingRect(alpha)
    box = clip_box(Box(x - 1, y - 1, x + width + 1, y + height + 1), (canvas.shape[1], canvas.shape[0]))
    if box is None:
        return
    x0, y0, x1, y1 = box
    # Blurring once is faster than drawing antialiased lines, which take three times as long when thick.
    soft = as_uint8(cv2.blur(alpha[y0:y1, x0:x1], (3, 3)))
    canvas[y0:y1, x0:x1] = blend(layer[y0:y1, x0:x1], canvas[y0:y1, x0:x1], soft)
