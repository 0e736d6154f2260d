"""Pixelated faces. In case of doubt a larger area is pixelated rather than a smaller one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import fields
from pose_demo.effects.base import Effect, EffectContext, visible_keypoint
from pose_demo.geometry import clip_box
from pose_demo.imaging import as_uint8
from pose_demo.skeletons import COCO_FACE, FACE_OVAL
from pose_demo.types import Box, Image, Keypoints, Pose

Vector = npt.NDArray[np.float64]

# Keypoints with this score locate a face even if a higher confidence is set: that setting must not reveal a face.
_FACE_CONFIDENCE = 0.15

# Half the height of an adult's head (115 mm) as a multiple of other lengths. The largest estimate is used, because
# rotation, bending and occlusion only shorten a length in the image.
# Source: rounded adult means of NASA-STD-3000, section 3: eyes 63 mm apart, ears 150, shoulders 350, torso 500.
_HALF_HEAD_RATIOS = {
    ("left_eye", "right_eye"): 1.8,
    ("left_ear", "right_ear"): 0.8,
    ("left_eye", "left_ear"): 1.0,
    ("right_eye", "right_ear"): 1.0,
    ("left_shoulder", "right_shoulder"): 0.33,
    ("left_shoulder", "left_hip"): 0.23,
    ("right_shoulder", "right_hip"): 0.23,
}
_HALF_HEAD_TO_BODY_HEIGHT = 0.066
_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_SHOULDERS_TO_HEAD = 1.8  # from the midpoint of the shoulders to the center of the head, in half head heights
_ESTIMATED_HEAD_SCALE = 1.35  # a head located by the shoulders may be tilted: cover more
_HALF_HEAD_TO_FACE_DIAGONAL = 0.6  # at least; the diagonal of the bounding box of the visible face keypoints
_MAX_MATCH_DISTANCE = 2.0  # in half sides (see `Head.distance`): nearer heads of two frames are the same person's
_MIN_HALF_SIDE = 4.0  # pixels
_MAX_STORED_HEADS = 50


@dataclass(frozen=True)
class Head:
    """A square around a head: its center in frame pixels, and half its side."""

    x: float
    y: float
    half_side: float

    def distance(self, other: Head) -> float:
        """Chebyshev distance of the centers, in half sides of the larger square."""
        larger = max(self.half_side, other.half_side, _MIN_HALF_SIDE)
        return max(abs(self.x - other.x), abs(self.y - other.y)) / larger

    @classmethod
    def around(cls, box: Box) -> Head:
        """The square around a bounding box."""
        return cls(*box.center, box.longer_side / 2)

    @classmethod
    def enclosing(cls, face: Keypoints) -> Head:
        """The square around the smallest circle that contains the outline of a face mesh."""
        (x, y), radius = cv2.minEnclosingCircle(face.xy[list(FACE_OVAL)])
        return cls(x, y, radius)


@dataclass(frozen=True)
class Pixelate(Effect):
    """Pixelate each person's face, located by its keypoints, else by the shoulders, else the whole person.

    The outline of the face mesh, where it is estimated, is covered in addition.

    When a face is no longer detected, its last position stays pixelated for ``hold`` seconds. A person who is not
    detected stays visible. ``no_detection="hide"`` pixelates the whole image only while no person at all is detected
    and no lost face is pixelated: an undetected person beside a detected one stays visible.
    """

    title: ClassVar[str] = "Pixelate faces"
    needs_keypoints: ClassVar[bool] = True

    blocks: int = fields.integer(7, 2, 30, "Blocks", "Number of blocks across a head; fewer blocks hide more.")
    margin: float = fields.number(
        1.25, 1.0, 3.0, "Margin", "Size of the pixelated area as a multiple of the size of the head."
    )
    shape: str = fields.choice("round", ("round", "square"), "Shape", "Outline of the pixelated area.")
    hold: float = fields.number(
        1.0, 0.0, 5.0, "Hold", "Seconds for which a face stays pixelated after the model has lost the person.", step=0.1
    )
    no_detection: str = fields.choice(
        "show",
        ("show", "hide"),
        "Without a detection",
        "'hide' pixelates the whole image, but only while no person at all is detected and no lost face is pixelated. "
        "An undetected person beside a detected one stays visible.",
    )

    def apply(self, canvas: Image, context: EffectContext) -> Image:
        threshold = min(context.confidence, _FACE_CONFIDENCE)
        detected = [head for pose in context.poses for head in _locate_heads(pose, threshold)]
        heads = [*detected, *_lost_heads(context, detected, self.hold)]
        if not heads and self.no_detection == "hide":
            height, width = canvas.shape[:2]
            heads = [Head(width / 2, height / 2, float(max(width, height)))]
        meshes = [Head.enclosing(pose.parts["face"]) for pose in context.poses if "face" in pose.parts]
        for head in (*heads, *meshes):
            self._pixelate(canvas, head)
        return canvas

    def _pixelate(self, canvas: Image, head: Head) -> None:
        half = max(head.half_side * self.margin, _MIN_HALF_SIDE)
        square = Box(head.x - half, head.y - half, head.x + half, head.y + half)
        box = clip_box(square, (canvas.shape[1], canvas.shape[0]))
        if box is None:
            return
        x0, y0, x1, y1 = box
        area = canvas[y0:y1, x0:x1]
        blocks = _average_blocks(area, max(1.0, 2 * half / self.blocks))
        if self.shape == "square":
            area[:] = blocks
        else:
            x, y = np.arange(x0, x1) + 0.5 - head.x, np.arange(y0, y1) + 0.5 - head.y
            disc = np.add.outer(y * y, x * x) <= half * half
            cv2.copyTo(blocks, disc.view(np.uint8), dst=area)


def _average_blocks(image: Image, block_side: float) -> Image:
    height, width = image.shape[:2]
    block_count = (max(1, round(width / block_side)), max(1, round(height / block_side)))
    means = cv2.resize(image, block_count, interpolation=cv2.INTER_AREA)
    return as_uint8(cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST))


def _locate_heads(pose: Pose, threshold: float) -> Iterator[Head]:
    """The possible positions of a person's head."""
    points = {name: visible_keypoint(pose, name, threshold) for name in (*COCO_FACE, *_TORSO)}
    visible = {name: point for name, point in points.items() if point is not None}
    face = [visible[name] for name in COCO_FACE if name in visible]
    body = _body_box(pose, threshold)
    half_side = _half_head(visible, body)
    if len(face) > 1:
        yield _head_around(face, half_side)
    elif "left_shoulder" in visible and "right_shoulder" in visible:
        yield from (_head_around([point], half_side) for point in face)
        yield _head_above_shoulders(visible, half_side)
    elif body:
        yield Head.around(body)


def _half_head(visible: dict[str, Vector], body: Box | None) -> float:
    """Half the height of the head in pixels, from the visible lengths."""
    estimates = [
        ratio * float(np.hypot(*(visible[a] - visible[b])))
        for (a, b), ratio in _HALF_HEAD_RATIOS.items()
        if a in visible and b in visible
    ]
    body_height = body.longer_side if body else 0.0
    return max(_HALF_HEAD_TO_BODY_HEIGHT * body_height, *estimates, 0.0)


def _head_around(points: list[Vector], half_side: float) -> Head:
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    x, y = (low + high) / 2
    return Head(float(x), float(y), max(half_side, _HALF_HEAD_TO_FACE_DIAGONAL * float(np.hypot(*(high - low)))))


def _head_above_shoulders(visible: dict[str, Vector], half_side: float) -> Head:
    left, right = visible["left_shoulder"], visible["right_shoulder"]
    hips = [visible[name] for name in ("left_hip", "right_hip") if name in visible]
    midpoint, across = (left + right) / 2, left - right
    # Without hips the head is perpendicular to the shoulders, on the upper side.
    perpendicular = np.array((-across[1], across[0])) * (-1 if across[0] > 0 else 1)
    up = midpoint - np.mean(hips, axis=0) if hips else perpendicular
    x, y = midpoint + up / max(1e-6, float(np.hypot(*up))) * _SHOULDERS_TO_HEAD * half_side
    return Head(float(x), float(y), half_side * _ESTIMATED_HEAD_SCALE)


def _body_box(pose: Pose, threshold: float) -> Box | None:
    """The person's box, else the bounding box of the visible keypoints, else of all with a score above 0."""
    return pose.box or pose.bounding_box(threshold or 1e-6) or pose.bounding_box(1e-6)


def _lost_heads(context: EffectContext, detected: list[Head], hold: float) -> list[Head]:
    """Heads of the last ``hold`` seconds that match no head of this frame; updates the stored heads."""
    now, size = context.frame.timestamp, context.frame.size
    stored_size, stored_time, stored = context.state.get("pixelate", (size, now, []))
    if stored_size != size or now < stored_time:
        stored = []
    lost = [(time, head) for time, head in stored if now - time <= hold]
    for head in detected:
        _remove_nearest(lost, head)
    context.state["pixelate"] = size, now, [*lost, *((now, head) for head in detected)][-_MAX_STORED_HEADS:]
    return [head for _, head in lost]


def _remove_nearest(stored: list[tuple[float, Head]], head: Head) -> None:
    """Remove the stored head that matches ``head``. At most one, because two heads may cross."""
    nearest = min(stored, key=lambda entry: entry[1].distance(head), default=None)
    if nearest and nearest[1].distance(head) < _MAX_MATCH_DISTANCE:
        stored.remove(nearest)
