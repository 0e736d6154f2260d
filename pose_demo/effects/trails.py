"""Light trails behind hands and feet."""

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
from pose_demo.effects.base import Scene, clipped, keypoint
from pose_demo.imaging import blend, uint8
from pose_demo.types import Image, Mask

_JOINTS = tuple(
    "nose left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist "
    "left_hip right_hip left_knee right_knee left_ankle right_ankle".split()
)
_COLOURS = ((64, 224, 255), (255, 110, 199), (255, 209, 71), (126, 255, 128), (170, 140, 255), (255, 146, 84))
_SHIFT = 3  # OpenCV draws at an eighth of a pixel

Owner = tuple[int, str]
Point = tuple[int, int]  # in eighths of a pixel
Spot = tuple[float, Point | None]


@dataclass
class _Paths:
    """Where each person's joints were: (timestamp, point) in order of time, None where the joint was not seen."""

    size: tuple[int, int]
    now: float
    spots: dict[Owner, deque[Spot]] = field(default_factory=dict)

    def add(self, owner: Owner, point: Point | None) -> None:
        path = self.spots.setdefault(owner, deque())
        if path and path[-1][0] == self.now:
            path.pop()
        path.append((self.now, point))

    def forget(self, before: float) -> None:
        for owner, path in list(self.spots.items()):
            while path and path[0][0] <= before:
                path.popleft()
            if not path:
                del self.spots[owner]


@dataclass(frozen=True)
class Trails:
    """A fading, tapering line behind each chosen joint, per track_id, on the frames' own clock."""

    title: ClassVar[str] = "Trails"

    joints: tuple[str, ...] = fields.choices(
        ("left_wrist", "right_wrist", "left_ankle", "right_ankle"),
        _JOINTS,
        "Joints",
        "Which joints draw a line behind them.",
    )
    seconds: float = fields.number(
        0.8, 0.1, 3.0, "Length", "How many seconds of movement stay visible; longer paints more.", step=0.1
    )
    thickness: int = fields.integer(
        10, 1, 40, "Thickness", "Width of the line at the joint, in pixels; it tapers towards its end."
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        paths = _paths(scene)
        self._follow(paths, scene)
        if any(len(path) > 1 for path in paths.spots.values()):
            self._draw(canvas, paths)
        return canvas

    def _follow(self, paths: _Paths, scene: Scene) -> None:
        for place, pose in enumerate(scene.poses):
            person = -1 - place if pose.track_id is None else pose.track_id
            for joint in self.joints:
                xy = keypoint(pose, joint, scene.confidence)
                paths.add((person, joint), None if xy is None else _fixed(xy))
        paths.forget(paths.now - self.seconds)

    def _draw(self, canvas: Image, paths: _Paths) -> None:
        layer, strength = np.zeros_like(canvas), np.zeros(canvas.shape[:2], np.uint8)
        for (person, joint), path in paths.spots.items():
            colour = _COLOURS[(_JOINTS.index(joint) + max(person, 0)) % len(_COLOURS)]
            for fresh, start, end in self._strokes(path, paths.now):
                width = max(1, round(self.thickness * fresh))
                # The colour goes wider than the strength, so that a softened edge still has the line's colour.
                cv2.line(layer, start, end, colour, width + 4, cv2.LINE_8, _SHIFT)
                cv2.line(strength, start, end, 255 * fresh, width, cv2.LINE_8, _SHIFT)
        _lay_over(canvas, layer, strength)

    def _strokes(self, path: deque[Spot], now: float) -> Iterator[tuple[float, Point, Point]]:
        """Pieces of a line, oldest first: how fresh in (0, 1], and both ends."""
        for (_, start), (time, end) in pairwise(path):
            if start and end and start != end:
                yield 1 - (now - time) / self.seconds, start, end


def _paths(scene: Scene) -> _Paths:
    """The stream's paths at this frame's time; new ones after a jump back in time or another picture size."""
    paths = scene.memory.get("trails")
    now = scene.frame.timestamp
    if not isinstance(paths, _Paths) or paths.size != scene.frame.size or now < paths.now:
        paths = scene.memory["trails"] = _Paths(scene.frame.size, now)
    paths.now = now
    return paths


def _fixed(point: npt.NDArray[np.float64]) -> Point:
    # Far outside means invisible, and a number that OpenCV's 32 bits hold.
    x, y = np.clip((point - 0.5) * 2**_SHIFT, -1e6, 1e6)
    return round(float(x)), round(float(y))


def _lay_over(canvas: Image, layer: Image, strength: Mask) -> None:
    x, y, width, height = cv2.boundingRect(strength)
    region = clipped(canvas, x - 1, y - 1, x + width + 1, y + height + 1)
    if region is None:
        return
    x0, y0, x1, y1 = region
    # Softened here, once: antialiased thick lines cost three times as much.
    soft = uint8(cv2.blur(strength[y0:y1, x0:x1], (3, 3)))
    canvas[y0:y1, x0:x1] = blend(layer[y0:y1, x0:x1], canvas[y0:y1, x0:x1], soft)
