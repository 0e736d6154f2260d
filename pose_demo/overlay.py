"""Draws what was found: skeletons, keypoints, boxes, names, scores, matches and the speed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.matching.feedback import limb_colour
from pose_demo.matching.limb_angles import LIMB_BETWEEN
from pose_demo.matching.matcher import Judgement
from pose_demo.settings import Settings
from pose_demo.types import Box, Estimate, Image, Pose

Colour = tuple[int, int, int]
Edge = tuple[int, int]
Spot = tuple[int, int]  # OpenCV's fixed-point coordinates

# Okabe and Ito's palette, told apart by colour-blind eyes too. The person's left and right each keep one colour.
SIDE_COLOURS: dict[str, Colour] = {"left": (86, 180, 233), "right": (240, 150, 40), "centre": (245, 245, 245)}
PERSON_COLOURS: tuple[Colour, ...] = (
    (86, 180, 233),
    (240, 150, 40),
    (0, 200, 140),
    (240, 228, 66),
    (204, 121, 167),
    (213, 94, 0),
    (160, 160, 255),
)
MATCH_COLOUR: Colour = (0, 220, 90)
BOX_COLOUR: Colour = (0, 200, 140)
GHOST_COLOUR: Colour = (255, 255, 255)
OUTLINE: Colour = (24, 24, 32)
TEXT: Colour = (255, 255, 255)

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_SHIFT = 4  # OpenCV draws with 1/16 pixel, so that slow movement does not jump
_FINE = 0.55  # how bold a face is drawn
_FAR = 30000.0  # beyond this OpenCV's fixed-point coordinates overflow


def unit(image: Image, thickness: float = 1.0) -> float:
    """The width of a line in pixels: 2 in a 640x480 picture, and growing with it."""
    return float(max(1.0, min(image.shape[:2]) / 240 * thickness))


def draw(canvas: Image, estimate: Estimate, settings: Settings, judgements: Sequence[Judgement] = ()) -> None:
    """Draw everything the settings ask for onto ``canvas``.

    Args:
        judgements: how each pose of the estimate matches; their limbs are coloured by it.
    """
    size = unit(canvas, settings.thickness)
    several = len(estimate.poses) > 1
    for judgement in judgements:
        if judgement.ghost:
            draw_ghost(canvas, judgement.ghost, settings.confidence, size)
    if settings.boxes:
        for box in estimate.boxes:
            _draw_captioned(canvas, box, _caption(box, settings), size, BOX_COLOUR)
        for pose in estimate.poses:
            if pose.box:
                _draw_captioned(canvas, pose.box, _person_caption(pose, settings), size, _person_colour(pose, several))
    for place, pose in enumerate(estimate.poses):
        judged = judgements[place] if judgements else None
        draw_pose(canvas, pose, settings, size, _edge_colours(pose, judged, several))
        if judged:
            _draw_verdict(canvas, pose, judged, settings, size)


def _draw_captioned(canvas: Image, box: Box, caption: str, size: float, colour: Colour) -> None:
    draw_box(canvas, box, size, colour)
    draw_label(canvas, caption, (box.x0, box.y0), size, colour)


def _caption(box: Box, settings: Settings) -> str:
    return f"{box.label} {box.score:.2f}" if settings.scores else box.label


def _person_caption(pose: Pose, settings: Settings) -> str:
    name = "person" if pose.track_id is None else f"person {pose.track_id}"
    return f"{name} {pose.score:.2f}" if settings.scores else name


def _person_colour(pose: Pose, several: bool) -> Colour:
    return PERSON_COLOURS[(pose.track_id or 0) % len(PERSON_COLOURS)] if several else BOX_COLOUR


def _edge_colours(pose: Pose, judgement: Judgement | None, several: bool) -> dict[Edge, Colour]:
    """By how far off each limb is when there is a reference, else by person when there are several, else by side."""
    if judgement and judgement.is_match:
        return dict.fromkeys(pose.skeleton.edges, MATCH_COLOUR)
    if judgement:
        return {edge: _limb_colour(pose, edge, judgement.match.limbs) for edge in pose.skeleton.edges}
    if several:
        return dict.fromkeys(pose.skeleton.edges, _person_colour(pose, several))
    sides = pose.skeleton.sides
    return {(a, b): SIDE_COLOURS[sides[a] if sides[a] == sides[b] else "centre"] for a, b in pose.skeleton.edges}


def _limb_colour(pose: Pose, edge: Edge, limbs: dict[str, float]) -> Colour:
    limb = LIMB_BETWEEN.get(frozenset(pose.skeleton.keypoints[end] for end in edge), "")
    return limb_colour(limbs[limb]) if limb in limbs else SIDE_COLOURS["centre"]


def draw_pose(canvas: Image, pose: Pose, settings: Settings, size: float, colours: dict[Edge, Colour]) -> None:
    """Draw one person's skeleton, keypoints and labels as the settings ask for."""
    spots, shown = _fixed(pose.xy), np.flatnonzero(pose.scores >= settings.confidence).tolist()
    if settings.skeleton:
        draw_edges(canvas, pose, spots, {edge: colours[edge] for edge in _between(shown, pose)}, size)
    if settings.keypoints:
        for k in shown:
            draw_dot(canvas, spots[k], SIDE_COLOURS[pose.skeleton.sides[k]], size * _boldness(pose, k))
    if settings.names or settings.scores:
        for k in shown:
            draw_text(canvas, _keypoint_caption(pose, k, settings), pose.xy[k] + 2.5 * size, size)


def draw_ghost(canvas: Image, ghost: Pose, confidence: float, size: float) -> None:
    """The reference as a pale figure that the picture shows through."""
    layer = canvas.copy()
    spots, width = _fixed(ghost.xy), round(4 * size)
    for a, b in _between(np.flatnonzero(ghost.scores >= confidence).tolist(), ghost):
        cv2.line(layer, spots[a], spots[b], GHOST_COLOUR, width, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(layer, 0.5, canvas, 0.5, 0, dst=canvas)


def _draw_verdict(canvas: Image, pose: Pose, judgement: Judgement, settings: Settings, size: float) -> None:
    bounds = pose.bounds(settings.confidence)
    if bounds is None or judgement.match.score is None:
        return
    text = f"{judgement.match.score:.2f} match" if judgement.is_match else f"{judgement.match.score:.2f}"
    colour = MATCH_COLOUR if judgement.is_match else SIDE_COLOURS["centre"]
    draw_label(canvas, text, (bounds.x0, bounds.y0 - 4 * size), size * 1.3, colour)


def _keypoint_caption(pose: Pose, k: int, settings: Settings) -> str:
    name = pose.skeleton.keypoints[k].replace("_", " ") if settings.names else ""
    score = f"{pose.scores[k]:.2f}" if settings.scores else ""
    return f"{name} {score}".strip()


def _fixed(xy: npt.ArrayLike) -> list[Spot]:
    """Continuous coordinates (n, 2) as OpenCV's fixed-point ones, where a pixel's centre is at a whole number."""
    near = np.clip(np.asarray(xy, np.float64) - 0.5, -_FAR, _FAR)
    return [(x, y) for x, y in np.rint(near * (1 << _SHIFT)).astype(int).tolist()]


def _between(shown: Sequence[int], pose: Pose) -> list[Edge]:
    """The edges that have both their keypoints among those shown."""
    return [(a, b) for a, b in pose.skeleton.edges if a in shown and b in shown]


def _boldness(pose: Pose, *keypoints: int) -> float:
    """Faces are small and have many keypoints: bold ones would hide them."""
    return _FINE if any(pose.skeleton.face[k] for k in keypoints) else 1.0


def draw_edges(canvas: Image, pose: Pose, spots: Sequence[Spot], colours: dict[Edge, Colour], size: float) -> None:
    """Lines between keypoints, with a dark outline so that they show on any background."""
    lines = [(spots[a], spots[b], size * _boldness(pose, a, b), colour) for (a, b), colour in colours.items()]
    for start, end, width, _ in lines:
        cv2.line(canvas, start, end, OUTLINE, max(1, round(2.2 * width)), cv2.LINE_AA, _SHIFT)
    for start, end, width, colour in lines:
        cv2.line(canvas, start, end, colour, max(1, round(1.2 * width)), cv2.LINE_AA, _SHIFT)


def draw_dot(canvas: Image, centre: Spot, colour: Colour, size: float) -> None:
    """One keypoint."""
    radius = round(2.0 * size * (1 << _SHIFT))
    cv2.circle(canvas, centre, radius, OUTLINE, -1, cv2.LINE_AA, _SHIFT)
    cv2.circle(canvas, centre, round(radius * 0.7), colour, -1, cv2.LINE_AA, _SHIFT)


def draw_box(canvas: Image, box: Box, size: float, colour: Colour = BOX_COLOUR) -> None:
    """The outline of a box."""
    low, high = _fixed([(box.x0, box.y0), (box.x1, box.y1)])
    cv2.rectangle(canvas, low, high, colour, max(1, round(size)), cv2.LINE_AA, _SHIFT)


def _text_style(size: float) -> tuple[float, int]:
    return max(0.35, 0.22 * size), max(1, round(0.5 * size))


def draw_text(canvas: Image, text: str, xy: npt.ArrayLike, size: float, colour: Colour = TEXT) -> None:
    """Small letters with an outline; ``xy`` is the left end of the line they stand on."""
    scale, weight = _text_style(size)
    x, y = (int(v) for v in np.clip(np.asarray(xy, np.float64), -_FAR, _FAR))
    cv2.putText(canvas, text, (x, y), _FONT, scale, OUTLINE, weight + 2, cv2.LINE_AA)
    cv2.putText(canvas, text, (x, y), _FONT, scale, colour, weight, cv2.LINE_AA)


def draw_label(canvas: Image, text: str, corner: tuple[float, float], size: float, colour: Colour) -> None:
    """Letters on a coloured plate above ``corner``, moved inside the picture where they would be cut off."""
    scale, weight = _text_style(size)
    (w, h), below = cv2.getTextSize(text, _FONT, scale, weight)
    x = int(np.clip(corner[0], 0, max(0, canvas.shape[1] - w - 4)))
    y = int(np.clip(corner[1], h + below + 4, canvas.shape[0]))
    cv2.rectangle(canvas, (x, y - h - below - 4), (x + w + 4, y), colour, -1)
    cv2.putText(canvas, text, (x + 2, y - below - 1), _FONT, scale, OUTLINE, weight, cv2.LINE_AA)


def draw_note(canvas: Image, text: str, thickness: float = 1.0) -> None:
    """A line of text in the upper left corner."""
    size = unit(canvas, thickness) * 1.3
    draw_text(canvas, text, (4 * size, 9 * size), size)
