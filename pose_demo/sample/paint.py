"""Shaded shapes with smooth edges: every shape is a few outlines inside each other, brighter towards the light."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from pose_demo.sample.body import Colour
from pose_demo.sample.rig import Vector
from pose_demo.types import Image

LIGHT = np.array((-0.55, -0.75))  # towards the lamp, in the picture
_LAYERS = np.array((1.0, 0.93, 0.84, 0.72, 0.58, 0.43, 0.27))  # size of each outline, from the edge inwards
_TONES = (0.68, 0.82, 0.91, 0.98, 1.03, 1.07, 1.1)
_SHIFT = 4  # fractional bits of OpenCV's drawing functions: motion is smooth below a pixel
_CAP = np.linspace(-np.pi / 2, np.pi / 2, 9)[1:-1]

Outline = Vector  # (N, 2) pixels
Profile = tuple[tuple[float, float], ...]  # (part of the way, radius)
Layers = list[Vector]  # the outlines of one shape from the edge inwards, already fixed-point integers


@lru_cache(maxsize=256)
def ramp(colour: Colour) -> tuple[Colour, ...]:
    """``colour`` from the shaded edge to the lit middle; shadows are a little cooler."""
    return tuple(tone(colour, factor) for factor in _TONES)


@lru_cache(maxsize=512)
def tone(colour: Colour, factor: float) -> Colour:
    """``colour`` lighter or darker by ``factor``."""
    cool = max(0.0, 1 - factor)
    red, green, blue = (min(255, round(c * factor + (255 - c) * max(0.0, factor - 1) * 0.5)) for c in colour)
    return red, green, min(255, round(blue + 30 * cool))


def fixed(points: Vector) -> Vector:
    """Pixels (centres at +0.5) as OpenCV's fixed-point integers (centres at 0)."""
    return np.round((points - 0.5) * (1 << _SHIFT)).astype(np.int32)


def fill(image: Image, outline: Vector, colour: Colour | int) -> None:
    """Fill one outline given in fixed-point integers."""
    value = (colour,) if isinstance(colour, int) else colour
    cv2.fillPoly(image, [outline], value, cv2.LINE_AA, _SHIFT)


def patch(image: Image, points: Outline, colour: Colour) -> None:
    """Fill one outline in one colour."""
    fill(image, fixed(points), colour)


def stroke(image: Image, points: Outline, colour: Colour, width: float) -> None:
    """A line of even width: ``width`` pixels, but at least one."""
    cv2.polylines(image, [fixed(points)], False, colour, max(1, round(width)), cv2.LINE_AA, _SHIFT)


def arc(image: Image, points: Outline, colour: Colour, width: float) -> None:
    """A line that is ``width`` pixels thick in its middle and pointed at its ends."""
    along = points[-1] - points[0]
    across = np.array((-along[1], along[0])) / max(float(np.hypot(*along)), 1e-6) * (width / 2)
    inner = points[1:-1]
    patch(image, np.concatenate((points[:1], inner + across, points[-1:], inner[::-1] - across)), colour)


def ellipse(centre: Vector, right: Vector, up: Vector, count: int = 20) -> Outline:
    """An outline from two half axes, which may be skewed."""
    points: Vector = centre + _circle(count) @ np.array((right, up))
    return points


@lru_cache(maxsize=16)
def _circle(count: int) -> Vector:
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack((np.cos(angles), np.sin(angles)), axis=1)


def limb(start: Vector, end: Vector, profile: Profile, first: float, last: float) -> Layers:
    """The layers of a tapered tube with round ends.

    Args:
        start: pixels of the bone's beginning.
        end: pixels of its end.
        profile: (part of the way, radius) from the beginning to the end.
        first: pixels a unit of radius at the beginning; ``last``: at the end, nearer or farther from the viewer.
    """
    way, radius, ring = _tube(profile)
    bone = end - start
    along = bone / max(float(np.hypot(*bone)), 1e-6)
    turn = np.array((along, (-along[1], along[0])))
    reach = radius * (first + (last - first) * way)
    return _nest(start + way * bone, ring @ turn * reach, reach)


@lru_cache(maxsize=64)
def _tube(profile: Profile) -> tuple[Vector, Vector, Vector]:
    """Round a bone: part of the way (N, 1), radius (N, 1), and the way out as (along, across) (N, 2)."""
    ways, radii = np.array(profile).T
    fine = np.linspace(ways[0], ways[-1], 9)
    wide = np.interp(fine, ways, radii)
    wide[1:-1] = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
    side, cap = np.tile((0.0, 1.0), (9, 1)), np.stack((np.cos(_CAP), -np.sin(_CAP)), axis=1)
    last, first = np.full(len(cap), 8), np.full(len(cap), 0)
    index = np.concatenate((np.arange(9), last, np.arange(9)[::-1], first))
    return fine[index, None], wide[index, None], np.concatenate((side, cap, -side, -cap))


def melt_start(layers: Layers, start: Vector, other: Vector) -> Layers:
    """Let a tube grow out of another shape of its material without an edge between them.

    The dark outer layers begin farther out and the light inner ones reach over ``start`` towards ``other``.
    """
    at, to = fixed(np.stack((start, other)))
    melted = []
    for layer, size in zip(layers, _LAYERS, strict=True):
        reach = np.clip(1 - np.hypot(*(layer - at).T) / max(1.0, np.hypot(*(layers[0] - at).T).max() * 0.55), 0, 1)
        melted.append((layer + (to - at) * reach[:, None] * (0.6 * (1 - size) - 0.04)).astype(np.int32))
    return melted


def blob(outline: Outline, depth: float) -> Layers:
    """The layers of a rounded shape that shrinks towards its middle; ``depth`` pixels is how far the light moves."""
    centre = outline.mean(axis=0)
    return _nest(np.broadcast_to(centre, outline.shape), outline - centre, np.full((len(outline), 1), depth))


def rows(outline: Outline, depth: float) -> Layers:
    """The layers of a long shape given as its left side down and its right side back: rows shrink to their middles."""
    middles = (outline + outline[::-1]) / 2
    return _nest(middles, outline - middles, np.full((len(outline), 1), depth))


def _nest(centres: Vector, offsets: Vector, radii: Vector) -> Layers:
    shrink = _LAYERS[:, None, None]
    return list(fixed(centres + offsets * shrink + LIGHT * radii * (1 - shrink) * 0.62))


def shade(image: Image, shapes: list[Layers], colour: Colour, first: int = 0) -> None:
    """Paint shapes of one material together, layer by layer from ``first``, so that they melt into one body."""
    for level, paint in enumerate(ramp(colour)[first:], start=first):
        for shape in shapes:
            fill(image, shape[level], paint)
