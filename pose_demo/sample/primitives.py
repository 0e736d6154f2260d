"""Anti-aliased 2D drawing primitives: polygons, lines, and shapes shaded by nested layers.

A shaded shape is a list of nested outlines, smaller and brighter towards the light.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from pose_demo.sample.color import Color, shading_ramp
from pose_demo.sample.posture import Vector
from pose_demo.types import Image

_LIGHT_DIRECTION = np.array((-0.55, -0.75))  # from the shape towards the light, in pixels
_LAYER_SCALES = np.array((1.0, 0.93, 0.84, 0.72, 0.58, 0.43, 0.27))  # of each outline, from the edge inwards
_FRACTIONAL_BITS = 4  # of OpenCV's fixed-point coordinates; subpixel precision keeps the motion smooth
_CAP_ANGLES = np.linspace(-np.pi / 2, np.pi / 2, 9)[1:-1]
_CAPSULE_ROWS = 9

Outline = Vector  # (N, 2) pixels
FixedOutline = Vector  # (N, 2) fixed-point integers
Layers = list[FixedOutline]  # nested outlines of one shape, from the edge inwards
Profile = tuple[tuple[float, float], ...]  # (position along the axis, radius); 0 is the start of the axis, 1 the end


def to_fixed_point(points: Outline) -> FixedOutline:
    """Convert pixels (pixel centers at +0.5) to OpenCV's fixed-point coordinates (pixel centers at 0)."""
    return np.round((points - 0.5) * (1 << _FRACTIONAL_BITS)).astype(np.int32)


def fill_fixed_point(image: Image, outline: FixedOutline, color: Color | int) -> None:
    """Fill a polygon given in fixed-point coordinates."""
    value = (color,) if isinstance(color, int) else color
    cv2.fillPoly(image, [outline], value, cv2.LINE_AA, _FRACTIONAL_BITS)


def fill_polygon(image: Image, outline: Outline, color: Color | int) -> None:
    """Fill a polygon given in pixels."""
    fill_fixed_point(image, to_fixed_point(outline), color)


def draw_polyline(image: Image, points: Outline, color: Color, width: float) -> None:
    """Draw an open line of constant width, at least one pixel."""
    points = to_fixed_point(points)
    cv2.polylines(image, [points], False, color, max(1, round(width)), cv2.LINE_AA, _FRACTIONAL_BITS)


def draw_tapered_line(image: Image, points: Outline, color: Color, width: float) -> None:
    """Draw a line that is ``width`` pixels thick in the middle and pointed at both ends."""
    offset = unit_vector(perpendicular(points[-1] - points[0])) * (width / 2)
    inner = points[1:-1]
    fill_polygon(image, np.concatenate((points[:1], inner + offset, points[-1:], inner[::-1] - offset)), color)


def perpendicular(vector: Vector) -> Vector:
    """The vector (2,) rotated by 90 degrees."""
    return np.array((-vector[1], vector[0]))


def unit_vector(vector: Vector) -> Vector:
    """The vector (2,) scaled to length 1; a zero vector remains zero."""
    result: Vector = vector / max(float(np.hypot(*vector)), 1e-6)
    return result


def ellipse(center: Vector, right: Vector, up: Vector, count: int = 20) -> Outline:
    """Outline of an ellipse with ``count`` corners from its center and two half axes, which may be oblique."""
    points: Vector = center + _unit_circle(count) @ np.array((right, up))
    return points


@lru_cache(maxsize=16)
def _unit_circle(count: int) -> Vector:
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack((np.cos(angles), np.sin(angles)), axis=1)


def resample(positions: Vector, values: Vector, count: int) -> tuple[Vector, Vector]:
    """Positions (count, 1) at equal distances and the interpolated, smoothed values (count, 1) at them."""
    even = np.linspace(positions[0], positions[-1], count)
    smooth = np.interp(even, positions, values)
    smooth[1:-1] = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
    return even[:, None], smooth[:, None]


def tapered_capsule(start: Vector, end: Vector, profile: Profile, start_scale: float, end_scale: float) -> Layers:
    """Layers of a tube with round ends and varying radius.

    Args:
        start: first end of the axis in pixels.
        end: second end of the axis in pixels.
        profile: radii along the axis.
        start_scale: pixels per unit of radius at the first end; perspective makes it differ from the second.
        end_scale: pixels per unit of radius at the second end.
    """
    position, radius, directions = _capsule(profile)
    axis = end - start
    along = unit_vector(axis)
    reach = radius * (start_scale + (end_scale - start_scale) * position)
    return _nested(start + position * axis, directions @ np.array((along, perpendicular(along))) * reach, reach)


@lru_cache(maxsize=64)
def _capsule(profile: Profile) -> tuple[Vector, Vector, Vector]:
    """Corners of a capsule: position on the axis (N, 1), radius (N, 1), outward direction (along, across) (N, 2)."""
    positions, radii = np.array(profile).T
    position, radius = resample(positions, radii, _CAPSULE_ROWS)
    side = np.tile((0.0, 1.0), (_CAPSULE_ROWS, 1))
    cap = np.stack((np.cos(_CAP_ANGLES), -np.sin(_CAP_ANGLES)), axis=1)
    rows = np.arange(_CAPSULE_ROWS)
    index = np.concatenate((rows, np.full(len(cap), rows[-1]), rows[::-1], np.full(len(cap), 0)))
    return position[index], radius[index], np.concatenate((side, cap, -side, -cap))


def blend_start_into(layers: Layers, start: Vector, target: Vector) -> Layers:
    """Hide the edge between the start of a capsule and a neighboring shape of the same color.

    Near ``start`` the dark outer layers are moved away from ``target`` (pixels) and the bright inner ones towards it.
    """
    origin, destination = to_fixed_point(np.stack((start, target)))
    radius = max(1.0, np.hypot(*(layers[0] - origin).T).max() * 0.55)
    blended = []
    for layer, scale in zip(layers, _LAYER_SCALES, strict=True):
        weight = np.clip(1 - np.hypot(*(layer - origin).T) / radius, 0, 1)[:, None]
        blended.append((layer + (destination - origin) * weight * (0.6 * (1 - scale) - 0.04)).astype(np.int32))
    return blended


def layers_around_centroid(outline: Outline, depth: float) -> Layers:
    """Layers of a round shape that shrink to its centroid; the light displaces them by up to ``depth`` pixels."""
    center = outline.mean(axis=0)
    return _nested(np.broadcast_to(center, outline.shape), outline - center, np.full((len(outline), 1), depth))


def layers_around_midline(outline: Outline, depth: float) -> Layers:
    """Layers of a long shape that shrink to its midline.

    Args:
        outline: pixels down the left side and back up the right side, with the same number of points on both.
        depth: displacement of the layers by the light in pixels.
    """
    midline = (outline + outline[::-1]) / 2
    return _nested(midline, outline - midline, np.full((len(outline), 1), depth))


def _nested(centers: Vector, offsets: Vector, depths: Vector) -> Layers:
    """Scaled copies of the outline ``centers + offsets``, displaced towards the light."""
    scales = _LAYER_SCALES[:, None, None]
    return list(to_fixed_point(centers + offsets * scales + _LIGHT_DIRECTION * depths * (1 - scales) * 0.62))


def draw_shaded(image: Image, shapes: list[Layers], color: Color) -> None:
    """Draw shapes of the same color layer by layer, so that no edges appear where they overlap."""
    for level, layer_color in enumerate(shading_ramp(color)):
        for shape in shapes:
            fill_fixed_point(image, shape[level], layer_color)
