"""Faces as coarse blocks. When in doubt it hides too much rather than too little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.effects.base import Scene, clipped, keypoint
from pose_demo.imaging import uint8
from pose_demo.types import Box, Image, Pose

Vector = npt.NDArray[np.float64]

# A keypoint may hide a face long before it is sure enough to be drawn: a strict confidence must not uncover anyone.
_ENOUGH = 0.15

# Half the height of an adult's head (115 mm) in terms of other lengths. The largest decides, because a length that is
# turned away, bent or half hidden only gets shorter.
# Source: rounded adult means of NASA-STD-3000, section 3: eyes 63 mm apart, ears 150, shoulders 350, torso 500.
_HALF_HEAD = {
    ("left_eye", "right_eye"): 1.8,
    ("left_ear", "right_ear"): 0.8,
    ("left_eye", "left_ear"): 1.0,
    ("right_eye", "right_ear"): 1.0,
    ("left_shoulder", "right_shoulder"): 0.33,
    ("left_shoulder", "left_hip"): 0.23,
    ("right_shoulder", "right_hip"): 0.23,
}
_HALF_HEAD_OF_HEIGHT = 0.066
_FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
_BODY = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_NECK = 1.8  # from between the shoulders to the middle of the head, in half heads
_GUESS = 1.35  # a head that nobody has seen may be tilted: hide more
_SMALLEST = 4.0  # pixels
_MOST = 50  # heads that are remembered


@dataclass(frozen=True)
class Head:
    """A square round a head: its centre in frame pixels, and half its side."""

    x: float
    y: float
    half: float

    def distance(self, other: Head) -> float:
        """How far apart the centres are, in half sides of the larger square."""
        return max(abs(self.x - other.x), abs(self.y - other.y)) / max(self.half, other.half, _SMALLEST)


@dataclass(frozen=True)
class Pixelate:
    """Hide each person's face: by its keypoints, else by the shoulders, else the whole person.

    A head that is lost for a moment stays hidden where it was. A person whom the model never finds is not hidden,
    unless ``nobody`` is "hide".
    """

    title: ClassVar[str] = "Pixelate faces"

    blocks: int = fields.integer(
        7, 2, 30, "Blocks", "How many blocks a head is cut into from side to side; fewer hide more."
    )
    margin: float = fields.number(
        1.25, 1.0, 3.0, "Margin", "How much larger than the head the hidden part is; 1 is just the head."
    )
    shape: str = fields.choice("round", ("round", "square"), "Shape", "Outline of the hidden part.")
    hold: float = fields.number(
        1.0, 0.0, 5.0, "Hold", "How many seconds a face stays hidden after the model has lost the person.", step=0.1
    )
    nobody: str = fields.choice(
        "show",
        ("show", "hide"),
        "When nobody is found",
        "'hide' turns the whole picture into blocks while the model finds no person: safe, but no picture.",
    )

    def apply(self, canvas: Image, scene: Scene) -> Image:
        seen = [head for pose in scene.poses for head in _heads(pose, min(scene.confidence, _ENOUGH))]
        heads = [*seen, *_lost(scene, seen, self.hold)]
        for head in heads:
            self._hide(canvas, head)
        if not heads and self.nobody == "hide":
            height, width = canvas.shape[:2]
            self._hide(canvas, Head(width / 2, height / 2, float(max(width, height))))
        return canvas

    def _hide(self, canvas: Image, head: Head) -> None:
        half = max(head.half * self.margin, _SMALLEST)
        region = clipped(canvas, head.x - half, head.y - half, head.x + half, head.y + half)
        if region is None:
            return
        x0, y0, x1, y1 = region
        inside = canvas[y0:y1, x0:x1]
        coarse = _coarse(inside, max(1.0, 2 * half / self.blocks))
        if self.shape == "square":
            inside[:] = coarse
        else:
            x, y = np.arange(x0, x1) + 0.5 - head.x, np.arange(y0, y1) + 0.5 - head.y
            disc = np.add.outer(y * y, x * x) <= half * half
            cv2.copyTo(coarse, disc.view(np.uint8), dst=inside)


def _coarse(image: Image, block: float) -> Image:
    height, width = image.shape[:2]
    cells = (max(1, round(width / block)), max(1, round(height / block)))
    means = cv2.resize(image, cells, interpolation=cv2.INTER_AREA)
    return uint8(cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST))


def _heads(pose: Pose, threshold: float) -> Iterator[Head]:
    """Where this person's head is or may be."""
    known = {name: keypoint(pose, name, threshold) for name in (*_FACE, *_BODY)}
    seen = {name: point for name, point in known.items() if point is not None}
    face = [seen[name] for name in _FACE if name in seen]
    half = _half_head(seen, _outline(pose, threshold))
    if len(face) > 1:
        yield _round_face(face, half)
    elif "left_shoulder" in seen and "right_shoulder" in seen:
        yield from (_round_face([point], half) for point in face)
        yield _above_shoulders(seen, half)
    else:
        yield from _whole(_outline(pose, threshold))


def _half_head(seen: dict[str, Vector], outline: Box | None) -> float:
    lengths = [
        share * float(np.hypot(*(seen[a] - seen[b]))) for (a, b), share in _HALF_HEAD.items() if a in seen and b in seen
    ]
    height = max(outline.width, outline.height) if outline else 0.0
    return max(_HALF_HEAD_OF_HEIGHT * height, *lengths, 0.0)


def _round_face(points: list[Vector], half: float) -> Head:
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    x, y = (low + high) / 2
    return Head(float(x), float(y), max(half, 0.6 * float(np.hypot(*(high - low)))))


def _above_shoulders(seen: dict[str, Vector], half: float) -> Head:
    left, right = seen["left_shoulder"], seen["right_shoulder"]
    hips = [seen[name] for name in ("left_hip", "right_hip") if name in seen]
    middle = (left + right) / 2
    across = left - right
    # Without hips, up is at right angles to the shoulders, on the upper side.
    up = middle - np.mean(hips, axis=0) if hips else np.array((-across[1], across[0])) * (-1 if across[0] > 0 else 1)
    x, y = middle + up / max(1e-6, float(np.hypot(*up))) * _NECK * half
    return Head(float(x), float(y), half * _GUESS)


def _outline(pose: Pose, threshold: float) -> Box | None:
    """The person's box, else the box of the keypoints with a score worth anything; None when there is nothing."""
    return pose.box or pose.bounds(threshold or 1e-6) or pose.bounds(1e-6)


def _whole(outline: Box | None) -> Iterator[Head]:
    if outline:
        half = max(outline.width, outline.height) / 2
        yield Head((outline.x0 + outline.x1) / 2, (outline.y0 + outline.y1) / 2, half)


def _lost(scene: Scene, seen: list[Head], hold: float) -> list[Head]:
    """Heads of earlier frames that no head of this frame continues, for ``hold`` seconds."""
    now = scene.frame.timestamp
    size, latest, old = scene.memory.get("pixelate", (scene.frame.size, now, []))
    if size != scene.frame.size or now < latest:
        old = []
    fresh = [(time, head) for time, head in old if now - time <= hold]
    for head in seen:
        _claim(fresh, head)
    scene.memory["pixelate"] = scene.frame.size, now, [*fresh, *((now, head) for head in seen)][-_MOST:]
    return [head for _, head in fresh]


def _claim(old: list[tuple[float, Head]], head: Head) -> None:
    """Take the nearest earlier head off the list: it is the same one, moved. One only, for heads that cross."""
    nearest = min(old, key=lambda entry: entry[1].distance(head), default=None)
    if nearest and nearest[1].distance(head) < 2:
        old.remove(nearest)
