"""The overlay: skeletons, keypoints, boxes, labels, match scores and the frame rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.matching.feedback import limb_color, percent
from pose_demo.matching.limb_angles import LIMB_BETWEEN
from pose_demo.matching.matcher import MatchState
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.skeletons import BLAZEPOSE_33, HAND_21
from pose_demo.text_drawing import Color, put_text, text_size
from pose_demo.types import Box, Estimate, Image, Keypoints, Pose

Edge = tuple[int, int]
FixedPoint = tuple[int, int]  # OpenCV's fixed-point coordinates

# Okabe and Ito's palette, which color-blind people can distinguish. The person's left and right each have one color.
SIDE_COLORS: dict[str, Color] = {"left": (86, 180, 233), "right": (240, 150, 40), "center": (245, 245, 245)}
PERSON_COLORS: tuple[Color, ...] = (
    (86, 180, 233),
    (240, 150, 40),
    (0, 200, 140),
    (240, 228, 66),
    (204, 121, 167),
    (213, 94, 0),
    (160, 160, 255),
)
MATCH_COLOR: Color = (0, 220, 90)
BOX_COLOR: Color = (0, 200, 140)
GHOST_COLOR: Color = (255, 255, 255)
OUTLINE_COLOR: Color = (24, 24, 32)
TEXT_COLOR: Color = (255, 255, 255)

STEP_BACK = message("step back")
_PERSON, _MATCH = message("person"), message("{score} match")
_KEYPOINTS = [name.replace("_", " ") for name in BLAZEPOSE_33.keypoints]  # those of COCO are among them
WORDS = (_PERSON, _MATCH, STEP_BACK, *_KEYPOINTS)  # in the image

_SHIFT = 4  # fractional bits of OpenCV's coordinates, so that slow motion is smooth
_FACE_SCALE = 0.55  # line width of a face relative to the body
_PART_SCALE = 0.5  # of the keypoints of a hand or a face
_PART_SIDES = {"left_hand": "left", "right_hand": "right", "face": "center"}
_MAX_COORDINATE = 30000.0  # above it OpenCV's fixed-point coordinates overflow


def line_width(image: Image, thickness: float = 1.0) -> float:
    """The base line width in pixels: 2 in a 640x480 image, proportional to the image size."""
    return float(max(1.0, min(image.shape[:2]) / 240 * thickness))


@dataclass(frozen=True)
class _Labels:
    """The texts beside boxes, persons and keypoints.

    Attributes:
        settings: which texts are shown.
        words: translations of `WORDS`; what is missing is English.
    """

    settings: Settings
    words: Mapping[str, str] = field(default_factory=dict)

    def box(self, box: Box) -> str:
        label = self._word(box.label)
        return f"{label} {box.score:.2f}" if self.settings.scores else label

    def person(self, pose: Pose) -> str:
        name = self._word(_PERSON) if pose.track_id is None else f"{self._word(_PERSON)} {pose.track_id}"
        return f"{name} {pose.score:.2f}" if self.settings.scores else name

    def match(self, match: MatchState) -> str:
        """The score; without one, what to do for it."""
        if match.match.score is None:
            return self._word(STEP_BACK) if match.match.too_little_visible else ""
        score = percent(match.match.score)
        return self._word(_MATCH).format(score=score) if match.is_match else score

    def keypoint(self, pose: Pose, k: int) -> str:
        name = self._word(pose.skeleton.keypoints[k].replace("_", " ")) if self.settings.keypoint_names else ""
        score = f"{pose.scores[k]:.2f}" if self.settings.scores else ""
        return f"{name} {score}".strip()

    def _word(self, english: str) -> str:
        return self.words.get(english, english)


def draw(
    canvas: Image,
    estimate: Estimate,
    settings: Settings,
    matches: Sequence[MatchState] = (),
    words: Mapping[str, str] | None = None,
    limb_errors: Mapping[int, Mapping[str, float]] | None = None,
) -> None:
    """Draw everything that the settings enable onto ``canvas``.

    Args:
        canvas: RGB, changed in place.
        estimate: poses and boxes in its pixels.
        settings: what to draw.
        matches: the match state of each pose, which colors its limbs; empty without a reference.
        words: translations of `WORDS`; what is missing is English.
        limb_errors: degrees that color the limbs of a pose, by its index, in place of its match.
    """
    labels = _Labels(settings, words or {})
    width = line_width(canvas, settings.thickness)
    several = len(estimate.poses) > 1
    for match in matches:
        if match.ghost:
            draw_ghost(canvas, match.ghost, settings.confidence, width)
    if settings.boxes:
        _draw_boxes(canvas, estimate, labels, width)
    for index, pose in enumerate(estimate.poses):
        match_state = matches[index] if matches else None
        errors = (limb_errors or {}).get(index)
        colors = _edge_colors(pose, match_state, several) if errors is None else _limb_colors(pose, errors)
        draw_pose(canvas, pose, labels, width, colors)
        for name, part in pose.parts.items():
            color = _person_color(pose, several) if several else SIDE_COLORS[_PART_SIDES[name]]
            draw_part(canvas, part, settings, width * _PART_SCALE, color)
        if match_state:
            _draw_match_score(canvas, pose, match_state, labels, width)


def _draw_boxes(canvas: Image, estimate: Estimate, labels: _Labels, width: float) -> None:
    several = len(estimate.poses) > 1
    for box in estimate.boxes:
        _draw_labeled_box(canvas, box, labels.box(box), width, BOX_COLOR)
    for pose in estimate.poses:
        if pose.box:
            label, color = labels.person(pose), _person_color(pose, several)
            _draw_labeled_box(canvas, pose.box, label, width, color)


def _draw_labeled_box(canvas: Image, box: Box, label: str, width: float, color: Color) -> None:
    draw_box(canvas, box, width, color)
    draw_label(canvas, label, (box.x0, box.y0), width, color)


def _person_color(pose: Pose, several: bool) -> Color:
    return person_color(pose.track_id) if several else BOX_COLOR


def person_color(track_id: int | None) -> Color:
    """The color of one of several persons."""
    return PERSON_COLORS[(track_id or 0) % len(PERSON_COLORS)]


def _edge_colors(pose: Pose, match: MatchState | None, several: bool) -> dict[Edge, Color]:
    """Edge colors by limb error when there is a reference, else by person when there are several, else by side."""
    if match and match.is_match:
        return dict.fromkeys(pose.skeleton.edges, MATCH_COLOR)
    if match:
        return _limb_colors(pose, match.match.limbs)
    if several:
        return dict.fromkeys(pose.skeleton.edges, _person_color(pose, several))
    sides = pose.skeleton.sides
    return {(a, b): SIDE_COLORS[sides[a] if sides[a] == sides[b] else "center"] for a, b in pose.skeleton.edges}


def _limb_colors(pose: Pose, limbs: Mapping[str, float]) -> dict[Edge, Color]:
    return {edge: _limb_color(pose, edge, limbs) for edge in pose.skeleton.edges}


def _limb_color(pose: Pose, edge: Edge, limbs: Mapping[str, float]) -> Color:
    limb = LIMB_BETWEEN.get(frozenset(pose.skeleton.keypoints[end] for end in edge), "")
    return limb_color(limbs[limb]) if limb in limbs else SIDE_COLORS["center"]


def draw_pose(canvas: Image, pose: Pose, labels: _Labels, width: float, colors: dict[Edge, Color]) -> None:
    """Draw one person's skeleton, keypoints and labels as the settings enable them."""
    settings = labels.settings
    points, visible = _fixed_points(pose.xy), np.flatnonzero(pose.scores >= settings.confidence).tolist()
    if settings.skeleton:
        draw_edges(canvas, pose, points, {edge: colors[edge] for edge in _visible_edges(visible, pose)}, width)
    if settings.keypoints:
        for k in visible:
            draw_keypoint(canvas, points[k], SIDE_COLORS[pose.skeleton.sides[k]], width * _scale(pose, k))
    if settings.keypoint_names or settings.scores:
        for k in visible:
            draw_text(canvas, labels.keypoint(pose, k), pose.xy[k] + 2.5 * width, width)


def draw_skeletons(canvas: Image, poses: Sequence[Pose], settings: Settings) -> None:
    """Draw skeletons and keypoints without texts, colored by side, whatever else the settings show."""
    labels = _Labels(replace(settings, skeleton=True, keypoints=True, keypoint_names=False, scores=False))
    for pose in poses:
        draw_pose(canvas, pose, labels, line_width(canvas, settings.thickness), _edge_colors(pose, None, False))


def draw_part(canvas: Image, part: Keypoints, settings: Settings, width: float, color: Color) -> None:
    """Draw a hand or a face as the settings enable it; a face without dots, which would cover it."""
    points, visible = _fixed_points(part.xy), np.flatnonzero(part.scores >= settings.confidence).tolist()
    if settings.skeleton:
        draw_edges(canvas, part, points, dict.fromkeys(_visible_edges(visible, part), color), width)
    if settings.keypoints and part.skeleton is HAND_21:
        for k in visible:
            draw_keypoint(canvas, points[k], color, width)


def draw_ghost(canvas: Image, ghost: Pose, confidence: float, width: float) -> None:
    """Draw the reference pose as a half-transparent figure."""
    layer = canvas.copy()
    points, thickness = _fixed_points(ghost.xy), round(4 * width)
    for a, b in _visible_edges(np.flatnonzero(ghost.scores >= confidence).tolist(), ghost):
        cv2.line(layer, points[a], points[b], GHOST_COLOR, thickness, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(layer, 0.5, canvas, 0.5, 0, dst=canvas)


def _draw_match_score(canvas: Image, pose: Pose, match: MatchState, labels: _Labels, width: float) -> None:
    box, text = pose.bounding_box(labels.settings.confidence), labels.match(match)
    if box is None or not text:
        return
    color = MATCH_COLOR if match.is_match else SIDE_COLORS["center"]
    scale = 1.3 if match.match.score is not None else 2.6  # from afar, where the person has to go
    draw_label(canvas, text, (box.x0, box.y0 - 4 * width), width * scale, color)


def _fixed_points(xy: npt.ArrayLike) -> list[FixedPoint]:
    """Convert continuous coordinates (n, 2) to OpenCV's fixed-point ones, which count from pixel centers."""
    clipped = np.clip(np.asarray(xy, np.float64) - 0.5, -_MAX_COORDINATE, _MAX_COORDINATE)
    return [(x, y) for x, y in np.rint(clipped * (1 << _SHIFT)).astype(int).tolist()]


def _visible_edges(visible: Sequence[int], pose: Pose | Keypoints) -> list[Edge]:
    """The edges with both keypoints visible."""
    shown = set(visible)
    return [(a, b) for a, b in pose.skeleton.edges if a in shown and b in shown]


def _scale(pose: Pose | Keypoints, *keypoints: int) -> float:
    """Line width factor: thinner on faces, which are small and have many keypoints."""
    return _FACE_SCALE if any(pose.skeleton.face[k] for k in keypoints) else 1.0


def draw_edges(
    canvas: Image, pose: Pose | Keypoints, points: Sequence[FixedPoint], colors: dict[Edge, Color], width: float
) -> None:
    """Draw skeleton edges with a dark outline, which makes them visible on any background."""
    lines = [(points[a], points[b], width * _scale(pose, a, b), color) for (a, b), color in colors.items()]
    for start, end, thickness, _ in lines:
        cv2.line(canvas, start, end, OUTLINE_COLOR, max(1, round(2.2 * thickness)), cv2.LINE_AA, _SHIFT)
    for start, end, thickness, color in lines:
        cv2.line(canvas, start, end, color, max(1, round(1.2 * thickness)), cv2.LINE_AA, _SHIFT)


def draw_keypoint(canvas: Image, center: FixedPoint, color: Color, width: float) -> None:
    """Draw one keypoint as a dot."""
    radius = round(2.0 * width * (1 << _SHIFT))
    cv2.circle(canvas, center, radius, OUTLINE_COLOR, -1, cv2.LINE_AA, _SHIFT)
    cv2.circle(canvas, center, round(radius * 0.7), color, -1, cv2.LINE_AA, _SHIFT)


def draw_box(canvas: Image, box: Box, width: float, color: Color = BOX_COLOR) -> None:
    """Draw the outline of a box."""
    top_left, bottom_right = _fixed_points([(box.x0, box.y0), (box.x1, box.y1)])
    cv2.rectangle(canvas, top_left, bottom_right, color, max(1, round(width)), cv2.LINE_AA, _SHIFT)


def _text_style(width: float) -> tuple[float, int]:
    """OpenCV's font scale and stroke thickness for a line width."""
    return max(0.35, 0.22 * width), max(1, round(0.5 * width))


def draw_text(canvas: Image, text: str, xy: npt.ArrayLike, width: float, color: Color = TEXT_COLOR) -> None:
    """Draw small text with an outline; ``xy`` is the left end of its baseline."""
    scale, weight = _text_style(width)
    x, y = (int(v) for v in np.clip(np.asarray(xy, np.float64), -_MAX_COORDINATE, _MAX_COORDINATE))
    put_text(canvas, text, (x, y), scale, OUTLINE_COLOR, weight + 2)
    put_text(canvas, text, (x, y), scale, color, weight)


def draw_label(canvas: Image, text: str, corner: tuple[float, float], width: float, color: Color) -> None:
    """Draw text on a filled rectangle above ``corner``, moved into the image where it would be cut off."""
    scale, weight = _text_style(width)
    text_width, text_height, descent = text_size(text, scale, weight)
    x = int(np.clip(corner[0], 0, max(0, canvas.shape[1] - text_width - 4)))
    y = int(np.clip(corner[1], text_height + descent + 4, canvas.shape[0]))
    cv2.rectangle(canvas, (x, y - text_height - descent - 4), (x + text_width + 4, y), color, -1)
    put_text(canvas, text, (x + 2, y - descent - 1), scale, OUTLINE_COLOR, weight)


def draw_note(canvas: Image, text: str, thickness: float = 1.0) -> None:
    """Draw a line of text in the upper left corner."""
    width = line_width(canvas, thickness) * 1.3
    draw_text(canvas, text, (4 * width, 9 * width), width)
